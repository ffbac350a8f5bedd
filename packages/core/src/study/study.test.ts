import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  AllTrialsFailedError,
  InvalidArgumentError,
  InvalidParameterError,
  InvalidResultError,
  NoBestTrialError,
  StudyError,
  TrialPruned,
  TrialStateError,
  TrialTimeoutError,
  UnsupportedError,
} from '../errors.ts';
import { boolean, categorical } from '../hyperparameter/categorical.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { random } from '../optimizer/random/random.ts';
import { tpe } from '../optimizer/tpe/tpe.ts';
import { choice } from '../space/choice.ts';
import { space } from '../space/search-space.ts';
import { memory } from '../storage/memory.ts';
import { createStudy, loadStudy, openStudy } from './create-study.ts';
import { costBudget, noImprovement, targetValue } from './stop-rules.ts';
import type { StudyJSON } from './study-json.ts';

const square = space({ x: float(-5, 5) });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('ask and tell', () => {
  test('numbers trials from 0 and keeps the best', async () => {
    const study = await createStudy({ space: square, seed: 1 });
    for (let i = 0; i < 20; i++) {
      const trial = await study.ask();
      expect(trial.number).toBe(i);
      await study.tell(trial, trial.params.x ** 2);
    }
    const values = study.trials.map((trial) => trial.value as number);
    expect(study.best.value).toBe(Math.min(...values));
    expect(study.best.params.x ** 2).toBe(study.best.value);
  });

  test('takes several at once', async () => {
    const study = await createStudy({ space: square, direction: 'maximize', seed: 1 });
    const trials = await study.ask(3);
    expect(trials.map((trial) => trial.number)).toEqual([0, 1, 2]);
    const views = await study.tell(trials.map((trial) => [trial, trial.number] as const));
    expect(views.map((view) => view.value)).toEqual([0, 1, 2]);
    expect(study.best.number).toBe(2);
  });

  test('asks that overlap get different numbers', async () => {
    const study = await createStudy({ space: square });
    const trials = await Promise.all(Array.from({ length: 8 }, () => study.ask()));
    expect(trials.map((trial) => trial.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('an Error tells a failure, a TrialPruned a pruning', async () => {
    const study = await createStudy({ space: square });
    const [a, b] = await study.ask(2);
    await b!.report(0, 7);
    expect(await study.tell(a!, new RangeError('no memory'))).toMatchObject({
      state: 'failed',
      failure: { name: 'RangeError', message: 'no memory' },
    });
    expect(await study.tell(b!, new TrialPruned())).toMatchObject({ state: 'pruned', value: 7 });
    expect(() => study.best).toThrow(NoBestTrialError);
  });

  test.each([
    ['NaN', Number.NaN, /returned NaN/],
    ['NaN as one of the values', { values: [Number.NaN] }, /returned NaN/],
    ['NaN constraints', { value: 1, constraints: [Number.NaN] }, /constraints/],
  ])('%s as a result fails the trial', async (_, result, message) => {
    const study = await createStudy({ space: square });
    const view = await study.tell(await study.ask(), result);
    expect(view.state).toBe('failed');
    expect(view.failure?.message).toMatch(message);
  });

  describe.each([
    ['nothing', undefined, 'undefined; expected a number, or { value }'],
    ['text', '0.5', '"0.5"; expected a number'],
    ['two values', [1, 2], '2 values; expected a number'],
    ['an empty object', {}, 'an empty object; expected a number'],
    ['an object without a value', { loss: 1 }, 'an object with loss but no value'],
    ['a misspelt member', { value: 1, metric: {} }, "an object with the unknown member 'metric'"],
  ])('%s as a result', (_, result, message) => {
    test('is refused when it is told, and the trial goes on', async () => {
      const study = await createStudy({ space: square });
      const trial = await study.ask();
      const told = study.tell(trial, result as never);
      await expect(told).rejects.toThrow(InvalidArgumentError);
      await expect(told).rejects.toThrow(`tell: it was given ${message}`);
      expect(study.trials[0]?.state).toBe('running');
      await trial.report(0, 5);
      expect(await study.tell(trial, 4)).toMatchObject({ state: 'complete', value: 4 });
    });

    test('fails the trial when an objective returns it', async () => {
      const study = await createStudy({ space: square });
      await study.optimize((_params, { number }) => (number === 0 ? 1 : (result as never)), { trials: 2 });
      expect(study.trials[1]?.state).toBe('failed');
      expect(study.trials[1]?.failure?.message).toContain(`the objective returned ${message}`);
    });

    test('is refused by addTrial', async () => {
      const study = await createStudy({ space: square });
      const added = study.addTrial({ x: 1 }, result as never);
      await expect(added).rejects.toThrow(InvalidResultError);
      await expect(added).rejects.toThrow(`addTrial was given ${message}`);
      expect(study.trials).toEqual([]);
    });
  });

  test('another number of constraints than before fails the trial that is told so', async () => {
    const study = await createStudy({ space: square });
    const [first, second] = await study.ask(2);
    await study.tell(first!, { value: 1, constraints: [0, 0] });
    expect(await study.tell(second!, 1)).toMatchObject({ state: 'failed' });
  });

  test('refuses to tell twice, and to tell what was never asked', async () => {
    const study = await createStudy({ space: square });
    const trial = await study.ask();
    await study.tell(trial, 1);
    await expect(study.tell(trial, 2)).rejects.toThrow(/trial 0 was told already \(it is complete\)/);
    await expect(study.tell(17, 1)).rejects.toThrow(/trial 17 is unknown/);
    await expect(study.tell(17, 1)).rejects.toThrow(TrialStateError);
    expect(study.best.value).toBe(1);
  });

  test('refuses the same step twice, steps that are no whole numbers, and reports after the end', async () => {
    const study = await createStudy({ space: square });
    const trial = await study.ask();
    await trial.report(0, 1);
    await expect(trial.report(0, 2)).rejects.toThrow(/reported step 0 already/);
    await expect(trial.report(0.5, 2)).rejects.toThrow(InvalidArgumentError);
    await expect(trial.report(1, '2' as never)).rejects.toThrow(/value must be a number/);
    await study.tell(trial, 1);
    await expect(trial.report(1, 2)).rejects.toThrow(/has ended/);
  });
});

test('addTrial takes neither NaN nor errors', async () => {
  const study = await createStudy({ space: square });
  await expect(study.addTrial({ x: 1 }, Number.NaN)).rejects.toThrow('addTrial was given NaN; expected');
  await expect(study.addTrial({ x: 1 }, new Error('no memory') as never)).rejects.toThrow(
    'addTrial was given an error (no memory), and adds complete trials only',
  );
  expect(study.trials).toEqual([]);
});

test('unknown events are refused, and listeners that are no functions', async () => {
  const study = await createStudy({ space: square });
  const on = study.on.bind(study) as (event: unknown, listener: unknown) => void;
  for (const event of ['trialFinish', 'toString', undefined]) {
    expect(() => on(event, () => {})).toThrow(InvalidArgumentError);
  }
  expect(() => on('trialFinish', () => {})).toThrow(
    /unknown event "trialFinish"; the events are trialStarted, .*trialFinished, newBest/,
  );
  expect(() => on('newBest', 3)).toThrow(/the listener must be a function, not 3/);
});

describe('enqueue', () => {
  const model = space({
    rate: float(0, 1, { default: 0.5 }),
    kind: choice({ tree: { depth: int(1, 9) }, line: {} }),
    fast: boolean(),
  });

  test('runs before anything proposed, and fills what is left out', async () => {
    const study = await createStudy({ space: model, seed: 3 });
    await study.enqueue({ kind: { type: 'tree' } });
    await study.enqueue({ rate: 0.25, kind: { type: 'line' }, fast: true }, { attributes: { from: 'me' } });
    expect(study.waitingCount).toBe(2);
    const [first, second, third] = await study.ask(3);
    expect(first!.params.rate).toBe(0.5);
    expect(first!.params.kind).toMatchObject({ type: 'tree', depth: expect.any(Number) });
    expect(second!.params).toEqual({ rate: 0.25, kind: { type: 'line' }, fast: true });
    expect(study.trials[1]).toMatchObject({ by: 'enqueued', attributes: { from: 'me' } });
    expect(study.trials[2]!.by).toBe('gaussianProcess');
    expect(third!.number).toBe(2);
    await study.tell(second!, { value: 1, attributes: { took: 'long' } });
    expect(study.trials[1]!.attributes).toEqual({ from: 'me', took: 'long' });
  });

  test('refuses unknown names, listing the valid ones, and values outside the domain', async () => {
    const study = await createStudy({ space: model });
    await expect(study.enqueue({ speed: 1 } as never)).rejects.toThrow(
      /unknown parameter 'speed'; the valid names are rate, kind, fast/,
    );
    await expect(study.enqueue({ rate: 2 })).rejects.toThrow(InvalidParameterError);
    expect(study.waitingCount).toBe(0);
  });

  test('skips what is there already when asked to', async () => {
    const study = await createStudy({ space: square });
    await study.enqueue({ x: 1 });
    await study.enqueue({ x: 1 }, { skipIfExists: true });
    expect(study.waitingCount).toBe(1);
  });
});

describe('optimize', () => {
  test('runs the objective, and trials is a total', async () => {
    const study = await createStudy({ space: square, seed: 1 });
    expect(await study.optimize(({ x }) => x * x, { trials: 10 })).toMatchObject({
      reason: 'trials',
      finished: 10,
    });
    expect(await study.optimize(({ x }) => x * x, { trials: 15 })).toMatchObject({ finished: 5 });
    expect(await study.optimize(({ x }) => x * x, { trials: 15 })).toMatchObject({ finished: 0 });
    expect(study.trials).toHaveLength(15);
  });

  test('never runs more trials at once than asked, nor more in all', async () => {
    const study = await createStudy({ space: square });
    let active = 0;
    let peak = 0;
    await study.optimize(
      async ({ x }) => {
        peak = Math.max(peak, ++active);
        await sleep(2);
        active--;
        return x;
      },
      { trials: 13, concurrency: 4 },
    );
    expect(peak).toBe(4);
    expect(study.trials).toHaveLength(13);
  });

  test('a failing objective fails its trial only', async () => {
    const study = await createStudy({ space: square });
    await study.optimize(
      (_, trial) => {
        if (trial.number % 2 === 0) throw new Error(`no ${trial.number}`);
        return trial.number;
      },
      { trials: 6 },
    );
    expect(study.trials.map((trial) => trial.state)).toEqual([
      'failed',
      'complete',
      'failed',
      'complete',
      'failed',
      'complete',
    ]);
    expect(study.trials[4]!.failure?.message).toBe('no 4');
    expect(study.best.value).toBe(1);
  });

  test('when every trial fails, quotes the first cause, and early', async () => {
    const study = await createStudy({ space: square });
    let calls = 0;
    const failing = study.optimize(
      () => {
        throw new TypeError(`cannot read the data (${++calls})`);
      },
      { trials: 1000 },
    );
    await expect(failing).rejects.toThrow(AllTrialsFailedError);
    await expect(failing).rejects.toThrow(/TypeError: cannot read the data \(1\)/);
    expect(study.trials).toHaveLength(10);
    await expect(failing.catch((error: Error) => (error.cause as Error).message)).resolves.toBe(
      'cannot read the data (1)',
    );
  });

  test('stopOnFailure throws the error of the objective', async () => {
    const study = await createStudy({ space: square });
    const error = new Error('stop here');
    await expect(
      study.optimize(
        (_, { number }) => {
          if (number === 2) throw error;
          return 1;
        },
        { trials: 9, stopOnFailure: true },
      ),
    ).rejects.toBe(error);
    expect(study.trials).toHaveLength(3);
  });

  test('retries an objective that fails, with a new attempt', async () => {
    const study = await createStudy({ space: square });
    const attempts: string[] = [];
    await study.optimize(
      async (_, trial) => {
        attempts.push(`${trial.number}.${trial.attempt}`);
        await trial.report(0, 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (trial.number === 1 && trial.attempt < 3) throw new Error('flaky');
        return 1;
      },
      { trials: 2, retries: 2 },
    );
    expect(attempts).toEqual(['0.1', '1.1', '1.2', '1.3']);
    expect(study.trials[1]).toMatchObject({
      state: 'complete',
      attempt: 3,
      reports: { steps: [0], values: [1] },
    });
    expect(study.history.reportsAt(0)?.trials).toEqual([0, 1]);
  });

  test('a trial that runs too long is aborted and fails', async () => {
    const study = await createStudy({ space: square });
    let reason: unknown;
    await study.optimize(
      async (_, { number, signal }) => {
        if (number === 1)
          await new Promise((_resolve) => signal.addEventListener('abort', () => (reason = signal.reason)));
        return 1;
      },
      { trials: 3, trialTimeout: 30 },
    );
    expect(reason).toBeInstanceOf(TrialTimeoutError);
    expect(study.trials[1]).toMatchObject({ state: 'failed', failure: { name: 'TrialTimeoutError' } });
    expect(study.trials[2]!.state).toBe('complete');
  });

  test('ends at the timeout', async () => {
    const study = await createStudy({ space: square });
    const result = await study.optimize(
      async () => {
        await sleep(5);
        return 1;
      },
      { timeout: '50ms' },
    );
    expect(result.reason).toBe('timeout');
    expect(study.trials.every((trial) => trial.state === 'complete')).toBe(true);
  });

  test('an abort puts running trials back into the queue, to be run again', async () => {
    const study = await createStudy({ space: square, seed: 4 });
    const controller = new AbortController();
    const started: number[] = [];
    const result = await study.optimize(
      async ({ x }, { number, signal }) => {
        started.push(x);
        if (number < 2) return x;
        if (number === 3) controller.abort();
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
        return 0;
      },
      { signal: controller.signal, concurrency: 2 },
    );
    expect(result.reason).toBe('aborted');
    expect(study.trials).toHaveLength(2);
    expect(study.waitingCount).toBe(2);
    const again: number[] = [];
    await study.optimize(
      ({ x }) => {
        again.push(x);
        return x;
      },
      { trials: 4 },
    );
    expect(again).toEqual(started.slice(2));
  });

  test('stop rules', async () => {
    const target = await createStudy({ space: square, seed: 1 });
    expect(await target.optimize((_, { number }) => 10 - number, { stop: targetValue(7) })).toMatchObject({
      reason: 'rule',
      finished: 4,
    });

    const stagnant = await createStudy({ space: square, seed: 1 });
    expect(
      await stagnant.optimize((_, { number }) => Math.max(10 - number, 5), { stop: noImprovement(8) }),
    ).toMatchObject({ finished: 14 });

    const costly = await createStudy({ space: square, seed: 1 });
    const result = await costly.optimize(() => ({ value: 1, cost: 3 }), {
      stop: [costBudget(10), targetValue(-1)],
    });
    expect(result).toMatchObject({ finished: 4, detail: expect.stringContaining('the trials have cost 12') });
  });

  test.each([
    [{}, /say when to end/],
    [{ trials: 0 }, /trials must be a whole number of at least 1, not 0/],
    [{ trials: '5' }, /trials must be a whole number/],
    [{ trials: 5, timeout: 'soon' }, /timeout must be/],
    [{ trials: 5, concurency: 2 }, /unknown option 'concurency'; the options are trials/],
    [{ trials: 5, concurrency: 4, ordered: 2 }, /ordered must be a whole number of at least 4/],
    [{ trials: 5, stop: () => true }, /stop must be stop rules/],
    [{ signal: {} }, /AbortSignal/],
  ])('refuses %j', async (options, message) => {
    const study = await createStudy({ space: square });
    await expect(study.optimize(() => 1, options as never)).rejects.toThrow(message);
  });
});

describe('ordered runs are repeatable', () => {
  // Proposes next to the best known result, so that any difference in what is known shows in the parameters.
  const climber = {
    name: 'climber',
    suggest: ({ history, random }: Parameters<Optimizer['suggest']>[0]) => {
      const best = history.finished.reduce(
        (b, n) => (b === -1 || history.losses(0)[n]! < history.losses(0)[b]! ? n : b),
        -1,
      );
      const x = best === -1 ? random.uniform() : history.column(0)[best]! + random.normal() / 10;
      return { row: Float64Array.of(Math.min(5, Math.max(-5, x))) };
    },
  };

  async function run(concurrency: number, ordered: boolean | number, jitter: number): Promise<number[]> {
    const study = await createStudy({ space: square, optimizer: climber, seed: 9 });
    await study.optimize(
      async ({ x }, { number }) => {
        await sleep(((number * 7919) % 5) * jitter);
        return (x - 2) ** 2;
      },
      { trials: 24, concurrency, ordered },
    );
    return study.trials.map((trial) => trial.params.x);
  }

  test('whatever ends first', async () => {
    expect(await run(4, true, 1)).toEqual(await run(4, true, 3));
  });

  test('with any concurrency up to a fixed lag', async () => {
    const one = await run(1, 4, 0);
    expect(await run(2, 4, 1)).toEqual(one);
    expect(await run(4, 4, 2)).toEqual(one);
    expect(await run(1, true, 0)).not.toEqual(one);
  });
});

describe('finite spaces', () => {
  const small = space({ a: int(0, 3), b: categorical(['x', 'y', 'z']) });

  test('no configuration is evaluated twice, and the run ends when all are', async () => {
    const study = await createStudy({ space: small, seed: 2 });
    const result = await study.optimize(({ a }) => a, { trials: 100, concurrency: 3 });
    expect(result.reason).toBe('exhausted');
    expect(new Set(study.trials.map((trial) => JSON.stringify(trial.params))).size).toBe(12);
    expect(study.trials).toHaveLength(12);
    await expect(study.ask()).rejects.toThrow(UnsupportedError);
  });

  test('unless the study is noisy', async () => {
    const study = await createStudy({ space: small, seed: 2, noisy: true });
    await study.optimize(({ a }) => a, { trials: 40 });
    expect(study.trials).toHaveLength(40);
  });
});

describe('several objectives and constraints', () => {
  test('the Pareto front holds what nothing beats', async () => {
    const study = await createStudy({ space: square, directions: ['minimize', 'maximize'] });
    const results = [
      [1, 1],
      [2, 2],
      [3, 1],
      [1, 0],
      [0, 0],
    ] as const;
    await study.optimize((_, { number }) => results[number]!, { trials: 5 });
    expect(study.pareto.map((trial) => trial.number)).toEqual([0, 1, 4]);
    expect(() => study.best).toThrow(UnsupportedError);
  });

  test('an infeasible trial is never the best', async () => {
    const study = await createStudy({ space: square });
    await study.optimize((_, { number }) => ({ value: number, constraints: [2 - number] }), { trials: 5 });
    expect(study.best.number).toBe(2);
    expect(study.trials[0]!.isFeasible).toBe(false);
  });

  test('infinities are values, NaN never wins', async () => {
    const study = await createStudy({ space: square });
    const values = [Infinity, Number.NaN, 3, -Infinity];
    await study.optimize((_, { number }) => values[number]!, { trials: 4 });
    expect(study.best.value).toBe(-Infinity);
    expect(study.trials[1]!.state).toBe('failed');
  });
});

describe('saving and continuing', () => {
  const model = space({ x: float(-5, 5), n: int(1, 9), c: choice({ a: { p: float(0, 1) }, b: {} }) });
  const objective = ({ x, n }: { x: number; n: number }): number => x * x + n;

  test('a study goes to JSON and back, and continues as if it had never stopped', async () => {
    const whole = await createStudy({ space: model, seed: 5 });
    await whole.optimize(objective, { trials: 20 });
    const half = await createStudy({ space: model, seed: 5 });
    await half.optimize(objective, { trials: 9 });
    const json = JSON.parse(JSON.stringify(half)) as StudyJSON;
    const resumed = await loadStudy(json, { space: model });
    await resumed.optimize(objective, { trials: 20 });
    expect(resumed.trials.map((trial) => trial.params)).toEqual(whole.trials.map((trial) => trial.params));
    expect(resumed.best.value).toBe(whole.best.value);
  });

  test('keeps everything a trial knows, infinities too, and runs interrupted trials again', async () => {
    const study = await createStudy({ space: model, seed: 5, name: 'kept', attributes: { team: 'a' } });
    await study.optimize(
      async (_, trial) => {
        await trial.report(0, trial.number === 0 ? Number.NaN : -Infinity);
        return {
          value: Infinity,
          metrics: { f1: 0.5 },
          constraints: [-1],
          attributes: { note: 'x' },
          cost: 2,
        };
      },
      { trials: 2 },
    );
    const running = await study.ask();
    await study.enqueue({ n: 3 });
    const copy = await loadStudy(JSON.parse(JSON.stringify(study)) as StudyJSON);
    const { startedAt, ...first } = copy.history.record(0);
    expect(first).toEqual({ ...study.history.record(0), startedAt: undefined });
    expect(startedAt).toBe(study.history.record(0).startedAt);
    expect(copy.attributes).toEqual({ team: 'a' });
    expect(copy.waitingCount).toBe(2);
    const again = await copy.ask();
    expect(again.number).toBe(running.number);
    expect(again.params).toEqual(running.params);
    expect(await copy.ask()).toMatchObject({ number: 3, params: { n: 3 } });
  });

  test('remembers the order in which trials finished', async () => {
    const study = await createStudy({ space: model, seed: 5 });
    const [a, b, c] = await study.ask(3);
    await study.tell([
      [c!, 3],
      [a!, new Error('no')],
      [b!, 1],
    ]);
    const json = JSON.parse(JSON.stringify(study)) as StudyJSON;
    expect((await loadStudy(json)).history.finished).toEqual([2, 0, 1]);
    await expect(loadStudy({ ...json, finished: [2, 0, 0] })).rejects.toThrow(
      /damaged: its list of 3 finished/,
    );
    await expect(loadStudy({ ...json, finished: [2, 0] })).rejects.toThrow(/damaged/);
  });

  test('refuses what is no saved study, or one of another space', async () => {
    await expect(loadStudy({} as never)).rejects.toThrow(StudyError);
    const study = await createStudy({ space: model });
    await expect(loadStudy(study.toJSON(), { space: square as never })).rejects.toThrow(/has another space/);
    const damaged = { ...study.toJSON(), version: 7 as never };
    await expect(loadStudy(damaged)).rejects.toThrow(/version 7/);
  });

  test('studies of one storage are shared', async () => {
    const storage = memory();
    const first = await createStudy({ space: square, storage, name: 'shared', seed: 1 });
    const second = await openStudy({ space: square, storage, name: 'shared' });
    await first.optimize(({ x }) => x * x, { trials: 3 });
    await second.optimize(({ x }) => x * x, { trials: 6 });
    await first.refresh();
    expect(first.trials.map((trial) => trial.number)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(first.best.value).toBe(second.best.value);
    await expect(createStudy({ space: square, storage, name: 'shared' })).rejects.toThrow(/exists already/);
    await expect(openStudy({ storage, name: 'other' })).rejects.toThrow(/no study 'other'.*'shared'/);
  });
});

test('events tell what happens, in order', async () => {
  const study = await createStudy({ space: square, seed: 1 });
  const events: string[] = [];
  study.on('trialStarted', ({ number }) => events.push(`start ${number}`));
  study.on('trialReported', ({ number, step, value }) => events.push(`report ${number} ${step} ${value}`));
  study.on('newBest', ({ value }) => events.push(`best ${value}`));
  const off = study.on('trialFinished', ({ number, state }) => events.push(`end ${number} ${state}`));
  await study.optimize(
    async (_, trial) => {
      await trial.report(0, 5);
      return trial.number === 0 ? 2 : 3;
    },
    { trials: 2 },
  );
  off();
  await study.tell(await study.ask(), 1);
  expect(events).toEqual([
    'start 0',
    'report 0 0 5',
    'end 0 complete',
    'best 2',
    'start 1',
    'report 1 0 5',
    'end 1 complete',
    'start 2',
    'best 1',
  ]);
});

test('the same seed gives the same study', async () => {
  const runs = await Promise.all(
    [1, 1, 2].map(async (seed) => {
      const study = await createStudy({ space: square, seed });
      await study.optimize(({ x }) => x, { trials: 5 });
      return study.trials.map((trial) => trial.params.x);
    }),
  );
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]).not.toEqual(runs[2]);
});

test.each([
  [{ space: {} }, /space must be made by space/],
  [{ space: square, direction: 'up' }, /direction must be 'minimize' or 'maximize', not "up"/],
  [{ space: square, directions: [] }, /directions must be a list/],
  [{ space: square, direction: 'minimize', directions: ['minimize'] }, /not both/],
  [{ space: square, optimizer: 'tpe' }, /optimizer must be an optimizer such as/],
  [{ space: square, pruner: {} }, /pruner must be a pruner/],
  [{ space: square, seed: 'x' }, /seed must be a whole number/],
  [{ space: square, sampler: 1 }, /unknown option 'sampler'/],
])('createStudy refuses %o', async (options, message) => {
  await expect(createStudy(options as never)).rejects.toThrow(message);
});

describe('nothing hangs, and nothing recorded is lost', () => {
  const both = [false, true] as const;

  test.each(both)(
    'a listener that throws ends the run with its error, the trial recorded (ordered: %s)',
    async (ordered) => {
      for (const event of [
        'trialStarted',
        'trialReported',
        'trialRetried',
        'trialFinished',
        'newBest',
      ] as const) {
        const study = await createStudy({ space: square, optimizer: random(), seed: 1 });
        const broken = new Error(`broken ${event}`);
        study.on(event, () => {
          throw broken;
        });
        const run = study.optimize(
          async (_, trial) => {
            await trial.report(0, 1);
            if (trial.attempt === 1) throw new Error('flaky');
            return 1;
          },
          { trials: 5, retries: 1, ordered },
        );
        await expect(run).rejects.toBe(broken);
        expect(study.history.running).toEqual([]);
        expect(study.waitingCount).toBe(0);
      }
    },
  );

  test.each(both)('a trial told by somebody else keeps that result (ordered: %s)', async (ordered) => {
    const study = await createStudy({ space: square, optimizer: random(), seed: 1 });
    await study.optimize(
      async (_, { number }) => {
        if (number === 2) await study.tell(2, 42);
        return 1;
      },
      { trials: 5, ordered },
    );
    expect(study.trials.map((trial) => trial.value)).toEqual([1, 1, 42, 1, 1]);
  });

  test.each(both)('a storage that fails ends the run with its error (ordered: %s)', async (ordered) => {
    const inner = memory();
    const failing = {
      ...inner,
      create: async (header: Parameters<typeof inner.create>[0]) => {
        const store = await inner.create(header);
        const tell = store.tell.bind(store);
        store.tell = (record) =>
          record.number === 2 ? Promise.reject(new Error('disk full')) : tell(record);
        return store;
      },
    };
    const study = await createStudy({ space: square, optimizer: random(), storage: failing, seed: 1 });
    await expect(study.optimize(() => 1, { trials: 5, ordered })).rejects.toThrow('disk full');
  });

  test.each([
    { metrics: null },
    { metrics: [1] },
    { attributes: null },
    { attributes: ['x'] },
    { attributes: { f: () => 1 } },
    { cost: -1 },
    { metric: { f1: 1 } },
  ])('an ill-formed part of a result fails its trial only: %j', async (part) => {
    const study = await createStudy({ space: square, optimizer: random(), seed: 1 });
    const objective = (_: unknown, { number }: { number: number }) =>
      number === 1 ? { value: 1, ...part } : 1;
    await study.optimize(objective as never, { trials: 3, ordered: true });
    expect(study.trials.map((trial) => trial.state)).toEqual(['complete', 'failed', 'complete']);
  });

  test('every trial must tell as many constraints as those before', async () => {
    const study = await createStudy({ space: square, optimizer: random(), seed: 1 });
    await study.optimize((_, { number }) => ({ value: number, constraints: number === 1 ? [] : [-1] }), {
      trials: 3,
    });
    expect(study.trials[1]).toMatchObject({
      state: 'failed',
      failure: { message: expect.stringMatching(/0 constraints; the trials before had 1/) },
    });
  });

  test('a large constrained space is exhausted, however rare its configurations', async () => {
    const rare = space({ x: int(1, 150_000) }, { where: [(p) => p.x % 30_000 === 7] });
    for (const optimizer of [random(), tpe()]) {
      const study = await createStudy({ space: rare, optimizer, seed: 1 });
      expect(await study.optimize(({ x }) => x, { trials: 50 })).toMatchObject({
        reason: 'exhausted',
        finished: 5,
      });
    }
  });

  test('an enqueued part that no constraint allows is refused; one that is hard to complete is completed', async () => {
    const pair = space({ a: int(1, 900), b: int(1, 900) }, { where: [(p) => p.a < p.b] });
    const study = await createStudy({ space: pair, seed: 1 });
    await expect(study.enqueue({ a: 900 })).rejects.toThrow(
      /violates a constraint .* however it is completed/,
    );
    await study.enqueue({ a: 899 });
    expect((await study.ask()).params).toEqual({ a: 899, b: 900 });
  });

  test('ask(count) gives what is left', async () => {
    const study = await createStudy({ space: space({ b: boolean() }), seed: 1 });
    expect(await study.ask(5)).toHaveLength(2);
    await expect(study.ask(5)).rejects.toThrow(/nothing is left to try/);
  });

  test('two runs at once, or two studies of one storage, do not overshoot the total', async () => {
    const storage = memory();
    const a = await createStudy({ space: square, optimizer: random(), storage, name: 'both', seed: 1 });
    const b = await openStudy({ space: square, optimizer: random(), storage, name: 'both' });
    const run = (study: typeof a) =>
      study.optimize(() => sleep(1).then(() => 1), { trials: 20, concurrency: 3 });
    await Promise.all([run(a), run(a), run(b)]);
    await a.refresh();
    expect(a.trials).toHaveLength(20);
  });

  test('the last trial is retried too', async () => {
    const study = await createStudy({ space: square, seed: 1 });
    await study.optimize(
      (_, { attempt }) => {
        if (attempt < 4) throw new Error('flaky');
        return 1;
      },
      { trials: 1, retries: 3 },
    );
    expect(study.best.attempt).toBe(4);
  });

  test('rules about the best need one objective', async () => {
    const study = await createStudy({
      space: square,
      directions: ['minimize', 'minimize'],
      optimizer: random(),
      seed: 1,
    });
    await expect(study.optimize(() => [1, 1], { stop: noImprovement(5) })).rejects.toThrow(
      /noImprovement serves one objective/,
    );
    const infeasible = await createStudy({ space: square, optimizer: random(), seed: 1 });
    const result = await infeasible.optimize(() => ({ value: 1, constraints: [1] }), {
      stop: noImprovement(5),
    });
    expect(result).toMatchObject({ reason: 'rule', finished: 5 });
  });

  test('a trial belongs to the study that asked for it', async () => {
    const [a, b] = [
      await createStudy({ space: square, seed: 1 }),
      await createStudy({ space: square, seed: 2 }),
    ];
    const trial = await a.ask();
    await b.ask();
    await expect(b.tell(trial, 1)).rejects.toThrow(/trial 0 was asked for by another study/);
    await expect(a.tell(trial, 1)).resolves.toMatchObject({ state: 'complete' });
  });

  test('a report that is not awaited still prunes the trial, and nothing is left unhandled', async () => {
    const always = {
      name: 'always',
      shouldPrune: ({ steps }: { steps: readonly number[] }) => steps.length > 2,
    };
    const study = await createStudy({ space: square, optimizer: random(), pruner: always, seed: 1 });
    await study.optimize(
      async (_, trial) => {
        for (let step = 0; step < 6; step++) {
          void trial.report(step, 1);
          await sleep(1);
        }
        return 1;
      },
      { trials: 2 },
    );
    expect(study.trials.map((trial) => trial.state)).toEqual(['pruned', 'pruned']);
  });
});

describe('a damaged file is refused, naming the trial', () => {
  async function saved(): Promise<StudyJSON> {
    const study = await createStudy({ space: square, optimizer: random(), seed: 1 });
    await study.optimize(
      async (_, trial) => {
        await trial.report(0, 1);
        return 1;
      },
      { trials: 2 },
    );
    await study.enqueue({ x: 1 });
    return JSON.parse(JSON.stringify(study)) as StudyJSON;
  }

  test.each([
    [{ values: [null] }, /trial 1 .* null stands where a number is expected/],
    [{ values: ['abc'] }, /"abc" stands/],
    [{ values: ['NaN'] }, /its values are \["NaN"\]/],
    [{ values: undefined }, /its values are undefined, and 1 are expected/],
    [{ values: [1, 2] }, /and 1 are expected/],
    [{ reports: {} }, /its reports have the steps undefined/],
    [{ state: 'done' }, /its state is "done"/],
    [{ attempt: 'x' }, /its attempt is "x"/],
    [{ params: { x: 99 } }, /x: expected a number from -5 to 5, not 99/],
    [{ number: 7 }, /it has the number 7/],
  ])('%j', async (part, message) => {
    const json = await saved();
    const trials = json.trials.map((trial, i) => (i === 1 ? { ...trial, ...part } : trial));
    await expect(loadStudy({ ...json, trials } as never)).rejects.toThrow(message);
  });

  test('whatever is wrong with it', async () => {
    const json = await saved();
    const waiting = json.trials.map((trial) => (trial.state === 'waiting' ? { ...trial, row: [7] } : trial));
    await expect(loadStudy({ ...json, trials: waiting })).rejects.toThrow(
      /trial 2 .* x is 7, and not a number from -5 to 5/,
    );
    await expect(loadStudy({ ...json, trials: [null] } as never)).rejects.toThrow(StudyError);
    await expect(loadStudy({ ...json, study: undefined } as never)).rejects.toThrow(/its study is undefined/);
    for (const part of [{ directions: ['min'] }, { seed: undefined }, { name: '' }, { attributes: [] }]) {
      await expect(loadStudy({ ...json, study: { ...json.study, ...part } } as never)).rejects.toThrow(
        /damaged: its/,
      );
    }
  });
});

test.each([
  [
    'openStudy without a storage',
    () => openStudy({ name: 's', storage: {} as never }),
    /storage must be the storage/,
  ],
  [
    'attributes that are no object',
    () => createStudy({ space: square, attributes: 'abc' as never }),
    /attributes must be an object/,
  ],
])('refuses %s', async (_, call, message) => {
  await expect(call()).rejects.toThrow(message);
});

test('enqueue refuses what is no configuration, and unknown options', async () => {
  const study = await createStudy({ space: square });
  await expect(study.enqueue(undefined as never)).rejects.toThrow(/expected an object of parameters/);
  await expect(study.enqueue({}, { skipIfExist: true } as never)).rejects.toThrow(
    /unknown option 'skipIfExist'/,
  );
  await expect(study.enqueue({}, { attributes: { f: () => 1 } as never })).rejects.toThrow(
    /attributes must be/,
  );
});

test('console.log shows a summary of a study, and the value of a trial', async () => {
  const study = await createStudy({ space: square, name: 'shown', seed: 1 });
  await study.optimize(() => 0.5, { trials: 3 });
  const text = inspect(study);
  expect(text).toMatch(/study: 'shown'/);
  expect(text).toMatch(/complete: 3/);
  expect(inspect(study.best)).toMatch(/value: 0.5/);
});

test('another space is refused, saying what differs; the order of members does not matter', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1), n: int(1, 3) }), seed: 1 });
  const json = JSON.parse(JSON.stringify(study)) as StudyJSON;
  await expect(loadStudy(json, { space: space({ x: float(0, 0.5), m: int(1, 3) }) })).rejects.toThrow(
    /'x' was a number from 0 to 1, and is a number from 0 to 0.5; 'n' is missing; 'm' is new/,
  );
  const reordered = {
    ...json,
    study: {
      ...json.study,
      space: {
        shape: { x: { high: 1, low: 0, kind: 'float' }, n: json.study.space.shape['n'] },
        kind: 'space',
      },
    },
  };
  await expect(
    loadStudy(reordered as never, { space: space({ x: float(0, 1), n: int(1, 3) }) }),
  ).resolves.toBeDefined();
});
