import { createRandom } from '@tunable/core';
import { expect, test } from 'vitest';

import { measureScaling, scaleFeatures } from './scaling.ts';

test('scaled channels have mean 0 and deviation 1', () => {
  const random = createRandom(5);
  const values = Float64Array.from(
    { length: 900 },
    (_, i) => [1e6 + random.normal(), 3, random.uniform()][i % 3]!,
  );
  const scaling = measureScaling(values, 3);
  const scaled = scaleFeatures(values, scaling);
  const again = measureScaling(Float64Array.from(scaled), 3);
  expect(scaling.mean[0]).toBeCloseTo(1e6, 0);
  for (const c of [0, 1, 2]) expect(again.mean[c]).toBeCloseTo(0, 5);
  for (const c of [0, 2]) expect(again.deviation[c]).toBeCloseTo(1, 5);
});

test('a constant channel becomes 0, also one that rounding makes vary', () => {
  // The mean of 0.1, 0.1, 0.1 is not 0.1.
  const values = Float64Array.from([0.1, 0.1, 0.1]);
  for (const scaled of scaleFeatures(values, measureScaling(values, 1))) expect(scaled).toBeCloseTo(0, 12);
});

test('known numbers', () => {
  // Columns 1, 3 and 10, 10: mean 2, deviation 1; mean 10, constant.
  expect(measureScaling(Float64Array.from([1, 10, 3, 10]), 2)).toEqual({
    mean: Float64Array.from([2, 10]),
    deviation: Float64Array.from([1, 1]),
  });
});
