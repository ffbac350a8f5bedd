import { createRandom, dataset, InvalidArgumentError, type FitContext } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { loadRandomForest } from './load-random-forest.ts';
import { randomForestClassifier } from './random-forest-classifier.ts';
import { randomForestRegressor } from './random-forest-regressor.ts';

const context: FitContext = {
  seed: 1,
  signal: new AbortController().signal,
  metric: '',
  outOfBag: false,
  report: async () => {},
};

const random = createRandom(5);
const rows = Array.from({ length: 60 }, () => [
  random.normal(),
  1e-9 * random.normal(),
  1e12 * random.normal(),
]);
const probes = Array.from({ length: 300 }, () => [
  random.normal(),
  1e-9 * random.normal(),
  1e12 * random.normal(),
]);

describe('a loaded forest predicts exactly what the saved one did', () => {
  test.each(['hard', 'soft'] as const)('classification, %s votes', async (voting) => {
    const learner = randomForestClassifier({ voting });
    const data = dataset({ features: rows, target: rows.map(([a]) => a! + random.normal() > 0) });
    const model = await learner.fit({ ...learner.space.sample(1), trees: 7 }, data, context);
    const loaded = loadRandomForest(model.save());
    expect(loaded.classes).toEqual([false, true]);
    expect(loaded.predict(probes)).toEqual(model.predict(probes));
    expect(loaded.predictProbability!(probes)).toEqual(model.predictProbability!(probes));
    expect(loaded.save()).toEqual(model.save());
  });

  test('regression, also from text', async () => {
    const learner = randomForestRegressor({ aggregation: 'median' });
    const data = dataset({ features: rows, target: rows.map(([a, b, c]) => a! / 3 + b! * 1e8 + c! / 1e11) });
    const model = await learner.fit({ ...learner.space.sample(1), trees: 7 }, data, context);
    const loaded = loadRandomForest(new TextDecoder().decode(model.save()));
    expect(loaded.predict(probes)).toEqual(model.predict(probes));
    expect(loaded.predictProbability).toBeUndefined();
    expect(loaded.featureNames).toEqual(['x0', 'x1', 'x2']);
  });
});

describe('votes', () => {
  const stump = (threshold: number, left: number[], right: number[]) => ({
    column: [0, -1, -1],
    threshold: [threshold, 0, 0],
    next: [1, 0, 2],
    values: [...left, ...right],
  });
  const saved = {
    format: 'tunable-random-forest',
    version: 1,
    task: 'classification',
    aggregation: 'hard',
    classes: ['no', 'yes'],
    featureNames: ['size'],
    trees: [
      stump(1, [1, 0], [0, 1]),
      stump(2, [1, 0], [0, 1]),
      stump(3, [1, 0], [0, 1]),
      stump(9, [1, 0], [0, 1]),
    ],
  };

  test('of four stumps are counted, and the first of equals wins', () => {
    const model = loadRandomForest(JSON.stringify(saved));
    const sizes = [{ size: 0.5 }, { size: 1 }, { size: 2.5 }, { size: 3 }, { size: 9 }];
    expect(model.predictProbability!(sizes)).toEqual(
      Float64Array.of(1, 0, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0, 1),
    );
    expect(model.predict(sizes)).toEqual(['no', 'no', 'no', 'yes', 'yes']);
  });

  test.each([
    ['text that is no JSON', 'forest', /expected what model\.save\(\) returned/],
    ['other JSON', '{"trees": []}', /not a saved random forest/],
    ['null', 'null', /not a saved random forest/],
    ['a later version', JSON.stringify({ ...saved, version: 2 }), /version 2.*update/],
    [
      'a loop',
      JSON.stringify({ ...saved, trees: [{ ...stump(1, [1, 0], [0, 1]), next: [0, 0, 2] }] }),
      /damaged/,
    ],
    [
      'a missing column',
      JSON.stringify({ ...saved, trees: [{ ...stump(1, [1, 0], [0, 1]), column: [1, -1, -1] }] }),
      /damaged/,
    ],
    ['missing values', JSON.stringify({ ...saved, trees: [stump(1, [1, 0], [0])] }), /damaged/],
  ])('are not read from %s', (_, text, message) => {
    expect(() => loadRandomForest(text)).toThrow(InvalidArgumentError);
    expect(() => loadRandomForest(text)).toThrow(message);
  });
});
