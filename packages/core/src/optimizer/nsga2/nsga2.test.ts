import { describe, expect, it } from 'vitest';

import { hypervolume } from '../../analysis/hypervolume.ts';
import { InvalidArgumentError } from '../../errors.ts';
import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import type { TrialTable } from '../../study/history.ts';
import { describeOptimizer } from '../../testing/optimizer-contract.ts';
import { lowestLoss, simulate } from '../../testing/simulate.ts';
import { nsga2 } from './nsga2.ts';

type Reals = Record<string, number>;

const unitBox = (dimensions: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)])));

/** Zitzler, Deb & Thiele 2000: the fronts are at g = 1. */
const zdt = (shape: (ratio: number, first: number) => number) => (p: Reals) => {
  const [first, ...rest] = Object.values(p) as [number, ...number[]];
  const g = 1 + (9 * rest.reduce((a, b) => a + b)) / rest.length;
  return { values: [first, g * shape(first / g, first)] };
};

const dtlz2 = (p: Reals) => {
  const [x, y, ...rest] = Object.values(p) as [number, number, ...number[]];
  const radius = 1 + rest.reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
  const [a, b] = [(x * Math.PI) / 2, (y * Math.PI) / 2];
  return {
    values: [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)].map((v) => radius * v),
  };
};

function volume(history: TrialTable): number {
  const objectives = history.directions.length;
  const points = new Float64Array(history.size * objectives);
  for (let trial = 0; trial < history.size; trial++) {
    for (let j = 0; j < objectives; j++) points[trial * objectives + j] = history.losses(j)[trial]!;
  }
  return hypervolume(points, new Float64Array(objectives).fill(1.1));
}

const two = ['minimize', 'minimize'] as const;

describeOptimizer('nsga2', () => nsga2(), 60);
describeOptimizer('nsga2 of small generations', () => nsga2({ populationSize: 8, generationSize: 1 }), 30);

describe('nsga2', () => {
  // The volumes of the fronts, with the reference point (1.1, 1.1): 0.8766, 0.5433 and 1.3318.
  it.each([
    ['ZDT1', zdt((ratio) => 1 - Math.sqrt(ratio)), 0.84],
    ['ZDT2', zdt((ratio) => 1 - ratio ** 2), 0.49],
    ['ZDT3', zdt((ratio, x) => 1 - Math.sqrt(ratio) - ratio * Math.sin(10 * Math.PI * x)), 1.28],
  ])('comes near to the front of %s in 30 dimensions within 5,000 trials', (_, objective, least) => {
    const history = simulate(nsga2(), unitBox(30), objective, { trials: 5000, directions: two, seed: 1 });
    expect(volume(history)).toBeGreaterThan(least);
  });

  it('comes near to the front of DTLZ2 with three objectives within 5,000 trials', () => {
    const directions = ['minimize', 'minimize', 'minimize'] as const;
    const history = simulate(nsga2(), unitBox(12), dtlz2, { trials: 5000, directions, seed: 1 });
    // The front dominates 1.331 - pi / 6 = 0.8074.
    expect(volume(history)).toBeGreaterThan(0.74);
  });

  it('maximizes as it minimizes', () => {
    const objective = zdt((ratio) => 1 - Math.sqrt(ratio));
    const mirrored = (p: Reals) => ({ values: objective(p).values.map((value) => -value) });
    const options = { trials: 300, seed: 2 };
    const down = simulate(nsga2(), unitBox(5), objective, { ...options, directions: two });
    const up = simulate(nsga2(), unitBox(5), mirrored, { ...options, directions: ['maximize', 'maximize'] });
    expect(up.record(299).row).toEqual(down.record(299).row);
  });

  it('finds the feasible part of a front', () => {
    // Binh & Korn 1997: f1 = 4 x^2 + 4 y^2, f2 = (x - 5)^2 + (y - 5)^2, two circles as constraints.
    const plane = space({ x: float(0, 5), y: float(0, 3) });
    const objective = ({ x, y }: { x: number; y: number }) => ({
      values: [4 * x * x + 4 * y * y, (x - 5) ** 2 + (y - 5) ** 2],
      constraints: [(x - 5) ** 2 + y * y - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2],
    });
    const history = simulate(nsga2(), plane, objective, { trials: 1000, directions: two });
    const last = Array.from({ length: 200 }, (_, i) => history.violations[800 + i]!);
    expect(last.filter((violation) => violation === 0).length).toBeGreaterThan(150);
    const points = Array.from({ length: 1000 }, (_, trial) =>
      history.violations[trial] === 0
        ? [history.losses(0)[trial]! / 140, history.losses(1)[trial]! / 50]
        : [2, 2],
    );
    // Of the front known in closed form (x = y up to 3, then y = 3), with the reference point (140, 50).
    let exact = 0;
    const front = Array.from({ length: 20_001 }, (_, i) => i / 4000).map((t): [number, number] => {
      const y = Math.min(t, 3);
      return [(4 * t * t + 4 * y * y) / 140, ((t - 5) ** 2 + (y - 5) ** 2) / 50];
    });
    for (const [i, [f1]] of front.entries()) exact += ((front[i + 1]?.[0] ?? 1) - f1) * (1 - front[i]![1]);
    const reached = hypervolume(Float64Array.from(points.flat()), Float64Array.of(1, 1));
    expect(reached).toBeLessThanOrEqual(exact + 1e-3);
    expect(reached).toBeGreaterThan(0.985 * exact);
  });

  it('solves problems of whole numbers and categories', () => {
    const mixed = space({
      ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`n${i}`, int(0, 20)])),
      ...Object.fromEntries(
        Array.from({ length: 8 }, (_, i) => [`c${i}`, categorical(['a', 'b', 'c', 'd'])]),
      ),
    });
    const objective = (p: Record<string, number | string>): number =>
      Object.values(p).reduce<number>(
        (sum, v, i) => sum + (typeof v === 'number' ? Math.abs(v - i) : v === 'c' ? 0 : 3),
        0,
      );
    expect(lowestLoss(simulate(nsga2(), mixed, objective, { trials: 1500 }))).toBe(0);
  });

  it('needs no more trials when they run concurrently', () => {
    const objective = zdt((ratio) => 1 - Math.sqrt(ratio));
    const options = { trials: 3000, directions: two, concurrency: 16 };
    expect(volume(simulate(nsga2(), unitBox(10), objective, options))).toBeGreaterThan(0.86);
  });

  it('refuses options that mean nothing', () => {
    const bad = [
      { populationSize: 1 },
      { generationSize: 0 },
      { crossoverProbability: 1.5 },
      { mutationProbability: -1 },
      { mutationEta: Number.NaN },
      { crossoverEta: '5' },
      { divisions: 3 },
    ];
    for (const options of bad) expect(() => nsga2(options as object)).toThrow(InvalidArgumentError);
  });
});
