import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  InvalidArgumentError,
  InvalidDatasetError,
  InvalidParameterError,
  InvalidResultError,
  UnsupportedError,
} from '../errors.ts';
import { dataset } from '../learner/create-dataset.ts';
import type { Dataset } from '../learner/dataset.ts';
import { fitContext } from '../learner/fit-context.ts';
import type { FitContext, Learner, LearnerModel, LearnerShape } from '../learner/learner.ts';
import { gradientRegression, nearestNeighbours } from '../testing/learners.ts';
import { crossValidate } from './cross-validate.ts';
import { evaluateModel } from './evaluate-model.ts';
import { customMetric } from './metrics/custom-metric.ts';
import { precision } from './metrics/precision-recall.ts';
import { holdout } from './resampling/holdout.ts';
import { outOfBag } from './resampling/out-of-bag.ts';
import { predefined } from './resampling/predefined.ts';
import { stratifiedKFold } from './resampling/stratified-k-fold.ts';

interface Golden {
  features: number[][];
  target: string[];
  neighbours: number[];
  columns: Record<string, number[]>;
}

const golden = JSON.parse(readFileSync(new URL('sklearn-search.json', import.meta.url), 'utf8')) as Golden;
const birds = dataset({ features: golden.features, target: golden.target });
const line = dataset({
  features: golden.features,
  target: golden.features.map(([a = 0, b = 0, c = 0]) => 3 * a - b + 0.5 * c + 2),
});
const unshuffled = stratifiedKFold(5, { shuffle: false });

/** Nearest neighbours with something of its own. */
function neighboursWith(
  part: Partial<ReturnType<typeof nearestNeighbours>>,
): ReturnType<typeof nearestNeighbours> {
  return { ...nearestNeighbours(), ...part };
}

