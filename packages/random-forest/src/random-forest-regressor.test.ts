import { createRandom, dataset, type FitContext } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { loadRandomForest } from './load-random-forest.ts';
import { randomForestRegressor } from './random-forest-regressor.ts';

const learner = randomForestRegressor();
const defaults = learner.space.decode(learner.space.defaultRow());

function fitContext(changes: Partial<FitContext> = {}): FitContext {
  const { signal } = new AbortController();
  return { seed: 1, signal, metric: '', outOfBag: false, report: async () => {}, ...changes };
}

const smooth = (a: number, b: number) => Math.sin(2 * a) + b * b;

function smoothData(count: number, seed: number) {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, () => [2 * random.uniform(), 2 * random.uniform() - 1]);
  return dataset({ features: rows, target: rows.map(([a, b]) => smooth(a!, b!)) });
}

function rootMeanSquare(predicted: ArrayLike<unknown>, target: ArrayLike<number>): number {
  return Math.sqrt(
    Array.from(target, (y, i) => ((predicted[i] as number) - y) ** 2).reduce((a, b) => a + b) / target.length,
  );
}

test('learns a smooth function, better than a single tree, and to a quarter of its spread', async () => {
  const [train, test] = [smoothData(150, 1), smoothData(200, 2)];
  const mean = train.target.reduce((a, b) => a + b) / 150;
  const spread = rootMeanSquare(new Float64Array(200).fill(mean), test.target);
  const forest = await learner.fit({ ...defaults, trees: 30 }, train, fitContext());
  const tree = await learner.fit({ ...defaults, trees: 1 }, train, fitContext());
  const error = rootMeanSquare(forest.predict(test), test.target);
  expect(error).toBeLessThan(0.25 * spread);
  expect(error).toBeLessThan(rootMeanSquare(tree.predict(test), test.target));
});

test('predicts a Float64Array, and no classes or probabilities', async () => {
  const model = await learner.fit({ ...defaults, trees: 2 }, smoothData(20, 1), fitContext());
  expect(model.predict([[1, 0]])).toBeInstanceOf(Float64Array);
  expect(model.classes).toBeUndefined();
  expect(model.predictProbability).toBeUndefined();
});

describe('aggregation', () => {
  const stump = (value: number) => ({ column: [-1], threshold: [0], next: [0], values: [value] });
  const saved = (aggregation: string, values: number[]) =>
    JSON.stringify({
      format: 'tunable-random-forest',
      version: 1,
      task: 'regression',
      aggregation,
      classes: [],
      featureNames: ['x'],
      trees: values.map(stump),
    });

  test.each([
    ['mean', [1, 2, 9], 4],
    ['median', [9, 1, 2], 2],
    ['median', [9, 1, 2, 4], 3],
  ])('the %s of %j is %d', (aggregation, values, expected) => {
    expect(loadRandomForest(saved(aggregation, values)).predict([[0]])).toEqual(Float64Array.of(expected));
  });

  test('the median is moved less by an outlier', async () => {
    const data = dataset({
      features: Array.from({ length: 41 }, (_, i) => [i]),
      target: Array.from({ length: 41 }, (_, i) => (i === 20 ? 1000 : 0)),
    });
    const params = { ...defaults, trees: 25, minSamplesSplit: 15 };
    const mean = (await learner.fit(params, data, fitContext())).predict([[19]])[0] as number;
    const median = (
      await randomForestRegressor({ aggregation: 'median' }).fit(params, data, fitContext())
    ).predict([[19]])[0] as number;
    expect(median).toBeLessThan(mean);
  });
});

test('out of bag, the error is that of fresh rows and not that of the training rows', async () => {
  const train = smoothData(150, 1);
  const model = await learner.fit({ ...defaults, trees: 30 }, train, fitContext({ outOfBag: true }));
  const { rows, predictions, probabilities } = model.outOfBag!();
  expect(rows).toHaveLength(150);
  expect(probabilities).toBeUndefined();
  const outOfBag = rootMeanSquare(predictions, train.target);
  const fresh = smoothData(300, 2);
  expect(outOfBag).toBeGreaterThan(1.3 * rootMeanSquare(model.predict(train), train.target));
  expect(outOfBag / rootMeanSquare(model.predict(fresh), fresh.target)).toBeCloseTo(1, 0);
});

test('a constant target is predicted as it is', async () => {
  const data = dataset({ features: [[1], [2], [3], [4]], target: [7, 7, 7, 7] });
  expect((await learner.fit(defaults, data, fitContext())).predict([[0]])).toEqual(Float64Array.of(7));
});

test('rejects unknown and wrong options', () => {
  // @ts-expect-error from plain JavaScript
  expect(() => randomForestRegressor({ voting: 'soft' })).toThrow(/unknown option 'voting'.*aggregation/);
  // @ts-expect-error from plain JavaScript
  expect(() => randomForestRegressor({ aggregation: 'mode' })).toThrow(
    /aggregation must be 'mean' or 'median', not "mode"/,
  );
});
