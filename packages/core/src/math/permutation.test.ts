import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createPermutation } from './permutation.ts';

describe('createPermutation', () => {
  test('visits every number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer(), (size, seed) => {
        const at = createPermutation(size, seed);
        expect(Array.from({ length: size }, (_, k) => at(k)).toSorted((a, b) => a - b)).toEqual([
          ...Array(size).keys(),
        ]);
      }),
    );
  });

  test('stays inside large sizes, without repeating itself', () => {
    for (const size of [2 ** 31 + 1, 1e12 + 7, Number.MAX_SAFE_INTEGER]) {
      const at = createPermutation(size, 5);
      const seen = Array.from({ length: 2000 }, (_, k) => at(k));
      expect(seen.every((x) => Number.isSafeInteger(x) && x >= 0 && x < size)).toBe(true);
      expect(new Set(seen).size).toBe(2000);
      const mean = seen.reduce((sum, x) => sum + x / size / 2000, 0);
      expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 2000));
    }
  });

  test('puts every number first equally often over the seeds', () => {
    const size = 6;
    const runs = 6000;
    const counts = Array.from({ length: size * size }, () => 0);
    for (let seed = 0; seed < runs; seed++) {
      const at = createPermutation(size, seed);
      const pair = at(0) * size + at(1);
      counts[pair] = (counts[pair] as number) + 1;
    }
    const expected = runs / (size * (size - 1));
    const chiSquared = counts.reduce(
      (sum, n, pair) => (pair % (size + 1) === 0 ? sum : sum + (n - expected) ** 2 / expected),
      0,
    );
    // 99.9 % quantile of chi squared with 29 degrees of freedom.
    expect(chiSquared).toBeLessThan(58.3);
  });
});
