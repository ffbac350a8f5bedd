import { Tensor } from 'onnxruntime-common';
import { expect, test } from 'vitest';

import { outputDifference } from './output-difference.ts';

const floats = (...values: number[]): Tensor =>
  new Tensor('float32', Float32Array.from(values), [values.length]);

test('is the largest difference relative to the largest number expected', () => {
  expect(outputDifference({ y: floats(1, 2, 4) }, { y: floats(1, 2, 4) })).toBe(0);
  expect(outputDifference({ y: floats(1, 2.5, 4) }, { y: floats(1, 2, 4) })).toBe(0.125);
  expect(outputDifference({ y: floats(1), z: floats(-9) }, { y: floats(1), z: floats(-10) })).toBeCloseTo(
    0.1,
    6,
  );
});

test('a NaN, an infinity of the wrong sign, another length or a missing output is infinitely wrong', () => {
  expect(outputDifference({ y: floats(Number.NaN) }, { y: floats(1) })).toBe(Infinity);
  expect(outputDifference({ y: floats(Number.NaN) }, { y: floats(Number.NaN) })).toBe(0);
  expect(outputDifference({ y: floats(-Infinity, 1) }, { y: floats(Infinity, 1) })).not.toBeLessThan(
    Infinity,
  );
  expect(outputDifference({ y: floats(1, 2) }, { y: floats(1) })).toBe(Infinity);
  expect(outputDifference({}, { y: floats(1) })).toBe(Infinity);
});

test('compares whole numbers of 64 bits, and leaves texts alone', () => {
  const int64 = (value: bigint): Tensor => new Tensor('int64', BigInt64Array.of(value), [1]);
  expect(outputDifference({ y: int64(3n) }, { y: int64(4n) })).toBe(0.25);
  const text = (value: string): Tensor => new Tensor('string', [value], [1]);
  expect(outputDifference({ y: text('a') }, { y: text('b') })).toBe(0);
});
