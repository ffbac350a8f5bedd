import { InvalidResultError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { useBackend } from './backend.ts';
import { createPredictor, networkOutputs, type Meaning } from './outputs.ts';

const classes = ['a', 'b', 'c'];
const meaning: Meaning = {
  task: 'classification',
  classes,
  featureNames: ['x'],
  inputShape: [1],
  width: 3,
  outputs: 'probabilities',
};

async function probabilities(given: readonly number[], change: Partial<Meaning> = {}): Promise<number[]> {
  return Array.from(
    await createPredictor({ ...meaning, ...change }, async () => given).predictProbability!([]),
  );
}

test('probabilities sum to 1 in double precision', async () => {
  const [a, b, c] = await probabilities([0.1, 0.2, 0.7].map(Math.fround));
  expect(a! + b! + c!).toBe(1);
  expect(c).toBeCloseTo(0.7, 6);
});

test('logits: softmax of several, also of large ones; logistic of one', async () => {
  const e = Math.E;
  const [a, b, c] = await probabilities([1001, 1000, -1000], { outputs: 'logits' });
  expect(a).toBeCloseTo(e / (1 + e), 12);
  expect(b).toBeCloseTo(1 / (1 + e), 12);
  expect(c).toBe(0);
  const binary = { outputs: 'logits', width: 1, classes: [false, true] } as const;
  expect(await probabilities([0, Math.log(3)], binary)).toEqual(
    [0.5, 0.5, 0.25, 0.75].map((p) => expect.closeTo(p, 12)),
  );
});

test('a single unit gives the probability of the second class', async () => {
  expect(await probabilities([0.25, 1], { width: 1, classes: ['no', 'yes'] })).toEqual([0.75, 0.25, 0, 1]);
});

test('the most probable class is predicted, the first of equals', async () => {
  const predictor = createPredictor(meaning, async () => [0.2, 0.5, 0.3, 0.4, 0.2, 0.4]);
  expect(await predictor.predict([])).toEqual(['b', 'a']);
});

test.each([
  [[3, -1, 0.5], {}, /3\.00, -1\.00, 0\.500 for row 0, which are not probabilities.*softmax.*logits/],
  [[0.4, 0.4, 0.4], {}, /not probabilities/],
  [[1.5], { width: 1, classes: ['no', 'yes'] }, /sigmoid/],
  [[0, Number.NaN, 1], {}, /gives NaN as output 1.*diverged/],
] as const)('%j is refused', async (given, change, message) => {
  await expect(probabilities(given, change)).rejects.toThrow(InvalidResultError);
  await expect(probabilities(given, change)).rejects.toThrow(message);
});

test('a regression gives numbers, and refuses what is none', async () => {
  const regression: Meaning = { ...meaning, task: 'regression', classes: [], width: 1 };
  expect(await createPredictor(regression, async () => [1, 2.5]).predict([])).toEqual(
    Float64Array.of(1, 2.5),
  );
  await expect(createPredictor(regression, async () => [Infinity]).predict([])).rejects.toThrow(
    InvalidResultError,
  );
});

test('an abort is heard between blocks of rows', async () => {
  await useBackend('cpu');
  const stop = new AbortController();
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [1] })] });
  let blocks = 0;
  const outputs = networkOutputs('cpu', model, new Float32Array(2000), meaning, {
    lossOf: (predicted) => {
      if (++blocks === 2) stop.abort(new Error('enough'));
      return predicted;
    },
    signal: stop.signal,
  });
  await expect(outputs).rejects.toThrow('enough');
  expect(blocks).toBe(2);
  model.dispose();
});
