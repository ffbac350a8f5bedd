import { dataset, InvalidArgumentError } from '@tunable/core';
import { expect, test } from 'vitest';

import { encodeRows } from './training-rows.ts';

const spam = dataset({ features: [[1], [2], [3], [4]], target: ['ham', 'ham', 'spam', 'ham'] });
const plain = { width: 2, isSparse: false, classWeights: undefined };

test('classes: one number per class, one in all, or their number', () => {
  expect(Array.from(encodeRows(spam, plain).targets)).toEqual([1, 0, 1, 0, 0, 1, 1, 0]);
  expect(Array.from(encodeRows(spam, { ...plain, width: 1 }).targets)).toEqual([0, 0, 1, 0]);
  expect(Array.from(encodeRows(spam, { ...plain, isSparse: true }).targets)).toEqual([0, 0, 1, 0]);
});

test("balanced weights are scikit-learn's: rows / (classes * rows of the class)", () => {
  const { weights } = encodeRows(spam, { ...plain, classWeights: 'balanced' });
  expect(Array.from(weights!)).toEqual([4 / 6, 4 / 6, 2, 4 / 6].map(Math.fround));
});

test('weights by label; those left out count 1; an unknown label is refused', () => {
  expect(Array.from(encodeRows(spam, { ...plain, classWeights: { spam: 5 } }).weights!)).toEqual([
    1, 1, 5, 1,
  ]);
  const wrong = (): unknown => encodeRows(spam, { ...plain, classWeights: { Spam: 5 } });
  expect(wrong).toThrow(InvalidArgumentError);
  expect(wrong).toThrow(/no class 'Spam'; the classes are ham, spam/);
});

test('the target of a regression is scaled', () => {
  const prices = dataset({ features: [[1], [2]], target: [100, 300] });
  const target = { mean: Float64Array.of(200), deviation: Float64Array.of(100) };
  expect(Array.from(encodeRows(prices, { ...plain, width: 1, target }).targets)).toEqual([-1, 1]);
});
