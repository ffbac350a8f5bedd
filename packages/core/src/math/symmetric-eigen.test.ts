import { describe, expect, it } from 'vitest';

import { createRandom } from './random.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

function decompose(matrix: readonly number[], n: number) {
  const values = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  const succeeded = symmetricEigen(Float64Array.from(matrix), n, values, vectors);
  return { values, vectors, succeeded };
}

describe('symmetricEigen', () => {
  it('finds the eigenvalues of the second-difference matrix, 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 12;
    const matrix = Array.from({ length: n * n }, (_, k) => {
      const distance = Math.abs(Math.floor(k / n) - (k % n));
      return distance === 0 ? 2 : distance === 1 ? -1 : 0;
    });
    const values = decompose(matrix, n).values.toSorted();
    for (const [k, value] of values.entries()) {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13);
    }
  });

  it('puts any symmetric matrix together again, and its vectors are orthonormal', () => {
    for (const n of [1, 2, 3, 5, 17, 40]) {
      const random = createRandom(n);
      const matrix = Array.from({ length: n * n }, () => 0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.normal() * 10 ** (i % 4);
      }
      const { values, vectors, succeeded } = decompose(matrix, n);
      expect(succeeded).toBe(true);
      const scale = Math.max(...matrix.map(Math.abs));
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let entry = 0;
          let product = 0;
          for (let k = 0; k < n; k++) {
            entry += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
            product += vectors[i * n + k]! * vectors[j * n + k]!;
          }
          expect(Math.abs(entry - matrix[i * n + j]!)).toBeLessThan(1e-13 * n * scale);
          expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-13 * n);
        }
      }
    }
  });

  it('keeps the small eigenvalues of a graded diagonal matrix exact', () => {
    const diagonal = [1e6, 1, 1e-6, 1e-12];
    const matrix = diagonal.flatMap((x, i) => diagonal.map((_, j) => (i === j ? x : 0)));
    expect([...decompose(matrix, 4).values].toSorted((a, b) => b - a)).toEqual(diagonal);
  });

  it('says so when the matrix is not finite', () => {
    expect(decompose([1, Number.NaN, Number.NaN, 1], 2).succeeded).toBe(false);
    expect(decompose([Infinity, 0, 0, 1], 2).succeeded).toBe(false);
  });
});
