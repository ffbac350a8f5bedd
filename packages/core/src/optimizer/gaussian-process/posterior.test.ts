import { describe, expect, test } from 'vitest';

import { createRandom } from '../../math/random.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters } from './likelihood.ts';
import { Posterior } from './posterior.ts';

const FEATURES = 3;
const plain: Kernel = {
  features: FEATURES,
  groups: FEATURES,
  groupOf: Int32Array.of(0, 1, 2),
  isAdditive: false,
  typicalScale: 1,
};
const additive: Kernel = { ...plain, isAdditive: true };

function data(n: number, seed: number): { points: Float64Array; targets: Float64Array } {
  const random = createRandom(seed);
  return {
    points: Float64Array.from({ length: n * FEATURES }, () => random.uniform()),
    targets: Float64Array.from({ length: n }, () => random.normal()),
  };
}

/** The covariance written down as in the formula, one pair at a time. */
function covariance(kernel: Kernel, theta: Float64Array, a: Float64Array, b: Float64Array): number {
  const scale = (i: number) => Math.exp(theta[i]!);
  let squared = 0;
  let sum = 0;
  for (let f = 0; f < FEATURES; f++) {
    const d = a[f]! - b[f]!;
    squared += (d / scale(f)) ** 2;
    if (kernel.isAdditive) sum += 1 / (1 + (d * d) / (2 * scale(FEATURES + 2 + f) ** 2));
  }
  const r = Math.sqrt(5 * squared);
  const matern = scale(FEATURES) * (1 + r + (r * r) / 3) * Math.exp(-r);
  return matern + (kernel.isAdditive ? (scale(2 * FEATURES + 2) * sum) / FEATURES : 0);
}

/** Solves a small system by Gaussian elimination with pivoting. */
function solve(matrix: number[][], b: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, b[i]!]);
  const n = rows.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= n; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

