import { dataset } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { scaleFeatures, standardization, targetScaling } from './scaling.ts';

describe('standardization', () => {
  const data = dataset({
    features: [
      [1, 1e6, 7],
      [2, 1e6 + 4, 7],
      [3, 1e6 + 8, 7],
    ],
    target: [10, 20, 60],
  });

  test('gives each column mean 0 and deviation 1; one that never varies is only shifted', () => {
    const scaled = scaleFeatures(data, standardization(data));
    const unit = Math.sqrt(1.5);
    expect(Array.from(scaled)).toEqual(
      [-unit, -unit, 0, 0, 0, 0, unit, unit, 0].map((x) => expect.closeTo(x, 6)),
    );
  });

  test.each([0.1, 1 / 3, 123.456, 1e-20])('only shifts a column of nothing but %f', (value) => {
    for (const rowCount of [7, 49, 1000]) {
      const features = new Float64Array(rowCount).fill(value);
      const { mean, factor } = standardization({ features, rowCount, columnCount: 1 });
      expect([mean[0], factor[0]]).toEqual([Math.fround(value), 1]);
    }
  });

  test('is left out on request', () => {
    expect(scaleFeatures(data, undefined)).toEqual(Float32Array.from(data.features));
  });

  test('of the target, too', () => {
    expect(targetScaling(data)).toEqual({ mean: 30, deviation: expect.closeTo(Math.sqrt(1400 / 3), 10) });
    expect(targetScaling({ target: Float64Array.of(5, 5) })).toEqual({ mean: 5, deviation: 1 });
  });
});
