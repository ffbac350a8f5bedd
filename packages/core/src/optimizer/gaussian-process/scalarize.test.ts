import { expect, test } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { randomWeights, scalarize } from './scalarize.ts';

test('the augmented Chebyshev function of scaled losses', () => {
  const losses = [Float64Array.of(0, 10, 5), Float64Array.of(3, 1, 2)];
  const values = scalarize(losses, Float64Array.of(0.25, 0.75));
  expect(values[0]).toBeCloseTo(0.75 + 0.05 * 0.75, 12);
  expect(values[1]).toBeCloseTo(0.25 + 0.05 * 0.25, 12);
  expect(values[2]).toBeCloseTo(0.375 + 0.05 * 0.5, 12);
});

test('an objective that never varies does not count', () => {
  expect([...scalarize([Float64Array.of(4, 4), Float64Array.of(0, 1)], Float64Array.of(0.5, 0.5))]).toEqual([
    0, 0.525,
  ]);
});

test('weights are positive, sum to one and average to equal shares', () => {
  const random = createRandom(1);
  const sums = new Float64Array(4);
  for (let i = 0; i < 4000; i++) {
    const weights = randomWeights(4, random);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (const [j, weight] of weights.entries()) {
      expect(weight).toBeGreaterThan(0);
      sums[j]! += weight / 4000;
    }
  }
  for (const sum of sums) expect(Math.abs(sum - 0.25)).toBeLessThan(0.02);
});
