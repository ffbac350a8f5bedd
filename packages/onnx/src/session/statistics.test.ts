import { createRandom } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { compareRounds, median, quantile } from './statistics.ts';

describe('quantile', () => {
  test('interpolates as NumPy does', () => {
    // numpy.quantile([1, 2, 4, 8], [0, 0.25, 0.5, 0.95, 1])
    const values = [1, 2, 4, 8];
    expect([0, 0.25, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([
      1,
      1.75,
      3,
      expect.closeTo(7.4, 12),
      8,
    ]);
    expect(quantile([5], 0.99)).toBe(5);
  });

  test('the median leaves its argument as it is', () => {
    const values = [3, 1, 2];
    expect(median(values)).toBe(2);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('compareRounds', () => {
  test('fewer than six rounds tell nothing', () => {
    expect(compareRounds([0.1, 0.1, 0.1, 0.1, 0.1])).toEqual({
      ratio: 0.1,
      low: 0,
      high: Infinity,
      verdict: 'same',
      rounds: 5,
    });
  });

  test('the limits are the order statistics of the tables', () => {
    // 95 % intervals of a median: n = 6: 1st and 6th; 10: 2nd and 9th; 20: 6th and 15th; 50: 18th and 33rd.
    for (const [n, k] of [
      [6, 1],
      [10, 2],
      [20, 6],
      [50, 18],
    ] as const) {
      const values = Array.from({ length: n }, (_, i) => i + 1);
      expect(compareRounds(values)).toMatchObject({ low: k, high: n + 1 - k });
    }
  });

  test('the interval holds the true ratio at least 95 times in 100, whatever the distribution', () => {
    const random = createRandom(7);
    let held = 0;
    const repeats = 3000;
    for (let i = 0; i < repeats; i++) {
      // Log-normal with a heavy tail on one side, of median 1.
      const ratios = Array.from({ length: 12 }, () =>
        Math.exp(random.normal() * (random.uniform() < 0.2 ? 3 : 0.3)),
      );
      const { low, high } = compareRounds(ratios);
      if (low <= 1 && 1 <= high) held++;
    }
    expect(held / repeats).toBeGreaterThan(0.95);
  });

  test('speaks of faster and slower only beyond noise', () => {
    const around = (centre: number): number[] => Array.from({ length: 15 }, (_, i) => centre + (i - 7) / 100);
    expect(compareRounds(around(0.8)).verdict).toBe('faster');
    expect(compareRounds(around(1.02)).verdict).toBe('same');
    expect(compareRounds(around(1.3)).verdict).toBe('slower');
  });
});
