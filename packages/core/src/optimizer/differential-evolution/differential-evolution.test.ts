import { describe, expect, it } from 'vitest';

import { InvalidArgumentError, UnsupportedError } from '../../errors.ts';
import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { lowestLoss, simulate, suggest } from '../../testing/simulate.ts';
import { differentialEvolution } from './differential-evolution.ts';
import { Slots } from './slots.ts';

type Reals = Record<string, number>;

const box = (dimensions: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(-8, 8)])));

const shifted = (p: Reals): number[] => Object.values(p).map((x, i) => x - 1.5 * Math.sin(i + 1));
const sphere = (p: Reals): number => shifted(p).reduce((sum, x) => sum + x * x, 0);
const ellipsoid = (p: Reals): number =>
  shifted(p).reduce((sum, x, i, { length }) => sum + 1e6 ** (i / (length - 1)) * x * x, 0);
const rastrigin = (p: Reals): number =>
  shifted(p).reduce((sum, x) => sum + 10 + x * x - 10 * Math.cos(2 * Math.PI * x), 0);
const rosenbrock = (p: Reals): number => {
  const x = Object.values(p);
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i]! ** 2 - x[i + 1]!) ** 2 + (x[i]! - 1) ** 2;
  return sum;
};

// By default the first child comes after 75 trials in many dimensions, which is past the end of the contract's runs.

describe('differentialEvolution', () => {
  it.each([
    ['sphere', 10, sphere, 1, 4000],
    ['sphere, 16 trials at once,', 10, sphere, 16, 5000],
    ['ellipsoid of condition 1e6', 10, ellipsoid, 1, 6000],
    ['Rosenbrock function', 10, rosenbrock, 1, 25_000],
    ['Rastrigin function', 5, rastrigin, 1, 10_000],
  ])('solves the %s in %i dimensions to 1e-8', (_, dimensions, objective, concurrency, trials) => {
    const until = (value: number): boolean => value <= 1e-8;
    const solved = [1, 2, 3].filter((seed) => {
      const history = simulate(differentialEvolution(), box(dimensions), objective, {
        trials,
        concurrency,
        until,
        seed,
      });
      return lowestLoss(history) <= 1e-8;
    });
    expect(solved.length).toBeGreaterThanOrEqual(2);
  });

  it('breeds in 1,000 dimensions', () => {
    const wide = box(1000);
    const history = simulate(differentialEvolution(), wide, sphere, { trials: 200 });
    const { why, row } = suggest(differentialEvolution(), history)!;
    expect(why).toMatch(/^child of trial \d+$/);
    expect(row.every((x) => x >= -8 && x <= 8)).toBe(true);
    const lossesOf = (from: number, to: number): number[] => [...history.losses(0).subarray(from, to)];
    expect(Math.min(...lossesOf(100, 200))).toBeLessThan(0.9 * Math.min(...lossesOf(0, 75)));
  });

  it('solves problems of whole numbers and categories', () => {
    const mixed = space({
      ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`n${i}`, int(0, 20)])),
      ...Object.fromEntries(
        Array.from({ length: 6 }, (_, i) => [`c${i}`, categorical(['a', 'b', 'c', 'd'])]),
      ),
    });
    const objective = (p: Record<string, number | string>): number =>
      Object.values(p).reduce<number>(
        (sum, v, i) => sum + (typeof v === 'number' ? Math.abs(v - i) : v === 'c' ? 0 : 3),
        0,
      );
    expect(lowestLoss(simulate(differentialEvolution(), mixed, objective, { trials: 1500 }))).toBe(0);
  });

  it('finds the best feasible point', () => {
    const history = simulate(
      differentialEvolution(),
      box(2),
      ({ x0, x1 }: { x0: number; x1: number }) => ({
        values: [(x0 - 1) ** 2 + (x1 - 1) ** 2],
        constraints: [x0 + x1 + 1],
      }),
      { trials: 1500 },
    );
    expect(lowestLoss(history)).toBeGreaterThanOrEqual(4.5);
    expect(lowestLoss(history)).toBeLessThan(4.5001);
  });

  it('refuses several objectives and options that mean nothing', () => {
    const study = { space: box(2), directions: ['minimize', 'minimize'] } as const;
    expect(() => differentialEvolution().check?.(study)).toThrow(UnsupportedError);
    for (const options of [{ populationSize: 3 }, { bestShare: 2 }, { f: 0.5 }]) {
      expect(() => differentialEvolution(options)).toThrow(InvalidArgumentError);
    }
  });
});

describe('Slots', () => {
  it('holds the best of each slot, in whatever order trials finish', () => {
    const values = [5, 3, 9, 5, 4, undefined, 6, 3, 8];
    const orders = [
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [8, 5, 2, 7, 4, 1, 6, 3, 0],
      [3, 0, 4, 6, 1, 7, 5, 8, 2],
    ];
    for (const order of orders) {
      const history = new TrialTable(box(1), ['minimize']);
      const record = (number: number) => ({ number, row: Float64Array.of(0), attempt: 1 });
      for (let number = 0; number < 9; number++) history.upsert({ ...record(number), state: 'running' });
      const slots = new Slots(3);
      for (const number of order) {
        const value = values[number];
        history.upsert({
          ...record(number),
          ...(value === undefined ? { state: 'failed' } : { state: 'complete', values: [value] }),
        });
        slots.advance(history);
      }
      // Of the equally good trials 0 and 3 the later one, and likewise of 1 and 7.
      expect([...slots.holders]).toEqual([3, 7, 8]);
      expect(slots.ranked).toEqual([7, 3, 8]);
    }
  });
});
