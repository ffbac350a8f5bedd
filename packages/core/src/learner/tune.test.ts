import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  AllTrialsFailedError,
  InvalidArgumentError,
  InvalidDatasetError,
  InvalidSpaceError,
  RefitError,
  StudyError,
  UnsupportedError,
} from '../errors.ts';
import { crossValidate } from '../evaluation/cross-validate.ts';
import { createObjective } from '../evaluation/learner-objective.ts';
import { customMetric } from '../evaluation/metrics/custom-metric.ts';
import { holdout } from '../evaluation/resampling/holdout.ts';
import { outOfBag } from '../evaluation/resampling/out-of-bag.ts';
import { stratifiedKFold } from '../evaluation/resampling/stratified-k-fold.ts';
import { describeJob } from '../evaluation/threads-objective.ts';
import { foldsJob } from '../evaluation/cross-validate.ts';
import { categorical } from '../hyperparameter/categorical.ts';
import { constant } from '../hyperparameter/constant.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { grid } from '../optimizer/grid/grid.ts';
import { noPruning } from '../pruner/none.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { space } from '../space/search-space.ts';
import { memory } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { StudyJSON } from '../study/study-json.ts';
import { gradientRegression, nearestNeighbours } from '../testing/learners.ts';
import { dataset } from './create-dataset.ts';
import type { LearnerModel } from './learner.ts';
import { tune } from './tune.ts';

interface Golden {
  features: number[][];
  target: string[];
  neighbours: number[];
  columns: Record<string, number[]>;
  best: number;
  predictions: string[];
}

const golden = JSON.parse(
  readFileSync(new URL('../evaluation/sklearn-search.json', import.meta.url), 'utf8'),
) as Golden;
const birds = dataset({ features: golden.features, target: golden.target });
const line = dataset({
  features: golden.features,
  target: golden.features.map(([a = 0, b = 0, c = 0]) => 3 * a - b + 0.5 * c + 2),
});
const unshuffled = stratifiedKFold(5, { shuffle: false });
type Neighbours = ReturnType<typeof nearestNeighbours>;

/** Prunes the trials of these numbers at their first report. */
function pruning(...numbers: number[]): Pruner {
  return { name: 'chosen', shouldPrune: (trial) => numbers.includes(trial.number) };
}

function neighboursWith(part: Partial<Neighbours>): Neighbours {
  return { ...nearestNeighbours(), ...part };
}

describe('tune, as a grid search', async () => {
  const result = await tune(nearestNeighbours(), birds, {
    metric: 'accuracy',
    metrics: ['f1Macro', 'logLoss'],
    resampling: unshuffled,
    trainScores: true,
    space: space({ neighbours: int(1, 12) }),
    optimizer: grid({ shuffle: false }),
    pruner: noPruning(),
    trials: 100,
  });

  it('tries every configuration once, the untuned one first', () => {
    const tried = result.results.rows.map(({ params }) => params.neighbours);
    expect(tried[0]).toBe(5);
    expect(tried.toSorted((a, b) => a - b)).toEqual(golden.neighbours);
    expect(result.end.reason).toBe('exhausted');
  });

  it('gives the cv_results_ of scikit-learn', () => {
    const columns = result.results.columns();
    const order = golden.neighbours.map((value) => columns['param_neighbours']?.indexOf(value) as number);
    for (const [name, expected] of Object.entries(golden.columns)) {
      const found = order.map((row) => columns[name]?.[row]);
      expect({ [name]: found }).toEqual({
        [name]: expected.map((value) => expect.closeTo(value, 10) as number),
      });
    }
  });

  it('finds the same best configuration, and the same predictions of the refitted model', () => {
    expect(result.best.params).toEqual({ neighbours: golden.best });
    expect(result.study.best.number).toBe(result.best.number);
    expect(result.model.predict(golden.features)).toEqual(golden.predictions);
    expect(result.model.predict(birds)).toEqual(golden.predictions);
  });

  it('gives best and baseline with mean, deviation and folds', async () => {
    const untuned = await crossValidate(nearestNeighbours(), birds, {
      metrics: ['f1Macro', 'logLoss'],
      resampling: unshuffled,
    });
    expect(result.baseline?.value).toBe(untuned.mean['accuracy']);
    expect(result.baseline?.std).toBe(untuned.std['accuracy']);
    expect(result.baseline?.metrics).toEqual(untuned.mean);
    expect(result.baseline?.folds.map(({ test }) => test)).toEqual(untuned.folds.map(({ test }) => test));
    expect(result.best.value).toBeGreaterThan(result.baseline?.value as number);
    expect(result.best.std).toBeCloseTo(golden.columns['std_test_accuracy']?.[golden.best - 1] as number, 10);
    expect(result.metric).toBe('accuracy');
  });

  it('writes the table as CSV', () => {
    const [heading = '', ...lines] = result.results.toCSV().trimEnd().split('\r\n');
    expect(heading).toMatch(
      /^number,state,param_neighbours,split0_test_accuracy,.*,mean_fit_time,std_fit_time,mean_score_time,std_score_time$/,
    );
    expect(lines.length).toBe(12);
    expect(lines[0]).toMatch(/^0,complete,5,/);
    expect(new Set(lines.map((row) => row.split(',').length))).toEqual(new Set([heading.split(',').length]));
  });
});

