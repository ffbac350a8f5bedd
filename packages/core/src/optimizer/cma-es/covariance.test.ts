import { describe, expect, it } from 'vitest';

import { createRandom, type Random } from '../../math/random.ts';
import { DiagonalCovariance, FullCovariance } from './covariance.ts';

const n = 6;

const vector = (random: Random, size = n): Float64Array =>
  Float64Array.from({ length: size }, () => random.normal());

/** A positive definite matrix: the sum of the squares of random vectors, and a little of the identity. */
function matrixOf(random: Random): Float64Array {
  const factors = vector(random, n * n);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < n; k++) sum += factors[i * n + k]! * factors[j * n + k]!;
    return sum;
  });
}

describe('FullCovariance', () => {
  const random = createRandom(1);
  const matrix = matrixOf(random);
  const covariance = new FullCovariance(n, matrix.slice());

  it('shapes unit vectors into columns whose squares sum to the matrix', () => {
    const sum = new Float64Array(n * n);
    const column = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      covariance.shape(
        Float64Array.from({ length: n }, (_, j) => (j === k ? 1 : 0)),
        column,
      );
      for (let at = 0; at < n * n; at++) sum[at]! += column[Math.floor(at / n)]! * column[at % n]!;
    }
    for (const [at, entry] of matrix.entries()) expect(sum[at]).toBeCloseTo(entry, 10);
  });

  it('whitens what it shaped to the same length', () => {
    const [y, z] = [new Float64Array(n), new Float64Array(n)];
    for (let draw = 0; draw < 20; draw++) {
      const step = vector(random);
      covariance.shape(step, y);
      covariance.whiten(y, z);
      expect(Math.hypot(...z)).toBeCloseTo(Math.hypot(...step), 10);
      expect(covariance.squaredLength(y, 0)).toBeCloseTo(Math.hypot(...step) ** 2, 9);
    }
  });

  it('learns as its formula says, whether or not the decomposition is renewed', () => {
    const path = vector(random);
    const steps = vector(random, 3 * n);
    const weights = Float64Array.of(0.2, 0, -0.01);
    const learnt = new FullCovariance(n, matrix.slice());
    learnt.learn(0.7, 0.1, path, weights, steps, 2);
    for (let j = 0; j < n; j++) {
      let variance = 0.7 * matrix[j * n + j]! + 0.1 * path[j]! ** 2;
      for (let i = 0; i < 3; i++) variance += weights[i]! * steps[i * n + j]! ** 2;
      expect(learnt.deviation(j)).toBeCloseTo(Math.sqrt(variance), 12);
    }
    expect(learnt.squaredLength(path, 0)).toBe(covariance.squaredLength(path, 0));
    learnt.learn(1, 0, path, new Float64Array(3), steps, 2);
    expect(learnt.squaredLength(path, 0)).not.toBe(covariance.squaredLength(path, 0));
  });

  it('knows its condition', () => {
    expect(new FullCovariance(2, Float64Array.of(4, 0, 0, 1e-4)).condition).toBeCloseTo(4e4, 6);
    expect(new FullCovariance(2, Float64Array.of(1, 1, 1, 1)).condition).toBeGreaterThan(1e15);
  });
});

describe('DiagonalCovariance', () => {
  it('does what a full matrix does, on the diagonal', () => {
    const random = createRandom(2);
    const variances = Float64Array.from({ length: n }, () => random.uniform() + 0.1);
    const full = new Float64Array(n * n);
    for (let j = 0; j < n; j++) full[j * n + j] = variances[j]!;
    const [a, b] = [new DiagonalCovariance(n, variances), new FullCovariance(n, full)];
    const y = vector(random);
    expect(a.squaredLength(y, 0)).toBeCloseTo(b.squaredLength(y, 0), 10);
    expect(a.condition).toBeCloseTo(b.condition, 8);
    const [path, steps, weights] = [vector(random), vector(random, 2 * n), Float64Array.of(0.3, 0.1)];
    for (const covariance of [a, b]) covariance.learn(0.5, 0.1, path, weights, steps, 1);
    for (let j = 0; j < n; j++) expect(a.deviation(j)).toBeCloseTo(b.deviation(j), 12);
  });
});
