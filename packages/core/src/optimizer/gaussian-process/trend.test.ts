import { describe, expect, test } from 'vitest';
import { createRandom } from '../../math/random.ts';
import { fitTrend } from './trend.ts';

const random = createRandom(1);
const noise = (n: number) => Float64Array.from({ length: n }, () => random.normal());
const standardized = (values: Float64Array) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / deviation);
};

describe('the trend from earlier studies', () => {
  test('follows a study that foretells the targets, whatever its unit and origin', () => {
    const targets = standardized(noise(60));
    const { weights, scale } = fitTrend([targets.map((t) => 5 + 2 * t)], targets);
    expect(weights[0]).toBeCloseTo(0.5 * ((60 + 1.5) / 63), 10);
    expect(scale).toBeLessThan(0.25);
  });

  test('ignores a study that says the opposite', () => {
    const targets = standardized(noise(10));
    const { weights, offset, scale, residuals } = fitTrend([targets.map((t) => -t)], targets);
    expect([...weights]).toEqual([0]);
    expect(offset).toBeCloseTo(0, 12);
    expect(scale).toBeCloseTo(1, 12);
    for (const [i, target] of targets.entries()) expect(residuals[i]).toBeCloseTo(target, 12);
  });

  test('prefers the more telling of two studies', () => {
    const targets = standardized(noise(40));
    const telling = targets.map((t) => t + 0.3 * random.normal());
    const { weights } = fitTrend([noise(40), telling], targets);
    expect(weights[1]).toBeGreaterThan(0.6);
    expect(weights[0]).toBeLessThan(0.05);
  });

  test('believes half of what it cannot check yet', () => {
    const { weights, residuals } = fitTrend([Float64Array.of(2)], Float64Array.of(0));
    expect([...weights]).toEqual([0]);
    expect([...residuals]).toEqual([0]);
    const two = fitTrend([Float64Array.of(-1, 1)], Float64Array.of(1, -1));
    expect(two.weights[0]).toBe(0);
    expect(fitTrend([Float64Array.of(-1, 1)], Float64Array.of(-1, 1)).weights[0]).toBeCloseTo(0.7, 10);
  });

  test('and what it leaves make up the targets', () => {
    const targets = standardized(noise(20));
    const predictions = [noise(20), targets.map((t) => t + random.normal())];
    const { weights, offset, scale, residuals } = fitTrend(predictions, targets);
    for (const [i, target] of targets.entries()) {
      const trend = offset + weights[0]! * predictions[0]![i]! + weights[1]! * predictions[1]![i]!;
      expect(trend + scale * residuals[i]!).toBeCloseTo(target, 12);
    }
  });
});