describe('folds as steps', () => {
  it('reports the running mean after each fold but the last, so that a pruned trial saves folds', async () => {
    let fits = 0;
    const learner = neighboursWith({
      fit(params, data, context) {
        fits++;
        return nearestNeighbours().fit(params, data, context);
      },
    });
    const { results, study } = await tune(learner, birds, {
      trials: 3,
      pruner: pruning(1),
      seed: 1,
      refit: false,
    });
    expect(fits).toBe(5 + 1 + 5);
    const [first, pruned] = study.trials;
    const scores = results.rows[0]?.test['accuracy']?.splits as readonly number[];
    expect(first?.reports.steps).toEqual([0, 1, 2, 3]);
    expect(first?.reports.values.map((value) => expect.closeTo(value, 12) as number)).toEqual(
      [1, 2, 3, 4].map((count) => scores.slice(0, count).reduce((sum, score) => sum + score, 0) / count),
    );
    expect(pruned?.state).toBe('pruned');
    expect(results.rows[1]?.test['accuracy']).toEqual({
      mean: Number.NaN,
      std: Number.NaN,
      splits: [expect.closeTo(pruned?.reports.values[0] as number, 10)],
    });
    expect(results.rows.map(({ rank }) => rank['accuracy'])).toEqual([
      expect.any(Number),
      3,
      expect.any(Number),
    ]);
  });

  it('by default stops hopeless configurations after two folds', async () => {
    const { results } = await tune(gradientRegression(), line, {
      metric: 'meanSquaredError',
      space: space({ learningRate: float(1e-4, 0.1, { scale: 'log' }), epochs: constant(30) }),
      trials: 30,
      seed: 3,
    });
    const pruned = results.rows.filter(({ state }) => state === 'pruned');
    expect(pruned.length).toBeGreaterThan(0);
    expect(pruned.every(({ test }) => (test['meanSquaredError']?.splits.length as number) >= 2)).toBe(true);
  });

  it('with a single split, the steps are those of the learner, scored by the metric', async () => {
    const { study, best } = await tune(gradientRegression(), line, {
      metric: 'meanAbsoluteError',
      resampling: holdout(),
      space: space({ learningRate: constant(0.05), epochs: int(3, 6, { default: 6 }) }),
      trials: 1,
      refit: false,
    });
    const { steps, values } = study.trials[0]?.reports ?? { steps: [], values: [] };
    expect(steps).toEqual([0, 1, 2, 3, 4, 5]);
    expect(values.at(-1)).toBe(best.value);
    expect(values.at(0)).toBeGreaterThan(best.value);
  });

  it('takes numbers that a learner reports as they are, and prunes it while it trains', async () => {
    const learner: ReturnType<typeof gradientRegression> = {
      ...gradientRegression(),
      async fit(params, data, context) {
        for (let epoch = 1; epoch <= 4; epoch++) await context.report(10 * epoch, 1 / epoch);
        return gradientRegression().fit({ ...params, epochs: 1 }, data, {
          ...context,
          report: async () => {},
        });
      },
    };
    const judge: Pruner = {
      name: 'at 20',
      shouldPrune: ({ number, steps }) => number === 1 && steps.at(-1) === 20,
    };
    const { study } = await tune(learner, line, {
      resampling: holdout(),
      trials: 2,
      seed: 1,
      pruner: judge,
      refit: false,
    });
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'pruned']);
    expect(study.trials.map(({ reports }) => reports.values)).toEqual([
      [1, 1 / 2, 1 / 3, 1 / 4],
      [1, 1 / 2],
    ]);
  });

  it('scores out of bag', async () => {
    const { best } = await tune(nearestNeighbours(), birds, { resampling: outOfBag(), trials: 3, seed: 1 });
    expect(best.folds.length).toBe(1);
    expect(best.value).toBeGreaterThan(1 / 3);
  });
});

