import { describe, expect, test } from 'vitest';

import { logNormalCdf } from '../../math/normal.ts';
import { createRandom } from '../../math/random.ts';
import { logH } from './log-improvement.ts';
import { constrained, expectedImprovement, type Utility } from './utility.ts';

/** The largest difference between the slopes and finite differences, relative where these are large. */
function gradientError(utility: Utility, outputs: number, seed: number): number {
  const random = createRandom(seed);
  let worst = 0;
  for (let trial = 0; trial < 20; trial++) {
    const x = Float64Array.from({ length: 2 * outputs }, (_, i) =>
      i < outputs ? 6 * random.normal() : 0.1 + random.uniform(),
    );
    const at = (v: Float64Array) => utility.evaluate(v.slice(0, outputs), v.slice(outputs));
    const slopes = new Float64Array(2 * outputs);
    utility.evaluate(x.slice(0, outputs), x.slice(outputs), slopes);
    for (let i = 0; i < x.length; i++) {
      const [up, down] = [1e-6, -1e-6].map((h) => at(x.map((v, k) => (k === i ? v + h : v))));
      const difference = (up! - down!) / 2e-6;
      worst = Math.max(worst, Math.abs(slopes[i]! - difference) / (1 + Math.abs(difference)));
    }
  }
  return worst;
}

describe('expected improvement', () => {
  test('is that of a normal variable, by simulation', () => {
    const random = createRandom(2);
    const [mean, deviation, best] = [1, 0.5, 0.8];
    let sum = 0;
    const draws = 200_000;
    for (let i = 0; i < draws; i++) sum += Math.max(0, best - (mean + deviation * random.normal()));
    const value = expectedImprovement(best).evaluate(Float64Array.of(mean), Float64Array.of(deviation));
    expect(Math.exp(value)).toBeCloseTo(sum / draws, 2);
  });

  test('has the gradient of finite differences', () => {
    expect(gradientError(expectedImprovement(0.3), 1, 1)).toBeLessThan(1e-4);
  });
});

describe('constraints', () => {
  test('add the logarithms of their probabilities', () => {
    const utility = constrained(expectedImprovement(0), 1, [0, 2]);
    const value = utility.evaluate(Float64Array.of(1, -1, 2.5), Float64Array.of(0.5, 2, 1));
    expect(value).toBeCloseTo(Math.log(0.5) + logH(-2) + logNormalCdf(0.5) + logNormalCdf(-0.5), 12);
  });

  test('alone count while nothing feasible is known', () => {
    const utility = constrained(null, 1, [0]);
    const slopes = new Float64Array(4);
    expect(utility.evaluate(Float64Array.of(-99, 3), Float64Array.of(1, 1.5), slopes)).toBeCloseTo(
      logNormalCdf(-2),
      12,
    );
    expect([slopes[0], slopes[2]]).toEqual([0, 0]);
  });

  test('have the gradient of finite differences', () => {
    expect(gradientError(constrained(expectedImprovement(0.3), 1, [0.5, -1]), 3, 2)).toBeLessThan(1e-4);
    expect(gradientError(constrained(null, 2, [0.5]), 3, 3)).toBeLessThan(1e-4);
  });

  test('stay finite where they are all but impossible', () => {
    const value = constrained(null, 1, [0]).evaluate(Float64Array.of(0, 1000), Float64Array.of(1, 0.001));
    expect(Number.isFinite(value)).toBe(true);
  });
});