describe.each([
  ['Matérn alone', plain],
  ['with the additive term', additive],
])('posterior: %s', (_, kernel) => {
  const theta = initialParameters(kernel).map((x, i) => x - 0.1 * (i % 3));
  const n = 7;
  const { points, targets } = data(n, 1);
  const point = (i: number) => points.subarray(i * FEATURES, (i + 1) * FEATURES);
  const noise = Math.exp(theta[FEATURES + 1]!);
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from(
      { length: n },
      (_, j) => covariance(kernel, theta, point(i), point(j)) + (i === j ? noise : 0),
    ),
  );
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const ones = Array.from({ length: n }, () => 1);
  const mean = dot(solve(matrix, ones), [...targets]) / (0.01 + dot(solve(matrix, ones), ones));
  const weights = solve(
    matrix,
    [...targets].map((y) => y - mean),
  );

  test('equals the textbook formulas worked densely', () => {
    const posterior = new Posterior(kernel, theta, points, targets, 0);
    const { points: elsewhere } = data(5, 2);
    for (let i = 0; i < 5; i++) {
      const x = elsewhere.subarray(i * FEATURES, (i + 1) * FEATURES);
      const cross = Array.from({ length: n }, (_, j) => covariance(kernel, theta, x, point(j)));
      posterior.predict(elsewhere, i * FEATURES, false);
      expect(posterior.mean).toBeCloseTo(mean + dot(cross, weights), 9);
      const variance = covariance(kernel, theta, x, x) - dot(cross, solve(matrix, cross));
      expect(posterior.deviation).toBeCloseTo(Math.sqrt(variance), 9);
    }
  });

  test('has the gradients of finite differences', () => {
    const posterior = new Posterior(kernel, theta, points, targets, 0);
    const x = Float64Array.of(0.3, 0.8, 0.45);
    posterior.predict(x, 0, true);
    const meanGradient = posterior.meanGradient.slice();
    const deviationGradient = posterior.deviationGradient.slice();
    for (let f = 0; f < FEATURES; f++) {
      const h = 1e-6;
      const at = (shift: number) => {
        posterior.predict(
          x.map((v, k) => (k === f ? v + shift : v)),
          0,
          false,
        );
        return [posterior.mean, posterior.deviation] as const;
      };
      const [upMean, upDeviation] = at(h);
      const [downMean, downDeviation] = at(-h);
      expect(meanGradient[f]).toBeCloseTo((upMean - downMean) / (2 * h), 6);
      expect(deviationGradient[f]).toBeCloseTo((upDeviation - downDeviation) / (2 * h), 6);
    }
  });

  test('surveys many points as it predicts one', () => {
    const posterior = new Posterior(kernel, theta, points, targets, 0);
    const count = 11;
    const { points: many } = data(count, 3);
    const cross = new Float64Array(count * n);
    const means = new Float64Array(count);
    const deviations = new Float64Array(count);
    posterior.survey(many, count, cross, means, deviations);
    const bounds = deviations.slice();
    const chosen = Int32Array.of(9, 0, 4, 10, 2);
    posterior.deviations(cross, chosen, chosen.length, deviations);
    for (const i of chosen) {
      posterior.predict(many, i * FEATURES, false);
      expect(means[i]).toBeCloseTo(posterior.mean, 12);
      expect(deviations[i]).toBeCloseTo(posterior.deviation, 9);
      expect(bounds[i]).toBeGreaterThanOrEqual(posterior.deviation);
      posterior.glimpse(many, i * FEATURES);
      expect(posterior.mean).toBe(means[i]);
      expect(posterior.deviation).toBe(bounds[i]);
    }
    expect(deviations[1]).toBe(bounds[1]);
  });

  test('a fantasy leaves the means and takes the variance that a real observation would', () => {
    const fantasized = new Posterior(kernel, theta, points, targets, 2);
    const extra = Float64Array.of(0.2, 0.9, 0.1, 0.6, 0.6, 0.3);
    const first = fantasized.append(extra, 0);
    const second = fantasized.append(extra, FEATURES);
    fantasized.predict(extra, 0, false);
    expect(fantasized.mean).toBeCloseTo(first, 10);
    const real = new Posterior(
      kernel,
      theta,
      Float64Array.from([...points, ...extra]),
      Float64Array.from([...targets, first, second]),
      0,
    );
    const { points: elsewhere } = data(4, 5);
    const before = new Posterior(kernel, theta, points, targets, 0);
    for (let i = 0; i < 4; i++) {
      for (const posterior of [fantasized, real, before]) posterior.predict(elsewhere, i * FEATURES, true);
      expect(fantasized.deviation).toBeCloseTo(real.deviation, 9);
      expect(fantasized.deviation).toBeLessThan(before.deviation);
      expect(fantasized.mean).toBeCloseTo(before.mean, 10);
      for (let f = 0; f < FEATURES; f++) {
        expect(fantasized.deviationGradient[f]).toBeCloseTo(real.deviationGradient[f]!, 8);
      }
    }
  });
});

test('hardly any uncertainty remains where there is hardly any noise, and all of it far away', () => {
  const theta = Float64Array.from([0.05, 0.05, 0.05, 2, 1e-6], Math.log);
  const { points, targets } = data(4, 8);
  const posterior = new Posterior(plain, theta, points, targets, 0);
  posterior.predict(points, 0, false);
  expect(posterior.deviation).toBeLessThan(2e-3);
  expect(posterior.mean).toBeCloseTo(targets[0]!, 3);
  posterior.predict(Float64Array.of(9, 9, 9), 0, false);
  expect(posterior.deviation).toBeCloseTo(Math.sqrt(2), 9);
});

test('copies of one point without noise do not defeat it', () => {
  const theta = Float64Array.from([100, 100, 100, 1000, 1e-6], Math.log);
  const posterior = new Posterior(plain, theta, new Float64Array(30), new Float64Array(10).fill(2), 1);
  posterior.append(new Float64Array(FEATURES), 0);
  posterior.predict(new Float64Array(FEATURES), 0, true);
  expect(posterior.mean).toBeCloseTo(2, 3);
  expect(Number.isFinite(posterior.deviation)).toBe(true);
});
