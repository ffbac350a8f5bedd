import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { gaussianProcess } from '../optimizer/gaussian-process/gaussian-process.ts';
import { tpe } from '../optimizer/tpe/tpe.ts';
import { forecastByCohort } from '../pruner/cohort-forecast.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { space } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import { STATE_CODES, TrialTable, type History } from './history.ts';
import { createStudy, loadStudy } from './create-study.ts';
import { Lessons } from './lessons.ts';
import type { Study } from './study.ts';

const reports = { steps: [0, 1], values: [5, 4] };

/** Finished in the order 2, 0, 1; trial 3 is paused, 4 runs, 5 waits. */
function table(): TrialTable {
  const made = new TrialTable(space({ x: float(0, 1) }), ['maximize']);
  const record = (number: number, rest: Partial<TrialRecord>): TrialRecord => ({
    number,
    state: 'running',
    row: Float64Array.of(number / 10),
    attempt: 1,
    ...rest,
  });
  for (let number = 0; number < 5; number++) made.upsert(record(number, number === 4 ? {} : { reports }));
  made.upsert(record(5, { state: 'waiting' }));
  made.upsert(record(2, { state: 'complete', values: [7], reports }));
  made.upsert(record(0, { state: 'pruned', values: [4], reports }));
  made.upsert(record(1, { state: 'failed' }));
  return made;
}

function finished(history: History): string[] {
  return history.finished.map((n) => `${n} ${history.record(n).state} ${history.losses(0)[n]}`);
}

function forecasting(losses: ReadonlyMap<number, number>): Pruner {
  return { name: 'forecasting', shouldPrune: () => false, forecast: () => losses };
}

const silent: Pruner = { name: 'silent', shouldPrune: () => false };

test('shows paused trials as pruned ones, behind those that have finished', () => {
  const history = table();
  const copy = new Lessons(history, silent, 1).history([3]);
  expect(finished(copy)).toEqual(['2 complete -7', '0 pruned -4', '1 failed NaN', '3 pruned -4']);
  expect(copy.running).toEqual([4]);
  expect(copy.states[5]).toBe(STATE_CODES.waiting);
  expect(Array.from(copy.column(0).slice(0, 5))).toEqual(Array.from(history.column(0).slice(0, 5)));
  expect(history.running).toEqual([3, 4]);
});

test('with forecasts, shows them as complete, and those without one not at all', () => {
  const seen = (forecasts: ReadonlyMap<number, number>): string[] =>
    finished(new Lessons(table(), forecasting(forecasts), 1).history([3]));
  expect(seen(new Map([[3, -9]]))).toEqual(['2 complete -7', '1 failed NaN', '3 complete -9']);
  expect(seen(new Map([[0, -1]]))).toEqual(['2 complete -7', '0 complete -1', '1 failed NaN']);
});

test('counts the forecasts', () => {
  const count = (forecasts: ReadonlyMap<number, number>): number =>
    new Lessons(table(), forecasting(forecasts), 1).history([3]).forecastCount;
  expect(count(new Map([[3, -9]]))).toBe(1);
  expect(
    count(
      new Map([
        [0, -1],
        [3, -9],
      ]),
    ),
  ).toBe(2);
  // What diverged was not guessed.
  expect(count(new Map([[3, Infinity]]))).toBe(0);
  expect(table().forecastCount).toBe(0);
  expect(new Lessons(table(), silent, 1).history([3]).forecastCount).toBe(0);
});

test('with constraints, which no forecast knows, stopped trials are pruned ones', () => {
  const history = table();
  history.upsert({ ...history.record(4), state: 'complete', values: [3], constraints: [-1] });
  const lessons = new Lessons(history, forecasting(new Map([[3, -9]])), 1);
  expect(finished(lessons.history([3])).slice(-2)).toEqual(['4 complete -3', '3 pruned -4']);
  expect(lessons.history([])).toBe(history);
});

test('is the history itself as long as nothing was stopped', () => {
  const history = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
  const lessons = new Lessons(history, forecasting(new Map()), 1);
  history.upsert({ number: 0, state: 'complete', values: [1], row: Float64Array.of(0), attempt: 1 });
  expect(lessons.history([])).toBe(history);
});

test('a paused trial that goes on stands where it was until it is complete, or many have gone on', () => {
  const history = table();
  const lessons = new Lessons(history, silent, 1);
  for (let number = 6; number < 30; number++)
    history.upsert({ ...history.record(3), number, reports: { steps: [0], values: [number] } });
  const paused = Array.from({ length: 24 }, (_, i) => 6 + i);
  const first = lessons.history(paused);
  const goOn = (number: number): void =>
    history.upsert({ ...history.record(number), reports: { steps: [0, 1], values: [number, 10] } });
  goOn(6);
  expect(lessons.history(paused)).toBe(first);
  expect(first.losses(0)[6]).toBe(-6);
  goOn(7);
  goOn(8);
  const second = lessons.history(paused);
  expect(second).not.toBe(first);
  expect(second.losses(0)[6]).toBe(-10);
  history.upsert({ ...history.record(9), state: 'complete', values: [11] });
  const rest = paused.filter((number) => number !== 9);
  expect(finished(lessons.history(rest))).toContain('9 complete -11');
  expect(lessons.history(rest)).not.toBe(second);
});

