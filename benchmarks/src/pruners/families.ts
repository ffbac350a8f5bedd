import { createRandom, type Random } from '@tunable/core';

/** A curve without its noise: the loss after so many steps, from 1. */
export type Curve = (step: number) => number;

/** Steps of a whole trial. */
export const STEPS = 50;

/** What all curves fall by, about. */
const FALL = 0.5;

/** Kinds of learning curves. Each draws one: how good its end is, how fast it gets there, and what happens on the way. */
export const FAMILIES: { readonly [name: string]: (random: Random) => Curve } = {
  'power law': (random) => {
    const [end, exponent] = [random.uniform(), 0.3 + random.uniform()];
    return (step) => end + FALL * step ** -exponent;
  },
  exponential: (random) => {
    const [end, rate] = [random.uniform(), 0.03 * 10 ** random.uniform()];
    return (step) => end + FALL * Math.exp(-rate * step);
  },
  'log power': (random) => {
    const [end, centre, slope] = [random.uniform(), 1 + 2 * random.uniform(), 1 + 2 * random.uniform()];
    return (step) => end + FALL / (1 + (step / Math.exp(centre)) ** slope);
  },
  'falls late': (random) => {
    const [end, when] = [random.uniform(), 15 + 25 * random.uniform()];
    return (step) => end + FALL / (1 + Math.exp((step - when) / 3));
  },
  'drops with the learning rate': (random) => {
    const [end, drop, rate] = [random.uniform(), 0.1 + 0.2 * random.uniform(), 0.1 + 0.2 * random.uniform()];
    return (step) => end + (FALL - drop) * Math.exp(-rate * step) + (step > 30 ? 0 : drop);
  },
  'rises again': (random) => {
    const [end, rise, rate] = [random.uniform(), 0.3 * random.uniform(), 0.1 + 0.2 * random.uniform()];
    return (step) => end + FALL * Math.exp(-rate * step) + rise * (step / STEPS) ** 2;
  },
  'crosses: the faster, the worse': (random) => {
    const speed = random.uniform();
    const [end, rate] = [0.7 * speed + 0.3 * random.uniform(), 0.03 * 10 ** speed];
    return (step) => end + FALL * Math.exp(-rate * step);
  },
  'begins anywhere': (random) => {
    const [end, start, rate] = [random.uniform(), 2 * FALL * random.uniform(), 0.05 + 0.1 * random.uniform()];
    return (step) => end + start * Math.exp(-rate * step);
  },
};

/** A curve with noise of this standard deviation at each step. */
export function withNoise(curve: Curve, deviation: number, seed: number): Curve {
  const random = createRandom(seed);
  const noise = Float64Array.from({ length: STEPS }, () => deviation * random.normal());
  return (step) => curve(step) + noise[step - 1]!;
}
