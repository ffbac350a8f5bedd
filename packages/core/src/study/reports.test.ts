import { describe, expect, test } from 'vitest';

import { InvalidArgumentError, TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import type { Pruner, ReportedTrials } from '../pruner/pruner.ts';
import { space } from '../space/search-space.ts';
import { createStudy, loadStudy, type CreateStudyOptions } from './create-study.ts';
import type { Report } from './objective.ts';
import type { Study } from './study.ts';
import type { StudyJSON } from './study-json.ts';

type Line = Study<{ x: number }>;

const SPACE = space({ x: float(0, 1) });
type Options = Omit<CreateStudyOptions<{ x: ReturnType<typeof float> }>, 'space'>;
const newStudy = (options: Options = {}): Promise<Line> => createStudy({ space: SPACE, seed: 1, ...options });
const TWO: Options = { directions: ['minimize', 'maximize'] };

/** Runs a trial that makes these reports, at steps 0, 1, ...; returns whether it came to its end. */
async function run(
  study: Line,
  reports: readonly Report[],
  result: number | readonly number[],
): Promise<boolean> {
  const trial = await study.ask();
  try {
    for (const [step, report] of reports.entries()) await trial.report(step, report);
    await study.tell(trial, result);
    return true;
  } catch (error) {
    if (!TrialPruned.isInstance(error)) throw error;
    await study.tell(trial, error);
    return false;
  }
}

/** Never prunes, and keeps what it was shown. */
function watcher(
  looksAt?: Pruner['looksAt'],
  look = (others: ReportedTrials): unknown => others.steps.length,
) {
  const calls: unknown[] = [];
  const pruner: Pruner = {
    name: 'watcher',
    ...(looksAt === undefined ? {} : { looksAt }),
    shouldPrune({ step, steps, losses }, others) {
      calls.push([step, [...steps], [...losses], look(others)]);
      return false;
    },
  };
  return { pruner, calls };
}

describe('what a trial reports', () => {
  test('is kept by series, each with its own steps', async () => {
    const study = await newStudy(TWO);
    const reports = [
      5,
      [4, 0.1],
      { metrics: { time: 7 } },
      { values: [3, 0.2], metrics: { time: 8, size: 1 } },
    ];
    await run(study, reports, [3, 0.2]);
    expect(study.trials[0]?.reports).toEqual({
      steps: [0, 1, 3],
      values: [5, 4, 3],
      furtherObjectives: [{ steps: [1, 3], values: [0.1, 0.2] }],
      metrics: { time: { steps: [2, 3], values: [7, 8] }, size: { steps: [3], values: [1] } },
    });
  });

  test('is a pair of lists, and nothing more, when it is a number', async () => {
    const study = await newStudy();
    await run(study, [3, [2], { value: 1 }], 1);
    expect(study.trials[0]?.reports).toStrictEqual({ steps: [0, 1, 2], values: [3, 2, 1] });
  });

  test('survives JSON, with NaN and infinities, and judges like before', async () => {
    const study = await newStudy(TWO);
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    await run(study, [[nan, -infinity], { metrics: { constructor: infinity, a: nan } }], [1, 2]);
    await run(study, [[1, 2], 3], [1, 2]);
    const json = JSON.stringify(study);
    const { pruner, calls } = watcher('report', (others) => [
      others.objectives.map((view) => view.at(0).losses.slice(0, 2)),
      others.metric('constructor', 'maximize').at(1),
      others.metric('toString', 'maximize').steps,
    ]);
    const loaded = await loadStudy<{ x: ReturnType<typeof float> }>(JSON.parse(json) as StudyJSON, {
      pruner,
    });
    expect(loaded.trials.map((trial) => trial.reports)).toEqual(study.trials.map((trial) => trial.reports));
    expect(JSON.stringify(loaded)).toBe(json);
    await run(loaded, [[0, 0]], [0, 0]);
    expect(calls).toEqual([
      [
        0,
        [0],
        [0],
        [
          [
            [nan, 1],
            [infinity, -2],
          ],
          { trials: [0], losses: [-infinity] },
          [],
        ],
      ],
    ]);
  });

  test('is announced as it was made', async () => {
    const study = await newStudy(TWO);
    const events: unknown[] = [];
    study.on('trialReported', (event) => events.push(event));
    await run(study, [1, [2, 3], { metrics: { a: 4 } }], [1, 1]);
    expect(events).toEqual([
      { number: 0, step: 0, value: 1 },
      { number: 0, step: 1, value: 2, values: [2, 3] },
      { number: 0, step: 2, metrics: { a: 4 } },
    ]);
  });

  test('is forgotten in every series when the trial is retried', async () => {
    const { pruner, calls } = watcher('report', (others) =>
      [...others.objectives, others.metric('a', 'minimize')].map((view) =>
        [1, 2].map((step) => [...view.at(step).trials]),
      ),
    );
    const study = await newStudy({ ...TWO, pruner });
    await study.optimize(
      async (_, trial) => {
        await trial.report(trial.attempt, { values: [1, 1], metrics: { a: 1 } });
        if (trial.number === 0 && trial.attempt === 1) throw new Error('once more');
        return [1, 1];
      },
      { trials: 2, retries: 1 },
    );
    const seen = [[1], [0]];
    expect((calls.at(-1) as unknown[])[3]).toEqual([seen, seen, seen]);
    expect(study.trials[0]?.reports.metrics).toEqual({ a: { steps: [2], values: [1] } });
  });

  test.each([
    [undefined, /value must be a number or an object with value, values or metrics, not undefined/],
    [null, /not null/],
    ['1', /not "1"/],
    [{}, /value must be a number/],
    [[1, 2], /values must be a list of one number, not/],
    [[], /values must be a list of one number/],
    [['1'], /values must be a list of one number/],
    [{ value: 1, values: [1] }, /both value and values/],
    [{ value: '1' }, /value must be a number, not "1"/],
    [{ metrics: 3 }, /metrics must be an object of numbers, not 3/],
    [{ metrics: [3] }, /metrics must be an object of numbers/],
    [{ value: 1, metrics: { a: null } }, /metrics must be an object of numbers/],
  ])('may not be %j', async (report, message) => {
    const study = await newStudy();
    const trial = await study.ask();
    await expect(trial.report(0, report as Report)).rejects.toThrow(InvalidArgumentError);
    await expect(trial.report(0, report as Report)).rejects.toThrow(message);
    await trial.report(0, 1);
  });

  test('has as many values as the study has objectives', async () => {
    const trial = await (await newStudy(TWO)).ask();
    await expect(trial.report(0, [1])).rejects.toThrow(/list of 2 numbers, one per objective, not \[1\]/);
    await expect(trial.report(0, 'x' as never)).rejects.toThrow(/a number, a list of 2 numbers or an object/);
  });
});

describe('a pruner', () => {
  const REPORTS: readonly Report[] = [
    9,
    [8, 1],
    { metrics: { a: 5 } },
    { values: [7, 2], metrics: { a: 4 } },
  ];

  test('of objectives is asked about each of them, after each report that has them all', async () => {
    const { pruner, calls } = watcher(undefined, (others) => [others.direction, others.objectives.length]);
    await run(await newStudy({ ...TWO, pruner }), REPORTS, [7, 2]);
    // A yes of all ends the trial: after the first no, the second objective is not looked at.
    expect(calls).toEqual([
      [1, [0, 1], [9, 8], ['minimize', 1]],
      [3, [0, 1, 3], [9, 8, 7], ['minimize', 1]],
    ]);
  });

  test('of objectives prunes a trial that it finds hopeless in all', async () => {
    const pruner: Pruner = { name: 'positive', shouldPrune: ({ losses }) => (losses.at(-1) ?? 0) > 0 };
    const study = await newStudy({ ...TWO, pruner });
    expect(await run(study, [[1, 1]], [1, 1])).toBe(true);
    expect(await run(study, [[-1, -1]], [1, 1])).toBe(true);
    expect(await run(study, [1], [1, 1])).toBe(true);
    expect(await run(study, [[1, -1]], [1, 1])).toBe(false);
    const { state, values } = study.trials[3] as (typeof study.trials)[0];
    expect([state, values]).toEqual(['pruned', undefined]);
  });

  test('of all objectives together is asked once', async () => {
    const { pruner, calls } = watcher('objectives', (others) =>
      others.objectives.map((view) => [view.direction, [...view.of(0).losses]]),
    );
    await run(await newStudy({ ...TWO, pruner }), REPORTS, [7, 2]);
    expect(calls).toEqual([
      [
        1,
        [0, 1],
        [9, 8],
        [
          ['minimize', [9, 8]],
          ['maximize', [-1]],
        ],
      ],
      [
        3,
        [0, 1, 3],
        [9, 8, 7],
        [
          ['minimize', [9, 8, 7]],
          ['maximize', [-1, -2]],
        ],
      ],
    ]);
  });

  test('of the whole report is asked after every one', async () => {
    const { pruner, calls } = watcher('report', (others) =>
      structuredClone(others.metric('a', 'maximize').of(0)),
    );
    await run(await newStudy({ ...TWO, pruner }), REPORTS, [7, 2]);
    expect(calls).toEqual([
      [0, [0], [9], { steps: [], losses: [] }],
      [1, [0, 1], [9, 8], { steps: [], losses: [] }],
      [2, [0, 1], [9, 8], { steps: [2], losses: [-5] }],
      [3, [0, 1, 3], [9, 8, 7], { steps: [2, 3], losses: [-5, -4] }],
    ]);
  });

  test('of one objective is not asked after a report of metrics alone', async () => {
    const { pruner, calls } = watcher();
    await run(await newStudy({ pruner }), [1, { metrics: { a: 1 } }, { value: 2, metrics: { a: 1 } }], 2);
    expect(calls).toEqual([
      [0, [0], [1], 1],
      [2, [0, 2], [1, 2], 2],
    ]);
  });

  test('sees the best trial of each series', async () => {
    const { pruner, calls } = watcher('report', (others) => [
      others.best,
      ...others.objectives.map((view) => view.best),
      others.metric('a', 'minimize').best,
      others.metric('a', 'maximize').best,
      others.metric('b', 'minimize').best,
    ]);
    const study = await newStudy({ ...TWO, pruner });
    await run(study, [{ metrics: { a: 3 } }, { metrics: { a: 1 } }], [5, 5]);
    await run(study, [{ metrics: { a: 2 } }], [1, 1]);
    await run(study, [], [0, 0]);
    await study.tell(await study.ask(), { values: [-9, 9], constraints: [Number.NaN] });
    calls.length = 0;
    await run(study, [0], [1, 1]);
    expect((calls[0] as unknown[])[3]).toEqual([2, 2, 0, 0, 1, undefined]);
  });

  test('of a study with several objectives is none, unless one is given', async () => {
    const study = await newStudy(TWO);
    expect(study.pruner.name).toBe('none');
    expect((await createStudy({ space: study.space })).pruner).toMatchObject({ name: 'asha' });
    expect((await createStudy({ space: study.space })).pruner.promote).toBeUndefined();
  });

  test('sees with ordered runs what had finished, in every series', async () => {
    const { pruner, calls } = watcher('report', (others) => [
      others.objectives.map((view) => [view.at(0).trials.length, view.completeCount, view.best]),
      others.metric('a', 'minimize').at(0).trials.length,
      others.metric('a', 'minimize').best,
    ]);
    const study = await newStudy({ ...TWO, pruner });
    await study.optimize(
      async (_, trial) => {
        await trial.report(0, { values: [trial.number, trial.number], metrics: { a: -trial.number } });
        return [trial.number, trial.number];
      },
      { trials: 6, ordered: 3, concurrency: 3 },
    );
    // Trial 5 began when trials 0 to 2 had finished.
    expect(calls.map((call) => (call as unknown[])[3]).at(-1)).toEqual([
      [
        [4, 3, 0],
        [4, 3, 2],
      ],
      4,
      2,
    ]);
  });
});