describe('a study to continue', () => {
  const options = { trials: 6, seed: 11, resampling: 3, refit: false } as const;

  it('is repeated by its seed, and continued from JSON as if it had not stopped', async () => {
    const whole = await tune(nearestNeighbours(), birds, options);
    const again = await tune(nearestNeighbours(), birds, options);
    const half = await tune(nearestNeighbours(), birds, { ...options, trials: 3 });
    const saved = JSON.parse(JSON.stringify(half.study)) as StudyJSON;
    const rest = await tune(nearestNeighbours(), birds, {
      study: saved,
      trials: 6,
      resampling: 3,
      refit: false,
    });
    const params = (result: typeof whole): unknown[] =>
      result.results.rows.map((row) => [row.params, row.test]);
    expect(params(again)).toEqual(params(whole));
    expect(params(rest)).toEqual(params(whole));
    expect(rest.baseline).toEqual(half.baseline);
  });

  it('may be open, with a space of its own', async () => {
    const own = space({ neighbours: int(2, 4) });
    const study = await createStudy({ space: own, direction: 'maximize', seed: 2 });
    const heard: number[] = [];
    study.on('trialFinished', ({ number }) => heard.push(number));
    const result = await tune(nearestNeighbours(), birds, { space: own, study, trials: 2 });
    expect(result.study).toBe(study);
    expect(result.best.params.neighbours).toBeLessThanOrEqual(4);
    expect(result.baseline).toBeUndefined();
    expect(heard).toEqual([0, 1]);
  });

  it('is continued by the same line, or worked on by several at once', async () => {
    const line = { storage: memory(), name: 's', openIfExists: true, refit: false };
    await tune(nearestNeighbours(), birds, { ...line, trials: 4 });
    const results = await Promise.all(
      [1, 2].map(() => tune(nearestNeighbours(), birds, { ...line, trials: 10 })),
    );
    for (const { study, baseline } of results) {
      await study.refresh();
      expect(study.trials).toHaveLength(10);
      expect(study.trials.filter(({ attributes }) => attributes['baseline'] === true)).toHaveLength(1);
      expect(baseline?.number).toBe(0);
    }
    await expect(
      tune(nearestNeighbours(), birds, { ...line, metric: 'f1Macro', trials: 11 }),
    ).rejects.toThrow(/was made with metric/);
  });

  it('must be of the same learner, metric, direction and splits', async () => {
    const { study } = await tune(nearestNeighbours(), birds, options);
    const saved = study.toJSON();
    const next = (more: object): Promise<unknown> =>
      tune(nearestNeighbours(), birds, { study: saved, trials: 7, resampling: 3, ...more });
    await expect(next({ metric: 'f1Macro' })).rejects.toThrow(
      /was made with metric "accuracy", not "f1Macro"/,
    );
    await expect(next({ resampling: 4 })).rejects.toThrow(/was made with splits 3, not 4/);
    await expect(next({ metric: 'logLoss' })).rejects.toThrow(
      /'logLoss' is to minimize, and the study .* is to maximize/,
    );
    await expect(next({ space: space({ neighbours: int(1, 2) }) })).rejects.toThrow(StudyError);
    await expect(next({ seed: 3 })).rejects.toThrow(/seed is for a new study/);
    await expect(tune(nearestNeighbours(), birds, { study, pruner: noPruning() })).rejects.toThrow(
      /pruner is for a new study/,
    );
    await expect(
      tune(nearestNeighbours(), birds, { study, space: space({ neighbours: int(1, 2) }) as never }),
    ).rejects.toThrow(/another space/);
  });
});