const byCohort: Pruner = {
  name: 'by-cohort',
  shouldPrune: () => false,
  forecast: (trials, others) => forecastByCohort(trials, others, 4),
};

/** Ends trials as `curves` say: complete after 5 reports, else pruned. */
function* grown(curves: readonly (readonly number[])[]): Generator<TrialTable> {
  const history = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
  for (const [number, values] of curves.entries()) {
    const reports = { steps: Array.from(values.keys()), values };
    const state = values.length === 5 ? 'complete' : 'pruned';
    const ended: TrialRecord = {
      number,
      state,
      values: [values.at(-1)!],
      row: Float64Array.of(0),
      attempt: 1,
      reports,
    };
    history.upsert({ ...ended, state: 'running' });
    history.upsert(ended);
    yield history;
  }
}

test('what has grown with a study is what is made afresh, and a finished trial never changes in it', () => {
  const curve = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(curve, { maxLength: 40 }), (curves) => {
      let lessons: Lessons | undefined;
      let copies = 0;
      let last: TrialTable | undefined;
      let before: string[] = [];
      for (const history of grown(curves)) {
        lessons ??= new Lessons(history, byCohort, 1);
        const copy = lessons.history([]);
        const now = finished(copy);
        expect(now).toEqual(finished(new Lessons(history, byCohort, 1).history([])));
        if (copy !== last) {
          copies++;
          before = [];
        }
        expect(now.slice(0, before.length)).toEqual(before);
        last = copy;
        before = now;
      }
      // One for the history itself, one for each of the sizes 1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24, 30, 38.
      expect(copies).toBeLessThanOrEqual(14);
    }),
  );
});

/** Gives a study of 9 epochs `count` more trials; trials end near (x - 0.3)^2. */
async function tell(study: Study<{ x: number }>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const trial = await study.ask();
    const loss = (trial.params.x - 0.3) ** 2;
    try {
      for (let epoch = 0; epoch < 9; epoch++) await trial.report(epoch, loss + 1 / (epoch + 1));
      await study.tell(trial, loss);
    } catch (error) {
      await study.tell(trial, error as TrialPruned);
    }
  }
}

test('with the default pruner, an optimizer learns from few histories, however many trials are stopped', async () => {
  const histories = new Set<History>();
  const optimizer: Optimizer = {
    name: 'watching',
    suggest({ history, random, space: { leaves } }) {
      histories.add(history);
      return { row: Float64Array.from(leaves, () => random.uniform()) };
    },
  };
  const study = await createStudy({ space: space({ x: float(0, 1) }), optimizer, seed: 1 });
  await tell(study, 200);
  expect(study.trials.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(80);
  expect(histories.size).toBeLessThan(25);
});

test.each([
  ['gaussianProcess', gaussianProcess],
  ['tpe', tpe],
])('%s proposes the same after a restart, stopped trials or not', async (_, make) => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), optimizer: make(), seed: 1 });
  await tell(study, 33);
  expect(study.trials.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(10);
  for (let more = 0; more < 4; more++) {
    const resumed = await loadStudy(JSON.parse(JSON.stringify(study)), { optimizer: make() });
    const { params } = await resumed.ask();
    const trial = await study.ask();
    expect(trial.params).toEqual(params);
    await study.tell(trial, 1 + more);
  }
});

/** Proposes something else whenever it sees something else. */
const sensitive: Optimizer = {
  name: 'sensitive',
  suggest({ history, random }) {
    const sum = history.finished.reduce((total, trial) => total + history.losses(0)[trial]!, 0);
    return { row: Float64Array.of((random.uniform() + Math.abs(sum) * 997) % 1) };
  },
};

test.each([1, 4])('ordered runs on %i places are repeatable with the default pruner', async (concurrency) => {
  const run = async (jitter: number): Promise<unknown> => {
    const study = await createStudy({ space: space({ x: float(0, 1) }), optimizer: sensitive, seed: 2 });
    let calls = jitter;
    await study.optimize(
      async ({ x }, trial) => {
        const loss = (x - 0.3) ** 2;
        for (let epoch = 0; epoch < 9; epoch++) {
          // Whoever reports first differs from run to run.
          for (let wait = (calls++ * 7919 * jitter) % 5; wait > 0; wait--)
            await new Promise((resolve) => setImmediate(resolve));
          await trial.report(epoch, loss + (1 + x) / (epoch + 1));
        }
        return loss;
      },
      { trials: 60, concurrency, ordered: 4 },
    );
    return study.trials.map(({ state, params, reports }) => ({ state, params, steps: reports.steps }));
  };
  expect(await run(1)).toEqual(await run(3));
});