describe('crossValidate', () => {
  it('gives the scores of scikit-learn, fold by fold', async () => {
    const at = golden.neighbours.indexOf(7);
    const { folds, mean, std } = await crossValidate(nearestNeighbours(), birds, {
      params: { neighbours: 7 },
      metrics: ['f1Macro', 'logLoss'],
      resampling: unshuffled,
      trainScores: true,
    });
    for (const metric of ['accuracy', 'f1Macro', 'logLoss']) {
      for (const [i, fold] of folds.entries()) {
        expect(fold.test[metric]).toBeCloseTo(golden.columns[`split${i}_test_${metric}`]?.[at] as number, 10);
        expect(fold.train?.[metric]).toBeCloseTo(
          golden.columns[`split${i}_train_${metric}`]?.[at] as number,
          10,
        );
      }
      expect(mean[metric]).toBeCloseTo(golden.columns[`mean_test_${metric}`]?.[at] as number, 10);
      expect(std[metric]).toBeCloseTo(golden.columns[`std_test_${metric}`]?.[at] as number, 10);
    }
    expect(folds.every(({ fitMs, scoreMs }) => fitMs >= 0 && scoreMs >= 0)).toBe(true);
  });

  it('takes the defaults of the learner, of the metric and of the resampling', async () => {
    const byDefault = await crossValidate(nearestNeighbours(), birds);
    const named = await crossValidate(nearestNeighbours(), birds, {
      params: { neighbours: 5, weights: 'uniform' },
      metric: 'accuracy',
      resampling: stratifiedKFold(5),
    });
    expect(byDefault.folds.map(({ test }) => test)).toEqual(named.folds.map(({ test }) => test));
    const regression = await crossValidate(gradientRegression(), line, { resampling: 3 });
    expect([Object.keys(regression.mean), regression.folds.length]).toEqual([['r2'], 3]);
  });

  it('fits each fold with a seed of its own, the same when repeated', async () => {
    const seeds: number[] = [];
    const recording: Learner<LearnerShape<ReturnType<typeof gradientRegression>>> = {
      ...gradientRegression(),
      fit(params, data, context) {
        seeds.push(context.seed);
        return gradientRegression().fit(params, data, context);
      },
    };
    const first = await crossValidate(recording, line, { seed: 4 });
    const second = await crossValidate(recording, line, { seed: 4 });
    const other = await crossValidate(recording, line, { seed: 5 });
    expect(seeds.slice(0, 5)).toEqual(seeds.slice(5, 10));
    expect(new Set(seeds).size).toBe(10);
    expect(second.mean).toEqual(first.mean);
    expect(other.mean).not.toEqual(first.mean);
  });

  it('gives the held-out rows for early stopping, and no out-of-bag request', async () => {
    const contexts: { context: FitContext; rows: number }[] = [];
    const learner = neighboursWith({
      fit(params, data, context) {
        contexts.push({ context, rows: data.rowCount });
        return nearestNeighbours().fit(params, data, context);
      },
    });
    await crossValidate(learner, birds, { metric: 'f1Macro', resampling: 4 });
    expect(contexts.map(({ rows }) => rows)).toEqual([45, 45, 45, 45]);
    expect(contexts.map(({ context }) => context.validation?.rowCount)).toEqual([15, 15, 15, 15]);
    expect(contexts.map(({ context }) => [context.metric, context.outOfBag])).toContainEqual([
      'f1Macro',
      false,
    ]);
  });

  it('scores out of bag with a single fit', async () => {
    const { folds, mean } = await crossValidate(nearestNeighbours(), birds, {
      metrics: ['logLoss'],
      resampling: outOfBag(),
    });
    const everyRow = await crossValidate(nearestNeighbours(), birds, {
      metrics: ['logLoss'],
      resampling: predefined(Array.from({ length: birds.rowCount }, (_, row) => row)),
    });
    expect(folds.length).toBe(1);
    expect(mean['accuracy']).toBeCloseTo(everyRow.mean['accuracy'] as number, 12);
    expect(mean['logLoss']).toBeCloseTo(everyRow.mean['logLoss'] as number, 12);
  });

  it('disposes of every model, whether it scores or fails', async () => {
    let alive = 0;
    let fits = 0;
    const learner = neighboursWith({
      async fit(params, data, context) {
        const model = await nearestNeighbours().fit(params, data, context);
        alive++;
        const failing = ++fits === 7;
        return {
          ...model,
          predict: (rows) => {
            if (failing) throw new Error('out of memory');
            return model.predict(rows);
          },
          dispose: () => void alive--,
        };
      },
    });
    await crossValidate(learner, birds);
    expect([fits, alive]).toEqual([5, 0]);
    await expect(crossValidate(learner, birds)).rejects.toThrow('out of memory');
    expect([fits, alive]).toEqual([7, 0]);
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    let fits = 0;
    const learner = neighboursWith({
      fit(params, data, context) {
        if (++fits === 2) controller.abort(new Error('enough'));
        return nearestNeighbours().fit(params, data, context);
      },
    });
    await expect(crossValidate(learner, birds, { signal: controller.signal })).rejects.toThrow('enough');
    expect(fits).toBe(2);
  });

  it('says in which fold the metric is undefined', async () => {
    const oneClassPerFold = predefined(
      golden.target.map((label) => ['Adelie', 'Chinstrap', 'Gentoo'].indexOf(label)),
    );
    const run = crossValidate(nearestNeighbours(), birds, {
      metric: 'rocAucMacro',
      resampling: oneClassPerFold,
    });
    await expect(run).rejects.toThrow(InvalidResultError);
    await expect(run).rejects.toThrow(/rocAucMacro is NaN in fold 0/);
  });

  it.each<[string, () => Promise<unknown>, new (message: string) => Error, RegExp]>([
    [
      'an unknown metric',
      () => crossValidate(nearestNeighbours(), birds, { metric: 'acuracy' as never }),
      InvalidArgumentError,
      /no metric "acuracy"; the metrics are accuracy/,
    ],
    [
      'a metric for the other task',
      () => crossValidate(nearestNeighbours(), birds, { metric: 'r2' }),
      InvalidArgumentError,
      /'r2' is for regression, and the dataset is for classification/,
    ],
    [
      'a metric of two classes',
      () => crossValidate(nearestNeighbours(), birds, { metrics: ['f1'] }),
      InvalidArgumentError,
      /use f1Macro/,
    ],
    [
      'two metrics of one name',
      () =>
        crossValidate(nearestNeighbours(), birds, {
          metrics: [precision({ average: 'macro' }), precision({ average: 'macro', zeroDivision: 1 })],
        }),
      InvalidArgumentError,
      /two metrics have the name 'precisionMacro'/,
    ],
    [
      'a learner for the other task',
      () => crossValidate(gradientRegression(), birds),
      InvalidArgumentError,
      /gradient-regression is for regression, and the dataset is for classification/,
    ],
    [
      'a metric that the learner cannot serve',
      () => crossValidate(neighboursWith({ capabilities: [] }), birds, { metric: 'logLoss' }),
      UnsupportedError,
      /nearest-neighbours predicts labels only/,
    ],
    [
      'no out-of-bag predictions',
      () => crossValidate(gradientRegression(), line, { resampling: outOfBag() }),
      UnsupportedError,
      /no out-of-bag predictions/,
    ],
    [
      'a later contract',
      () => crossValidate({ ...nearestNeighbours(), specificationVersion: 2 as never }, birds),
      UnsupportedError,
      /version 2 of the learner contract/,
    ],
    [
      'fewer rows than folds',
      () => crossValidate(nearestNeighbours(), birds, { resampling: 61 }),
      InvalidDatasetError,
      /60 rows, too few for 61 folds/,
    ],
    [
      'an unknown parameter',
      () => crossValidate(nearestNeighbours(), birds, { params: { k: 3 } as never }),
      InvalidParameterError,
      /no parameter 'k'; its parameters are neighbours, weights/,
    ],
    [
      'an unknown option',
      () => crossValidate(nearestNeighbours(), birds, { cv: 5 } as never),
      InvalidArgumentError,
      /unknown option 'cv'/,
    ],
    [
      'something that is no learner',
      () => crossValidate({} as never, birds),
      InvalidArgumentError,
      /expected a learner such as/,
    ],
    [
      'something that is no dataset',
      () => crossValidate(nearestNeighbours(), [[1]] as never),
      InvalidArgumentError,
      /expected a dataset/,
    ],
    [
      'something that is no resampling',
      () => crossValidate(nearestNeighbours(), birds, { resampling: 'kFold' as never }),
      InvalidArgumentError,
      /resampling must be/,
    ],
  ])('rejects %s', async (_, run, kind, message) => {
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });
});

