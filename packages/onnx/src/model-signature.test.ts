import { InvalidArgumentError } from '@tunable/core';
import { Tensor } from 'onnxruntime-common';
import { expect, test } from 'vitest';

import { checkFeeds, describeValues, type Signature } from './model-signature.ts';

const signature: Signature = {
  inputMetadata: [
    { name: 'image', isTensor: true, type: 'float32', shape: ['batch', 3, ''] },
    { name: 'rate', isTensor: true, type: 'int64', shape: [] },
  ],
  outputMetadata: [],
};
const rate = new Tensor('int64', BigInt64Array.of(1n), []);
const image = (...dims: number[]): Tensor =>
  new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);

const check = (feeds: unknown) => () => checkFeeds('call', feeds, signature);

test('describes what a model takes', () => {
  expect(describeValues(signature.inputMetadata)).toBe('image: float32 [batch, 3, ?]; rate: int64 []');
});

test('accepts sizes that the model leaves open', () => {
  expect(check({ image: image(2, 3, 5), rate })).not.toThrow();
});

test.each([
  [{ image: image(1, 3, 5) }, /the input 'rate' is missing/],
  [{ image: image(1, 3, 5), rate, mask: rate }, /the model has no input 'mask'/],
  [{ image: image(1, 4, 5), rate }, /the input 'image' has the shape \[1, 4, 5\]/],
  [{ image: image(3, 5), rate }, /the input 'image' has the shape \[3, 5\]/],
  [
    { image: new Tensor('float64', new Float64Array(3), [1, 3, 1]), rate },
    /the input 'image' is of type float64/,
  ],
  [
    { image: new Float32Array(3), rate },
    /the input 'image' must be a Tensor of the runtime, not a Float32Array/,
  ],
  [[image(1, 3, 1)], /inputs must be an object of tensors by name/],
])('rejects others and says what the model expects (%#)', (feeds, message) => {
  expect(check(feeds)).toThrow(InvalidArgumentError);
  expect(check(feeds)).toThrow(message);
  expect(check(feeds)).toThrow(/the model expects image: float32 \[batch, 3, \?\]; rate: int64 \[\]/);
});
