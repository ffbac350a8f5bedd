import { describe, expect, it } from 'vitest';

import { InvalidArgumentError, UnsupportedError } from '../../errors.ts';
import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { lowestLoss, simulate, suggest } from '../../testing/simulate.ts';
import { random } from '../random/random.ts';
import { cmaEs } from './cma-es.ts';

type Reals = Record<string, number>;

const box = (dimensions: number, low: number, high: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(low, high)])));

const sphere = (x: readonly number[]): number => x.reduce((sum, v) => sum + v * v, 0);
const ellipsoid = (x: readonly number[]): number =>
  x.reduce((sum, v, i) => sum + 1e6 ** (i / (x.length - 1)) * v * v, 0);
const rosenbrock = (x: readonly number[]): number => {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i]! ** 2 - x[i + 1]!) ** 2 + (x[i]! - 1) ** 2;
  return sum;
};
const rastrigin = (x: readonly number[]): number =>
  x.reduce((sum, v) => sum + 10 + v * v - 10 * Math.cos(2 * Math.PI * v), 0);

/** An optimum that is not the centre of the box, where the search begins. */
const shifted =
  (f: (x: readonly number[]) => number) =>
  (p: Reals): number =>
    f(Object.values(p).map((x, i) => x - 1.5 * Math.sin(i + 1)));
const plain =
  (f: (x: readonly number[]) => number) =>
  (p: Reals): number =>
    f(Object.values(p));

/** A function of coordinates along other axes: those of a random orthonormal basis, by Gram-Schmidt. */
function rotated(f: (x: readonly number[]) => number, dimensions: number): (x: readonly number[]) => number {
  const random = createRandom(1);
  const axes: number[][] = [];
  for (let k = 0; k < dimensions; k++) {
    const axis = Array.from({ length: dimensions }, () => random.normal());
    for (const other of axes) {
      const along = dot(axis, other);
      for (let j = 0; j < dimensions; j++) axis[j]! -= along * other[j]!;
    }
    const length = Math.hypot(...axis);
    axes.push(axis.map((a) => a / length));
  }
  return (x) => f(axes.map((axis) => dot(axis, x)));
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, j) => sum + v * b[j]!, 0);