describe('evaluateModel', () => {
  const [{ train, test }] = holdout({ stratify: true }).split(birds) as [
    { train: Int32Array; test: Int32Array },
  ];
  const fitted = async (): Promise<LearnerModel<ReturnType<typeof nearestNeighbours>>> =>
    nearestNeighbours().fit({ neighbours: 5, weights: 'uniform' }, birds.rows(train), fitContext());

  it('scores a model on a dataset', async () => {
    const model = await fitted();
    const rows: Dataset = birds.rows(test);
    const labels = model.predict(rows);
    const right = labels.filter((label, i) => label === birds.classes[rows.target[i] as number]).length;
    const mistakes = customMetric(
      'mistakes',
      (actual, predicted) => actual.filter((label, i) => label !== predicted[i]).length,
    );
    expect(await evaluateModel(model, rows, ['accuracy', mistakes])).toEqual({
      accuracy: right / rows.rowCount,
      mistakes: rows.rowCount - right,
    });
  });

  it('rejects predictions that do not fit the dataset', async () => {
    const model = await fitted();
    const rows = birds.rows(test);
    const scores = (part: object): Promise<unknown> =>
      evaluateModel({ ...model, ...part }, rows, ['accuracy', 'logLoss']);
    await expect(scores({ predict: () => ['Adelie'] })).rejects.toThrow(
      /returned 1 predictions, expected 15/,
    );
    await expect(scores({ predict: () => Array.from({ length: 15 }, () => 0) })).rejects.toThrow(
      /predicted 0, which is none of the classes "Adelie"/,
    );
    await expect(scores({ predictProbability: () => new Float64Array(15) })).rejects.toThrow(
      /returned 15 probabilities, expected 45/,
    );
    await expect(scores({ predictProbability: undefined })).rejects.toThrow(UnsupportedError);
    await expect(evaluateModel(model, rows, [])).rejects.toThrow(/expected a list of metrics/);
  });
});