describe('the untuned baseline', () => {
  it('is left out where the space excludes it, and on request', async () => {
    const outside = await tune(nearestNeighbours(), birds, {
      space: space({ neighbours: int(6, 30) }),
      trials: 1,
    });
    expect(outside.baseline).toBeUndefined();
    const unwanted = await tune(nearestNeighbours(), birds, { baseline: false, trials: 1, seed: 1 });
    expect(unwanted.baseline).toBeUndefined();
  });

  it('takes defaults that the given space declares', async () => {
    const own = space({
      neighbours: int(1, 9, { default: 3 }),
      weights: categorical(['distance', 'uniform'], { default: 'distance' }),
    });
    const { baseline } = await tune(nearestNeighbours(), birds, { space: own, trials: 1 });
    expect(baseline?.params).toEqual({ neighbours: 3, weights: 'distance' });
  });
});

describe('failures', () => {
  it('of one fold fail its trial, and the study goes on', async () => {
    let fits = 0;
    const learner = neighboursWith({
      fit(params, data, context) {
        if (++fits === 8) throw new Error('diverged');
        return nearestNeighbours().fit(params, data, context);
      },
    });
    const { results, study } = await tune(learner, birds, { trials: 3, seed: 1, pruner: noPruning() });
    expect(results.rows.map(({ state }) => state)).toEqual(['complete', 'failed', 'complete']);
    expect(study.trials[1]?.failure?.message).toBe('diverged');
    expect(results.rows[1]?.rank['accuracy']).toBe(3);
    expect(results.columns()['mean_test_accuracy']?.[1]).toBeNull();
  });

  it('of all trials are an error that quotes the first', async () => {
    const learner = neighboursWith({
      fit() {
        throw new Error('no memory');
      },
    });
    const run = tune(learner, birds, { trials: 3 });
    await expect(run).rejects.toThrow(AllTrialsFailedError);
    await expect(run).rejects.toThrow(/no memory/);
  });

  it('by NaN predictions fail the trial', async () => {
    const learner: ReturnType<typeof gradientRegression> = {
      ...gradientRegression(),
      async fit(params, data, context) {
        const model = await gradientRegression().fit(params, data, context);
        return { ...model, predict: () => new Float64Array(12).fill(Number.NaN) };
      },
    };
    await expect(tune(learner, line, { trials: 1 })).rejects.toThrow(/r2 is NaN in fold 0/);
  });

  it('of an abort reject with its reason', async () => {
    const controller = new AbortController();
    const learner = neighboursWith({
      fit(params, data, context) {
        controller.abort(new Error('stop now'));
        return nearestNeighbours().fit(params, data, context);
      },
    });
    await expect(tune(learner, birds, { trials: 3, signal: controller.signal })).rejects.toThrow('stop now');
  });
});

