import {
  createRandom,
  dataset,
  type FitContext,
  datasetFromPlain,
  InvalidDatasetError,
  InvalidParameterError,
  TrialPruned,
  type Predictor,
} from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { randomForestClassifier } from './random-forest-classifier.ts';
import { randomForestRegressor } from './random-forest-regressor.ts';

const learner = randomForestClassifier();
const defaults = learner.space.decode(learner.space.defaultRow());

function fitContext(changes: Partial<FitContext> = {}): FitContext {
  const { signal } = new AbortController();
  return { seed: 1, signal, metric: '', outOfBag: false, report: async () => {}, ...changes };
}

function noise(rows: number, columns: number) {
  const random = createRandom(4);
  const features = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
  return dataset({ features, target: features.map(() => ['a', 'b'][random.integer(2)]!) });
}

interface Saved {
  trees: unknown[];
}
const parse = (saved: Uint8Array) => JSON.parse(new TextDecoder().decode(saved)) as Saved;

describe('the seed', () => {
  test('decides the forest', async () => {
    const data = noise(50, 3);
    const fit = async (seed: number) =>
      (await learner.fit({ ...defaults, trees: 5 }, data, fitContext({ seed }))).save();
    expect(await fit(4294967295)).toEqual(await fit(4294967295));
    expect(await fit(0)).not.toEqual(await fit(1));
  });

  test('more trees continue the forest of fewer', async () => {
    const data = noise(50, 3);
    const few = parse((await learner.fit({ ...defaults, trees: 3 }, data, fitContext())).save());
    const more = parse((await learner.fit({ ...defaults, trees: 7 }, data, fitContext())).save());
    expect(more.trees).toHaveLength(7);
    expect(more.trees.slice(0, 3)).toEqual(few.trees);
  });
});

test('a learner keeps nothing between fits: other columns, other rows, params and data untouched', async () => {
  const params = Object.freeze({ ...defaults, trees: 3 });
  const [wide, narrow] = [noise(30, 6), noise(20, 2)];
  const before = wide.features.slice();
  const first = (await learner.fit(params, wide, fitContext())).save();
  await learner.fit(params, narrow, fitContext());
  expect((await learner.fit(params, wide, fitContext())).save()).toEqual(first);
  expect(wide.features).toEqual(before);
});

test('the whole recommended space can be fitted', async () => {
  const data = noise(25, 4);
  const numbers = dataset({ features: data, target: data.features.filter((_, i) => i % 4 === 0) });
  const regressor = randomForestRegressor();
  for (let seed = 0; seed < 25; seed++) {
    await learner.fit({ ...learner.space.sample(seed), trees: 2 }, data, fitContext());
    const model = await regressor.fit({ ...regressor.space.sample(seed), trees: 2 }, numbers, fitContext());
    expect(Array.from(model.predict(data) as Float64Array).every(Number.isFinite)).toBe(true);
  }
  expect(learner.space.hasDefaults && regressor.space.hasDefaults).toBe(true);
});

describe('rejects parameters that the library would misunderstand', () => {
  test.each([
    ['trees', 0, 'a whole number of at least 1, not 0'],
    ['trees', 2.5, 'a whole number'],
    ['maxDepth', undefined, 'a whole number of at least 1, not undefined'],
    ['maxDepth', 0, 'a whole number'],
    ['minSamplesSplit', 1, 'a whole number of at least 2'],
    ['features', 0, 'a share of the columns: above 0, at most 1'],
    ['features', 3, 'a share of the columns'],
    ['features', Number.NaN, 'a share of the columns'],
    ['gainThreshold', -0.1, 'a number of at least 0'],
    ['gainThreshold', Infinity, 'a number of at least 0'],
    ['rowReplacement', 1, 'true or false, not 1'],
    ['featureReplacement', undefined, 'true or false'],
  ])('%s: %s', async (name, value, message) => {
    const fit = learner.fit({ ...defaults, [name]: value }, noise(10, 2), fitContext());
    await expect(fit).rejects.toThrow(InvalidParameterError);
    await expect(learner.fit({ ...defaults, [name]: value }, noise(10, 2), fitContext())).rejects.toThrow(
      `${name} must be ${message}`,
    );
  });
});

describe('rejects data', () => {
  test('without rows', async () => {
    await expect(learner.fit(defaults, noise(10, 2).rows([]), fitContext())).rejects.toThrow(
      /cannot learn from 0 rows of 2 columns/,
    );
  });

  test('with NaN among the features or targets, naming the place', async () => {
    const plain = noise(10, 2).toPlain();
    const features = plain.features.slice();
    features[7] = Number.NaN;
    const fit = learner.fit(defaults, datasetFromPlain({ ...plain, features }), fitContext());
    await expect(fit).rejects.toThrow(InvalidDatasetError);
    await expect(fit).rejects.toThrow(/column 'x1' of row 3 is NaN/);
    const target = plain.target.slice();
    target[4] = Number.NaN;
    await expect(learner.fit(defaults, datasetFromPlain({ ...plain, target }), fitContext())).rejects.toThrow(
      /target of row 4 is NaN/,
    );
  });

  test('of the other task', async () => {
    const numbers = dataset({ features: [[1], [2]], target: [1.5, 2.5] });
    await expect(learner.fit(defaults, numbers, fitContext())).rejects.toThrow(/use randomForestRegressor/);
    await expect(randomForestRegressor().fit(defaults, noise(10, 2), fitContext())).rejects.toThrow(
      /use randomForestClassifier/,
    );
  });

  test('to predict with another number of columns', async () => {
    const model = await learner.fit({ ...defaults, trees: 2 }, noise(10, 2), fitContext());
    expect(() => model.predict([[1, 2, 3]])).toThrow(InvalidDatasetError);
    expect(() => model.predictProbability!([[1, Number.NaN]])).toThrow(InvalidDatasetError);
  });
});

describe('stops', () => {
  test('before the first tree when aborted already', async () => {
    const reason = new Error('enough');
    await expect(
      learner.fit(defaults, noise(10, 2), fitContext({ signal: AbortSignal.abort(reason) })),
    ).rejects.toBe(reason);
  });

  test('between trees when aborted by a timer', async () => {
    const controller = new AbortController();
    const reason = new Error('time is up');
    const timer = setTimeout(() => controller.abort(reason), 20);
    const fit = learner.fit(
      { ...defaults, trees: 1_000_000 },
      noise(100, 4),
      fitContext({ signal: controller.signal }),
    );
    await expect(fit).rejects.toBe(reason);
    clearTimeout(timer);
  });
});

describe('reports', () => {
  test('the growing forest every ten trees, but not the finished one', async () => {
    const data = noise(30, 2);
    const reported: [number, unknown][] = [];
    const report = async (step: number, value: number | Predictor) => {
      reported.push([step, await (value as Predictor).predict(data)]);
    };
    await learner.fit({ ...defaults, trees: 30 }, data, fitContext({ report }));
    const smaller = await learner.fit({ ...defaults, trees: 10 }, data, fitContext());
    expect(reported.map(([step]) => step)).toEqual([10, 20]);
    expect(reported[0]![1]).toEqual(smaller.predict(data));
  });

  test('and lets pruning pass', async () => {
    const pruned = new TrialPruned();
    const fit = learner.fit(
      { ...defaults, trees: 30 },
      noise(30, 2),
      fitContext({ report: () => Promise.reject(pruned) }),
    );
    await expect(fit).rejects.toBe(pruned);
  });
});
