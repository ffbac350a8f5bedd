import { describe, expect, it } from 'vitest';

import { boolean, categorical } from '../hyperparameter/categorical.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { choice } from '../space/choice.ts';
import { list } from '../space/list.ts';
import { space, type SearchSpace } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import { createStudy, loadStudy } from '../study/create-study.ts';
import type { StudyJSON } from '../study/study-json.ts';
import { TrialTable } from '../study/history.ts';
import { simulate, suggest, type Outcome } from './simulate.ts';

/** Every kind of leaf, conditions and a constraint between parameters. */
const everything = space(
  {
    rate: float(1e-5, 1, { scale: 'log' }),
    drop: float(0, 0.5, { step: 0.1 }),
    depth: int(1, 5),
    width: int(1, 1024, { scale: 'log' }),
    activation: categorical(['relu', 'tanh', 'gelu']),
    size: categorical(['s', 'm', 'l'], { ordered: true }),
    bias: boolean(),
    optimizer: choice({
      adam: { beta: float(0.8, 0.99) },
      sgd: { momentum: float(0, 0.99), nesterov: boolean() },
    }),
    layers: list(int(8, 64), { min: 1, max: 3 }),
  },
  { where: [(p) => p.depth <= 4 || p.drop > 0] },
);

interface Everything {
  rate: number;
  depth: number;
  layers: number[];
  optimizer: { type: string };
}

const loss = (p: Everything): number =>
  Math.log10(p.rate) ** 2 + p.depth + p.layers.length + (p.optimizer.type === 'adam' ? 1 : 0);

const reals = (dimensions: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(-1, 1)])));

/**
 * What every optimizer must do whatever its method, as one list of tests.
 *
 * @param create makes the optimizer; called anew where nothing may be remembered.
 * @param trials how many trials it takes to be past the first generations.
 */