describe('options', () => {
  it('end after 50 trials when nothing else is said', async () => {
    const { results, end } = await tune(nearestNeighbours(), birds, { resampling: holdout(), refit: false });
    expect([results.rows.length, end.reason]).toEqual([50, 'trials']);
  });

  it('keep the study when the last training fails', async () => {
    const failing = neighboursWith({
      fit(params, data, context) {
        if (data.rowCount === birds.rowCount) throw new Error('out of memory');
        return nearestNeighbours().fit(params, data, context);
      },
    });
    const error: unknown = await tune(failing, birds, { trials: 2 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RefitError);
    expect((error as RefitError).message).toMatch(/search succeeded.*out of memory/);
    expect((error as { study: { trials: unknown[] } }).study.trials).toHaveLength(2);
  });

  it('leave the model out with refit: false', async () => {
    const { model, refitMs } = await tune(nearestNeighbours(), birds, { trials: 1, refit: false });
    expect([model, refitMs]).toEqual([undefined, 0]);
  });

  it('optimize a metric of the user', async () => {
    const mistakes = customMetric<string>(
      'mistakes',
      (actual, predicted) => actual.filter((label, i) => label !== predicted[i]).length,
      {
        direction: 'minimize',
      },
    );
    const { best, results, metric } = await tune(nearestNeighbours(), birds, {
      metric: mistakes,
      metrics: ['accuracy'],
      trials: 5,
      seed: 2,
    });
    expect(metric).toBe('mistakes');
    expect(best.value / 12).toBeCloseTo(1 - (best.metrics['accuracy'] as number), 12);
    expect(results.rows[best.number]?.rank['mistakes']).toBe(1);
  });

  it.each<[string, () => Promise<unknown>, new (message: string) => Error, RegExp]>([
    [
      'an unknown option',
      () => tune(nearestNeighbours(), birds, { folds: 5 } as never),
      InvalidArgumentError,
      /tune: unknown option 'folds'/,
    ],
    [
      'threads that are no number',
      () => tune(nearestNeighbours(), birds, { threads: true as never }),
      InvalidArgumentError,
      /threads must be a whole number/,
    ],
    [
      'refit that is no boolean',
      () => tune(nearestNeighbours(), birds, { refit: 'f1' as never }),
      InvalidArgumentError,
      /refit must be true or false/,
    ],
    [
      'fewer rows than folds',
      () => tune(nearestNeighbours(), birds.rows([0, 1, 2]), {}),
      InvalidDatasetError,
      /3 rows, too few for 5 folds/,
    ],
    [
      'a space with other parameters',
      () => tune(nearestNeighbours(), birds, { space: space({ k: int(1, 3) }) as never }),
      InvalidSpaceError,
      /has a parameter 'k', and nearest-neighbours does not; its parameters are neighbours, weights/,
    ],
    [
      'a space that is none',
      () => tune(nearestNeighbours(), birds, { space: { neighbours: 3 } as never }),
      InvalidSpaceError,
      /space must be made by space/,
    ],
    [
      'a metric that cannot travel to threads',
      () => tune(nearestNeighbours(), birds, { threads: 2, metric: customMetric('x', () => 0) }),
      UnsupportedError,
      /'x' is a function/,
    ],
    [
      'a learner that cannot travel to threads',
      () => tune(neighboursWith({ describe: () => undefined }), birds, { threads: 2 }),
      UnsupportedError,
      /nearest-neighbours cannot be rebuilt in a worker thread: it has no description, .*; or leave out threads/,
    ],
    [
      'the same with what it advises',
      () =>
        tune(neighboursWith({ describe: () => undefined, describeAdvice: 'give source' }), birds, {
          threads: 2,
        }),
      UnsupportedError,
      /in a worker thread: give source; or leave out threads/,
    ],
  ])('reject %s', async (_, run, kind, message) => {
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });
});

describe('the objective for worker threads', () => {
  it('is built from data that can be cloned, and gives what the objective of this thread gives', async () => {
    const job = foldsJob('test', nearestNeighbours(), birds, {
      metrics: ['logLoss', 'f1Macro'],
      resampling: unshuffled,
    });
    const objective = await createObjective(structuredClone(describeJob(job)));
    const study = await createStudy({ space: nearestNeighbours().space, direction: 'maximize', seed: 1 });
    await study.enqueue({ neighbours: 7, weights: 'uniform' });
    await study.optimize(objective as never, { trials: 1 });
    const at = golden.neighbours.indexOf(7);
    expect(study.best.value).toBeCloseTo(golden.columns['mean_test_accuracy']?.[at] as number, 10);
    expect(study.best.metrics['logLoss']).toBeCloseTo(
      golden.columns['mean_test_logLoss']?.[at] as number,
      10,
    );
  });

  it('says which export is missing', async () => {
    const job = foldsJob('test', nearestNeighbours(), birds, {});
    const setup = describeJob(job);
    const wrong = { ...setup, learner: { ...setup.learner, export: 'nearestNeighbors' } };
    await expect(createObjective(wrong)).rejects.toThrow(/has no exported function 'nearestNeighbors'/);
  });
});

describe('a space of its own', () => {
  it('leaves the parameters it lacks at the defaults of the learner', async () => {
    const seen: unknown[] = [];
    const learner = neighboursWith({
      fit(params, data, context): LearnerModel<Neighbours> | Promise<LearnerModel<Neighbours>> {
        seen.push(params);
        return nearestNeighbours().fit(params, data, context);
      },
    });
    await tune(learner, birds, {
      space: space({ weights: categorical(['distance']) }),
      trials: 1,
      resampling: holdout(),
    });
    expect(seen).toEqual([
      { neighbours: 5, weights: 'distance' },
      { neighbours: 5, weights: 'distance' },
    ]);
  });
});
