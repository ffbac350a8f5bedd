import { describe, expect, test } from 'vitest';

import {
  appendCholeskyRow,
  cholesky,
  invertFromCholesky,
  logDeterminant,
  solveLower,
  solveLowerRows,
  solveLowerTransposed,
} from './linear-algebra.ts';
import { createRandom } from './random.ts';

/** A random positive definite matrix of order n in rows of length `stride`, and NaN wherever nobody should look. */
function randomPositiveDefinite(n: number, stride: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const factor = Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal()));
  const a = new Float64Array(n * stride).fill(Number.NaN);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      a[i * stride + j] = (i === j ? 0.5 : 0) + factor[i]!.reduce((sum, x, k) => sum + x * factor[j]![k]!, 0);
    }
  }
  return a;
}

const orders = [1, 2, 3, 4, 5, 7, 8, 13, 33];

describe('cholesky', () => {
  test.each(orders)('multiplies back to the matrix, order %i', (n) => {
    const stride = n + 3;
    const a = randomPositiveDefinite(n, stride, n);
    const l = a.slice();
    expect(cholesky(l, n, stride)).toBe(true);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k <= j; k++) sum += l[i * stride + k]! * l[j * stride + k]!;
        expect(sum).toBeCloseTo(a[i * stride + j]!, 10);
      }
      for (let j = i + 1; j < n; j++) expect(l[i * stride + j]).toBe(a[i * stride + j]);
    }
  });

  test('knows the factor of a worked example', () => {
    const a = new Float64Array([4, 12, -16, 12, 37, -43, -16, -43, 98]);
    expect(cholesky(a, 3, 3)).toBe(true);
    expect([a[0], a[3], a[4], a[6], a[7], a[8]]).toEqual([2, 6, 1, -8, 5, 3]);
    expect(logDeterminant(a, 3, 3)).toBeCloseTo(Math.log(36), 12);
  });

  test('reports matrices that are not positive definite, or hold NaN', () => {
    expect(cholesky(new Float64Array([1, 2, 2, 1]), 2, 2)).toBe(false);
    expect(cholesky(new Float64Array([1, Number.NaN, Number.NaN, 1]), 2, 2)).toBe(false);
  });
});

describe('solving', () => {
  test.each(orders)('forward then backward gives the solution, order %i', (n) => {
    const a = randomPositiveDefinite(n, n, 100 + n);
    const l = a.slice();
    cholesky(l, n, n);
    const random = createRandom(n);
    const x = Float64Array.from({ length: n }, () => random.normal());
    const b = x.map((_, i) => x.reduce((sum, xj, j) => sum + a[i * n + j]! * xj, 0));
    solveLower(l, n, n, b);
    solveLowerTransposed(l, n, n, b);
    for (let i = 0; i < n; i++) expect(b[i]).toBeCloseTo(x[i]!, 8);
  });

  test.each([1, 2, 3, 4, 5, 9])('%i right-hand sides at once equal one at a time', (rows) => {
    const n = 11;
    const l = randomPositiveDefinite(n, n, 5);
    cholesky(l, n, n);
    const random = createRandom(rows);
    const stride = n + 2;
    const many = Float64Array.from({ length: rows * stride + 1 }, () => random.normal());
    const before = many.slice();
    solveLowerRows(l, n, n, many, 1, stride, rows);
    for (let row = 0; row < rows; row++) {
      const one = before.slice(1 + row * stride, 1 + row * stride + n);
      solveLower(l, n, n, one);
      for (let i = 0; i < n; i++) expect(many[1 + row * stride + i]).toBeCloseTo(one[i]!, 10);
    }
    expect(many[0]).toBe(before[0]);
    expect(many[1 + n]).toBe(before[1 + n]);
  });

  test.each(orders)('the inverse times the matrix is the identity, order %i', (n) => {
    const stride = n + 1;
    const a = randomPositiveDefinite(n, stride, 200 + n);
    const l = a.slice();
    cholesky(l, n, stride);
    const inverse = new Float64Array(n * stride);
    invertFromCholesky(l, n, stride, inverse, new Float64Array(n * stride));
    const at = (i: number, j: number) => inverse[Math.max(i, j) * stride + Math.min(i, j)]!;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += at(i, k) * a[k * stride + j]!;
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 7);
      }
    }
  });
});

test('appending rows one at a time equals factoring at once', () => {
  const n = 9;
  const a = randomPositiveDefinite(n, n, 7);
  const whole = a.slice();
  cholesky(whole, n, n);
  const grown = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) grown[i * n + j] = a[i * n + j]!;
    appendCholeskyRow(grown, i, n, a[i * n + i]!, 1e-12);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) expect(grown[i * n + j]).toBeCloseTo(whole[i * n + j]!, 10);
  }
});

test('appending a copy of a row of a noiseless matrix stays finite', () => {
  const l = new Float64Array([1, 0, 1, 0]);
  appendCholeskyRow(l, 1, 2, 1, 1e-10);
  expect(l[3]).toBeCloseTo(1e-5, 12);
});
