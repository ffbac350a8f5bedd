import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';

import type { Signature } from '../model-signature.ts';
import { batchFeeds } from './batch-feeds.ts';

const signature: Signature = {
  inputMetadata: [
    { name: 'x', isTensor: true, type: 'float32', shape: ['n', 2] },
    { name: 'rate', isTensor: true, type: 'int64', shape: [] },
  ],
  outputMetadata: [],
};
const rate = new ort.Tensor('int64', BigInt64Array.of(16n), []);
const sample = (...values: number[]) => ({
  x: new ort.Tensor('float32', Float32Array.from(values), [values.length / 2, 2]),
  rate,
});

test('joins samples along the open axis, round and round', () => {
  const batches = batchFeeds(ort, [sample(1, 2), sample(3, 4), sample(5, 6)], 2, signature);
  expect(batches.map(({ x }) => Array.from((x as ort.Tensor).data as Float32Array))).toEqual([
    [1, 2, 3, 4],
    [5, 6, 1, 2],
  ]);
  expect(batches.map(({ x }) => (x as ort.Tensor).dims)).toEqual([
    [2, 2],
    [2, 2],
  ]);
  expect(batches[0]?.['rate']).toBe(rate);
});

test('samples of several rows are joined too, and a batch of one is the sample', () => {
  const samples = [sample(1, 2, 3, 4), sample(5, 6)];
  expect(batchFeeds(ort, samples, 1, signature)).toBe(samples);
  expect(batchFeeds(ort, samples, 2, signature)[0]?.['x']).toMatchObject({ dims: [3, 2] });
});

test('refuses what cannot be joined', () => {
  const fixed: Signature = {
    inputMetadata: [{ name: 'x', isTensor: true, type: 'float32', shape: [1, 2] }],
    outputMetadata: [],
  };
  expect(() => batchFeeds(ort, [sample(1, 2)], 4, fixed)).toThrow(/dynamic batch axis/);
  const wide = { x: new ort.Tensor('float32', new Float32Array(3), [1, 3]), rate };
  expect(() => batchFeeds(ort, [sample(1, 2), wide], 2, signature)).toThrow(/differ in shape/);
});