describe('cmaEs', () => {
  // Hansen & Ostermeier 2001 and Hansen 2006 report about 1.5e3, 5e3 and 6e3 evaluations in 10 dimensions.
  it.each([
    ['sphere', 10, shifted(sphere), 1700, {}],
    ['ellipsoid of condition 1e6', 10, shifted(ellipsoid), 5000, {}],
    ['rotated ellipsoid of condition 1e6', 10, shifted(rotated(ellipsoid, 10)), 5000, {}],
    ['Rosenbrock function', 10, plain(rosenbrock), 6500, {}],
    ['separable ellipsoid of condition 1e6', 20, shifted(ellipsoid), 8000, { separable: true }],
    ['sphere', 40, shifted(sphere), 5800, {}],
  ] as const)('solves the %s in %i dimensions to 1e-8', (_, dimensions, objective, trials, options) => {
    const needed = [1, 2, 3].map((seed) => {
      const history = simulate(cmaEs(options), box(dimensions, -8, 8), objective, {
        trials: 2 * trials,
        seed,
        until: (value) => value <= 1e-8,
      });
      expect(lowestLoss(history)).toBeLessThanOrEqual(1e-8);
      return history.size;
    });
    expect(needed.toSorted((a, b) => a - b)[1]).toBeLessThan(trials);
  });

  it('needs hardly more trials when 16 run at once', () => {
    const history = simulate(cmaEs(), box(10, -8, 8), shifted(sphere), {
      trials: 3000,
      concurrency: 16,
      until: (value) => value <= 1e-8,
    });
    expect(lowestLoss(history)).toBeLessThanOrEqual(1e-8);
    expect(history.size).toBeLessThan(2000);
  });

  it.each(['ipop', 'bipop'] as const)('finds the best of many local optima by restarts: %s', (restarts) => {
    const objective = shifted(rastrigin);
    const options = { trials: 20_000, seed: 3, until: (value: number) => value <= 1e-8 };
    expect(lowestLoss(simulate(cmaEs({ restarts }), box(3, -8, 8), objective, options))).toBeLessThan(1e-8);
    const without = simulate(cmaEs({ restarts: 'none' }), box(3, -8, 8), objective, options);
    expect(lowestLoss(without)).toBeGreaterThan(0.9);
  });

  it('converges to optima on the bounds', () => {
    const sum = (p: Reals): number => Object.values(p).reduce((a, b) => a + b);
    expect(lowestLoss(simulate(cmaEs(), box(5, 0, 1), sum, { trials: 1600 }))).toBeLessThan(1e-8);
    // Every other coordinate would have its optimum outside.
    const half = (p: Reals): number =>
      Object.values(p).reduce((total, x, i) => total + (x - (i % 2 === 0 ? 0.6 : -0.3)) ** 2, 0);
    const history = simulate(cmaEs(), box(6, 0, 1), half, { trials: 1600 });
    expect(lowestLoss(history)).toBeGreaterThanOrEqual(3 * 0.09);
    expect(lowestLoss(history)).toBeLessThan(3 * 0.09 + 1e-6);
  });

  it('solves mixed-integer problems thanks to the margin', () => {
    // SphereInt and EllipsoidInt of the paper on the margin: half of the coordinates are whole numbers.
    const mixed = space({
      ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`x${i}`, float(-8, 8)])),
      ...Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`n${i}`, int(-8, 8)])),
    });
    const values = (p: Reals): number[] => Object.values(p).map((v, i) => (i < 5 ? v - 1.3 : v - 5));
    for (const [f, trials] of [
      [sphere, 4500],
      [ellipsoid, 8000],
    ] as const) {
      const solved = [1, 2, 3, 4].filter(
        (seed) =>
          lowestLoss(
            simulate(cmaEs(), mixed, (p) => f(values(p)), { trials, seed, until: (v) => v <= 1e-8 }),
          ) <= 1e-8,
      );
      expect(solved.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('learns categories and the parameters of the better branch', () => {
    const mixed = space({
      a: categorical(['p', 'q', 'r', 's']),
      b: categorical([1, 2, 3]),
      branch: choice({ good: { x: float(0, 1), y: float(0, 1) }, bad: { z: float(0, 1) } }),
    });
    type Mixed = { a: string; b: number; branch: { type: string; x?: number; y?: number; z?: number } };
    const objective = ({ a, b, branch }: Mixed): number =>
      (a === 'r' ? 0 : 1) +
      (3 - b) / 2 +
      (branch.type === 'good' ? (branch.x! - 0.3) ** 2 + (branch.y! - 0.8) ** 2 : 1 + branch.z!);
    const history = simulate(cmaEs(), mixed, objective, { trials: 400 });
    expect(lowestLoss(history)).toBeLessThan(1e-5);
    const last = Array.from(
      { length: 50 },
      (_, i) => mixed.decode(history.record(350 + i).row) as unknown as Mixed,
    );
    expect(last.filter(({ a }) => a === 'r').length).toBeGreaterThan(35);
    expect(last.filter(({ branch }) => branch.type === 'good').length).toBeGreaterThan(35);
  });

  it('finds the best feasible point', () => {
    // The nearest point to (1, 1) in the half plane x + y <= -1.
    const history = simulate(
      cmaEs({ restarts: 'none' }),
      box(2, -8, 8),
      ({ x0, x1 }) => ({ values: [(x0 - 1) ** 2 + (x1 - 1) ** 2], constraints: [x0 + x1 + 1] }),
      { trials: 1000 },
    );
    expect(lowestLoss(history)).toBeGreaterThanOrEqual(4.5);
    expect(lowestLoss(history)).toBeLessThan(4.5001);
  });

  it('begins at the declared defaults, and at mid-range without', () => {
    const declared = space({
      a: float(0, 10, { default: 2 }),
      b: float(1, 100, { scale: 'log' }),
      c: int(0, 4),
    });
    const history = new TrialTable(declared, ['minimize']);
    expect(declared.decode(suggest(cmaEs(), history)!.row)).toEqual({ a: 2, b: expect.closeTo(10), c: 2 });
  });

  it('begins where the trials of others were good', () => {
    const plane = box(4, -8, 8);
    const others = simulate(random(), plane, shifted(sphere), { trials: 200, seed: 1 });
    const regret = (warmStart: boolean): number => {
      const history = new TrialTable(plane, ['minimize']);
      for (let trial = 0; trial < 200; trial++) history.upsert(others.record(trial));
      const optimizer = cmaEs({ warmStart, populationSize: 8 });
      return lowestLoss(simulate(optimizer, plane, shifted(sphere), { trials: 60, history, seed: 2 }));
    };
    expect(regret(true)).toBeLessThan(regret(false) / 3);
  });

  it('says which run and generation a suggestion comes from', () => {
    const history = simulate(cmaEs(), box(2, -1, 1), () => 1, { trials: 400 });
    expect(suggest(cmaEs(), new TrialTable(box(2, -1, 1), ['minimize']))?.why).toBe('starting point');
    expect(suggest(cmaEs(), history)?.why).toMatch(/^restart \d+, generation \d+$/);
  });

  it('refuses several objectives and options that mean nothing', () => {
    expect(() => cmaEs().check?.({ space: box(2, 0, 1), directions: ['minimize', 'maximize'] })).toThrow(
      UnsupportedError,
    );
    cmaEs().check?.({ space: box(2, 0, 1), directions: ['maximize'] });
    const bad = [
      { populationSize: 3 },
      { populationSize: 5.5 },
      { sigma: 0 },
      { sigma: 2 },
      { separable: 'yes' },
      { restarts: 'always' },
      { warmStart: 1 },
      { popsize: 10 },
    ];
    for (const options of bad) expect(() => cmaEs(options as object)).toThrow(InvalidArgumentError);
  });

  it('is not led astray by the scale of the losses', () => {
    const proposals = [1e-200, 1, 1e200].map((scale) => {
      const draw = createRandom(1);
      const offset = draw.uniform();
      return simulate(cmaEs(), box(3, -1, 1), (p) => scale * (sphere(Object.values(p)) + offset), {
        trials: 100,
      }).record(99).row;
    });
    expect(proposals[1]).toEqual(proposals[0]);
    expect(proposals[2]).toEqual(proposals[0]);
  });
});
