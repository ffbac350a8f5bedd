import { describe, expect, it } from 'vitest';

import { hypervolume } from '../../analysis/hypervolume.ts';
import { InvalidArgumentError } from '../../errors.ts';
import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { MULTI_OBJECTIVE_PROBLEMS, shareOfVolume, spaceOf } from '../../testing/multi-objective-problems.ts';
import { lowestLoss, simulate } from '../../testing/simulate.ts';
import { nsga2 } from './nsga2.ts';

type Reals = Record<string, number>;

const unitBox = (dimensions: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)])));

const zdt1 = (p: Reals) => ({ values: MULTI_OBJECTIVE_PROBLEMS[0]!.evaluate(Object.values(p)) });

const two = ['minimize', 'minimize'] as const;

describe('nsga2', () => {
  // 30 dimensions with two objectives and 12 with three are those of the publications.
  it.each([
    ['ZDT1', 0.96],
    ['ZDT2', 0.9],
    ['ZDT3', 0.96],
    ['DTLZ2', 0.91],
  ])('covers the front of %s within 5,000 trials in as many dimensions as published', (name, least) => {
    const problem = MULTI_OBJECTIVE_PROBLEMS.find((known) => known.name === name)!;
    const history = simulate(
      nsga2(),
      spaceOf(problem),
      (p: Reals) => ({ values: problem.evaluate(Object.values(p)) }),
      { trials: 5000, directions: Array.from({ length: problem.objectives }, () => 'minimize'), seed: 1 },
    );
    expect(shareOfVolume(problem, history)).toBeGreaterThan(least);
  });

  it('maximizes as it minimizes', () => {
    const mirrored = (p: Reals) => ({ values: zdt1(p).values.map((value) => -value) });
    const options = { trials: 300, seed: 2 };
    const down = simulate(nsga2(), unitBox(5), zdt1, { ...options, directions: two });
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
    const options = { trials: 3000, directions: two, concurrency: 16 };
    const history = simulate(nsga2(), unitBox(10), zdt1, options);
    expect(shareOfVolume(MULTI_OBJECTIVE_PROBLEMS[0]!, history)).toBeGreaterThan(0.98);
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
