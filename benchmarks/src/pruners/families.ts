import { createRandom, type Random } from '@tunable/core';

/** A curve without its noise: the loss after so many steps, from 1. */
export type Curve = (step: number) => number;

/** Steps of a whole trial. */
export const STEPS = 50;

/** Ends are in 0 .. 0.4, and training begins at about 0.7, however it ends. */
const LARGEST_END = 0.4;
const START = 0.7;

/** A curve that goes from its start to its end as `left` goes from 1 to 0. */
function falling(random: Random, left: Curve, start: number = START + 0.05 * random.normal()): Curve {
  const end = LARGEST_END * random.uniform();
  return (step) => end + (start - end) * left(step);
}

/** Kinds of learning curves. Each draws one: how good its end is, how fast it gets there, and what happens on the way. */
export const FAMILIES: { readonly [name: string]: (random: Random) => Curve } = {
  'power law': (random) => {
    const exponent = 0.5 + random.uniform();
    return falling(random, (step) => step ** -exponent);
  },
  exponential: (random) => {
    const rate = 0.05 * 10 ** random.uniform();
    return falling(random, (step) => Math.exp(-rate * step));
  },
  'log power': (random) => {
    const [middle, slope] = [2 + 8 * random.uniform(), 1 + 2 * random.uniform()];
    return falling(random, (step) => 1 / (1 + (step / middle) ** slope));
  },
  'falls late': (random) => {
    const when = 5 + 30 * random.uniform();
    return falling(random, (step) => 1 / (1 + Math.exp((step - when) / 3)));
  },
  'drops with the learning rate': (random) => {
    const [drop, rate] = [0.1 + 0.2 * random.uniform(), 0.1 + 0.2 * random.uniform()];
    return falling(random, (step) => (1 - drop) * Math.exp(-rate * step) + (step > 30 ? 0 : drop));
  },
  'rises again': (random) => {
    const [rise, rate] = [0.3 * random.uniform(), 0.1 + 0.2 * random.uniform()];
    return falling(random, (step) => Math.exp(-rate * step) + rise * (step / STEPS) ** 2);
  },
  'crosses: the faster, the worse': (random) => {
    const speed = random.uniform();
    const end = LARGEST_END * (0.7 * speed + 0.3 * random.uniform());
    return (step) => end + (START - end) * Math.exp(-0.07 * 6 ** speed * step);
  },
  'begins anywhere': (random) => {
    const rate = 0.1 + 0.1 * random.uniform();
    return falling(random, (step) => Math.exp(-rate * step), LARGEST_END + 0.6 * random.uniform());
  },
};

/** A curve with noise of this standard deviation at each step. */
export function withNoise(curve: Curve, deviation: number, seed: number): Curve {
  const random = createRandom(seed);
  const noise = Float64Array.from({ length: STEPS }, () => deviation * random.normal());
  return (step) => curve(step) + noise[step - 1]!;
}
