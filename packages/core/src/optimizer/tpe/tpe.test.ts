import { describe, expect, it } from 'vitest';

import { InvalidArgumentError } from '../../errors.ts';
import { boolean, categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { lowestLoss, simulate, suggest } from '../../testing/simulate.ts';
import { random } from '../random/random.ts';
import { tpe } from './tpe.ts';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const seeds = Array.from({ length: 10 }, (_, seed) => seed);

const plane = space({ a: float(-5, 10), b: float(0, 15) });
const branin = ({ a, b }: { a: number; b: number }): number =>
  (b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) +
  10;

describe('tpe finds good settings', () => {
  it('comes within 0.05 of the minimum of Branin, 0.397887, in 50 trials', () => {
    const best = seeds.map((seed) => lowestLoss(simulate(tpe(), plane, branin, { trials: 50, seed })));
    expect(median(best)).toBeLessThan(0.397887 + 0.05);
  });

  it('follows a dependence between parameters, which the univariate form cannot', () => {
    const valley = ({ a, b }: { a: number; b: number }): number =>
      100 * (a / 5 - b / 15) ** 2 + (a / 5 - 0.7) ** 2;
    const run = (multivariate: boolean): number =>
      median(
        seeds.map((seed) => lowestLoss(simulate(tpe({ multivariate }), plane, valley, { trials: 80, seed }))),
      );
    expect(run(true)).toBeLessThan(run(false));
  });

  it('chooses the better branch and tunes it', () => {
    const s = space({
      method: choice({
        good: { x: float(0, 1), y: float(0, 1) },
        bad: { rate: float(1e-4, 1, { scale: 'log' }) },
        none: {},
      }),
      extra: boolean(),
    });
    type Params = { method: { type: string; x: number; y: number }; extra: boolean };
    const loss = ({ method, extra }: Params): number =>
      (method.type === 'good' ? (method.x - 0.3) ** 2 + (method.y - 0.8) ** 2 : 0.5) + (extra ? 0.1 : 0);
    const best = seeds.map((seed) => lowestLoss(simulate(tpe(), s, loss, { trials: 80, seed })));
    expect(median(best)).toBeLessThan(0.01);
  });

  it('finds the best of many whole numbers and categories', () => {
    const s = space({
      n: int(1, 100),
      k: int(1, 1024, { scale: 'log' }),
      size: categorical(['s', 'm', 'l', 'xl'], { ordered: true }),
      kind: categorical(['a', 'b', 'c', 'd', 'e']),
    });
    const loss = (p: { n: number; k: number; size: string; kind: string }): number =>
      Math.abs(p.n - 37) / 100 +
      Math.abs(Math.log2(p.k) - 6) / 10 +
      (p.size === 'l' ? 0 : 0.3) +
      (p.kind === 'd' ? 0 : 0.4);
    const run = (make: () => ReturnType<typeof tpe>): number =>
      median(seeds.map((seed) => lowestLoss(simulate(make(), s, loss, { trials: 100, seed }))));
    expect(run(tpe)).toBeLessThan(0.5 * run(random));
  });

  it('goes where the constraints hold, though the unconstrained optimum lies elsewhere', () => {
    const s = space({ x: float(-3, 3), y: float(-3, 3) });
    // Minimize x + y inside the unit disk: -√2.
    const results = seeds.map((seed) => {
      const history = simulate(
        tpe(),
        s,
        ({ x, y }: { x: number; y: number }) => ({ values: [x + y], constraints: [x * x + y * y - 1] }),
        { trials: 120, seed },
      );
      return history.losses(0)[history.bestOf()!]!;
    });
    expect(median(results)).toBeLessThan(-1.3);
  });

  it('satisfies where, also when it rules out what looks best', () => {
    const s = space({ x: float(0, 1), y: float(0, 1) }, { where: [(p) => p.x + p.y > 1.5] });
    const history = simulate(tpe(), s, ({ x, y }: { x: number; y: number }) => x + y, { trials: 60 });
    expect(lowestLoss(history)).toBeLessThan(1.52);
  });
});

describe('tpe treats trials by their state', () => {
  const line = space({ x: float(0, 1) });

  /** A history of evenly spread trials whose best lies at 0.3. */
  const known = (finish: (number: number) => number = (number) => number): TrialTable => {
    const history = new TrialTable(line, ['minimize']);
    const rows = Array.from({ length: 40 }, (_, i) => Float64Array.of((i + 0.5) / 40));
    for (const [number, row] of rows.entries()) history.upsert({ number, state: 'running', row, attempt: 1 });
    for (let i = 0; i < 40; i++) {
      const number = finish(i);
      const row = rows[number]!;
      history.upsert({ number, state: 'complete', row, values: [Math.abs(row[0]! - 0.3)], attempt: 1 });
    }
    return history;
  };

  const proposals = (history: TrialTable): number[] =>
    seeds.map((seed) => suggest(tpe(), history, seed)!.row[0]!);
  const distance = (xs: readonly number[]): number => median(xs.map((x) => Math.abs(x - 0.3)));

  it('keeps away from where others are running', () => {
    const history = known();
    expect(distance(proposals(history))).toBeLessThan(0.02);
    for (let i = 0; i < 20; i++) {
      const row = Float64Array.of(0.27 + 0.003 * i);
      history.upsert({ number: history.size, state: 'running', row, attempt: 1 });
    }
    expect(distance(proposals(history))).toBeGreaterThan(0.03);
  });

  it('gives the same suggestion in whatever order the trials finished', () => {
    const order = createRandom(1).shuffle(Array.from({ length: 40 }, (_, i) => i));
    expect(proposals(known((i) => order[i]!))).toEqual(proposals(known()));
  });

  it('ignores failed trials', () => {
    const history = known();
    for (let i = 0; i < 20; i++) {
      history.upsert({ number: history.size, state: 'failed', row: Float64Array.of(0.3), attempt: 1 });
    }
    expect(distance(proposals(history))).toBeLessThan(0.05);
  });

  it('takes pruned trials for worse than complete ones', () => {
    const history = known();
    for (let i = 0; i < 30; i++) {
      const row = Float64Array.of(0.9 + i / 1000);
      history.upsert({ number: history.size, state: 'pruned', row, values: [-1], attempt: 1 });
    }
    expect(distance(proposals(history))).toBeLessThan(0.05);
  });

  it('maximizes when asked', () => {
    const objective = ({ x }: { x: number }): number => -((x - 0.8) ** 2);
    const history = simulate(tpe(), line, objective, { trials: 40, directions: ['maximize'] });
    expect(Math.abs(history.record(history.bestOf()!).row[0]! - 0.8)).toBeLessThan(0.02);
  });
});

describe('a long history', () => {
  it('gives the same suggestion to one who followed it and to one who meets it whole', () => {
    const s: SearchSpace = space({ x: float(0, 1), n: int(1, 50), c: categorical(['a', 'b', 'c']) });
    const followed = tpe();
    const history = simulate(random(), s, (p: { x: number; n: number }) => (p.x - 0.4) ** 2 + p.n / 100, {
      trials: 700,
    });
    suggest(followed, history);
    simulate(followed, s, (p: { x: number; n: number }) => (p.x - 0.4) ** 2 + p.n / 100, {
      trials: 60,
      concurrency: 5,
      history,
    });
    expect(suggest(tpe(), history)).toEqual(suggest(followed, history));
    expect(lowestLoss(history)).toBeLessThan(0.012);
  });
});

describe('options of tpe', () => {
  it.each([
    { startupTrials: -1 },
    { candidates: 0.5 },
    { priorWeight: 0 },
    { multivariate: 'yes' },
    { gamma: 0.1 },
    { nEiCandidates: 24 },
  ])('rejects %o', (options) => {
    expect(() => tpe(options as never)).toThrow(InvalidArgumentError);
  });

  it('bears a gamma that returns odd numbers', () => {
    for (const gamma of [() => 0, () => 1e9, () => 0.5]) {
      expect(simulate(tpe({ gamma }), plane, branin, { trials: 30 }).size).toBe(30);
    }
  });
});