export function describeOptimizer(name: string, create: () => Optimizer, trials: number): void {
  const sizes = [1, 2, 5, Math.ceil(trials / 3), trials - 1, trials];

  describe(`${name} keeps the contract of optimizers`, () => {
    it.each([1, 7])('proposes configurations of the space, with %i at once', (concurrency) => {
      const history = simulate(create(), everything, loss, { trials, concurrency });
      for (let trial = 0; trial < history.size; trial++) {
        const { row } = history.record(trial);
        expect(everything.encode(everything.decode(row))).toEqual(row);
      }
    });

    it('suggests the same from a history whatever it did before, also while trials run', () => {
      const remembering = create();
      const history = new TrialTable(everything, ['minimize']);
      for (const size of sizes) {
        const concurrency = 4;
        simulate(remembering, everything, withTroubles, {
          trials: size - history.size,
          concurrency,
          history,
          seed: 5,
        });
        expect(suggest(create(), history, 5)).toEqual(suggest(remembering, history, 5));
      }
    });

    it('suggests the same after the trials were stored and read again', () => {
      const history = simulate(create(), everything, withTroubles, { trials, seed: 9 });
      const copy = new TrialTable(everything, ['minimize']);
      for (let trial = 0; trial < history.size; trial++) copy.upsert({ ...history.record(trial) });
      expect(suggest(create(), copy, 9)).toEqual(suggest(create(), history, 9));
    });

    it('goes on in a study that was saved and loaded as if it had not been', async () => {
      const run = { trials: trials + 5, seed: 4 };
      const objective = (p: unknown): number => loss(p as Everything);
      const whole = await createStudy({ space: everything, optimizer: create(), seed: run.seed });
      await whole.optimize(objective, { trials: run.trials });
      const first = await createStudy({ space: everything, optimizer: create(), seed: run.seed });
      await first.optimize(objective, { trials: trials - 5 });
      const json: StudyJSON = JSON.parse(JSON.stringify(first));
      const second = await loadStudy(json, { space: everything, optimizer: create() });
      await second.optimize(objective, { trials: run.trials });
      expect(second.trials.map(({ params }) => params)).toEqual(whole.trials.map(({ params }) => params));
    });

    it('depends on the seed, and serves several studies at once', () => {
      const optimizer = create();
      const rows = [1, 2, 1].map(
        (seed) => simulate(optimizer, everything, loss, { trials, seed }).record(trials - 1).row,
      );
      expect(rows[2]).toEqual(rows[0]);
      expect(rows[1]).not.toEqual(rows[0]);
      const history = simulate(optimizer, everything, loss, { trials, seed: 1 });
      expect(suggest(optimizer, history, 2)).toEqual(suggest(create(), history, 2));
      expect(suggest(optimizer, history, 1)).toEqual(suggest(create(), history, 1));
    });

    it('proposes different configurations for trials that run at once', () => {
      const history = simulate(create(), reals(3), () => 0, { trials: 30, concurrency: 31 });
      const keys = new Set(Array.from({ length: 30 }, (_, trial) => history.record(trial).row.join()));
      expect(keys.size).toBe(30);
    });

    it('tries every configuration of a small space once', () => {
      const small = space({ a: int(1, 4), b: categorical(['x', 'y', 'z']), c: boolean() });
      const history = simulate(create(), small, (p: { a: number }) => p.a, { trials: 20 });
      const keys = new Set(
        Array.from({ length: history.size }, (_, trial) => history.record(trial).row.join()),
      );
      expect(keys.size).toBeGreaterThanOrEqual(16);
    });

    it.each<[string, (trial: number) => Outcome | number]>([
      ['failed', () => undefined],
      ['the same', () => 1],
      ['infinitely bad', () => Infinity],
      ['infinitely good', () => -Infinity],
      ['infinite either way', (trial) => (trial % 2 === 0 ? Infinity : -Infinity)],
      ['huge', (trial) => (trial % 3) * 1e308],
      ['tiny', (trial) => (trial % 3) * 5e-324],
      ['infeasible', (trial) => ({ values: [trial % 5], constraints: [1 + (trial % 7)] })],
      ['infinitely infeasible', (trial) => ({ values: [trial % 5], constraints: [Infinity, -1] })],
      ['pruned without a value', () => ({ state: 'pruned' })],
      ['pruned with a value', (trial) => ({ state: 'pruned', values: [trial % 5] })],
    ])('goes on when all results are %s', (_, outcome) => {
      const history = simulate(create(), everything, (_params, trial) => outcome(trial), { trials });
      expect(history.size).toBe(trials);
      for (let trial = 0; trial < trials; trial++) {
        const { row } = history.record(trial);
        expect(everything.encode(everything.decode(row))).toEqual(row);
      }
    });

    it('goes on when the trials before were proposed by others', () => {
      const random = new TrialTable(everything, ['minimize']);
      const draw = simulate(create(), everything, loss, { trials: 30 });
      for (let trial = 0; trial < draw.size; trial++)
        random.upsert({ ...draw.record(trial), by: 'a stranger' });
      expect(simulate(create(), everything, loss, { trials, history: random }).size).toBe(30 + trials);
    });

    it('passes over trials that wait, and never end', () => {
      const row = everything.defaultRow();
      const waiting: TrialRecord = {
        number: 0,
        state: 'waiting',
        row: row.map(() => Number.NaN),
        attempt: 0,
      };
      const stuck: TrialRecord = { number: 1, state: 'running', row, by: create().name, attempt: 1 };
      const history = new TrialTable(everything, ['minimize']);
      history.upsert(waiting);
      history.upsert(stuck);
      expect(simulate(create(), everything, loss, { trials, concurrency: 2, history }).finished.length).toBe(
        trials,
      );
    });

    it.each([1, 2, 30, 101, 1000])('serves %i dimensions', (dimensions) => {
      const wide = reals(dimensions);
      const sphere = (p: Record<string, number>): number =>
        Object.values(p).reduce((sum, x) => sum + x * x, 0);
      const history = simulate(create(), wide, sphere, { trials: dimensions > 100 ? 60 : trials });
      const { row } = history.record(history.size - 1);
      expect(row.every((x) => x >= -1 && x <= 1)).toBe(true);
    });
  });
}

/** Some trials fail, are pruned or infeasible. */
function withTroubles(p: Everything, trial: number): Outcome {
  if (trial % 7 === 3) return undefined;
  if (trial % 5 === 2) return { state: 'pruned', ...(trial % 2 === 0 ? { values: [loss(p)] } : {}) };
  return { values: [loss(p)], constraints: [p.depth - 3, -1] };
}
