import { dataset } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { drawValidationRows } from './validation-rows.ts';

const data = dataset({
  features: Array.from({ length: 60 }, (_, i) => [i]),
  target: Array.from({ length: 60 }, (_, i) => (i < 40 ? 'often' : i < 59 ? 'less' : 'once')),
});

describe('validation rows', () => {
  test('are the same share of each class, and a class of one row stays in training', () => {
    const { training, validation } = drawValidationRows(data, 0.1, 1);
    const counts = [0, 0, 0];
    for (const label of validation!.target) counts[label]!++;
    expect(counts).toEqual([1, 4, 0]);
    expect(training.rowCount + validation!.rowCount).toBe(60);
    const all = [...training.features, ...validation!.features].toSorted((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  test('follow from the seed', () => {
    const drawn = (seed: number): number[] => [...drawValidationRows(data, 0.3, seed).validation!.features];
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test('are none where the share is none, or each class has one row', () => {
    expect(drawValidationRows(data, 0, 1)).toEqual({ training: data, validation: undefined });
    expect(drawValidationRows(data.rows([0, 45, 59]), 0.1, 1).validation).toBeUndefined();
  });

  test('are one at least, where all classes are small', () => {
    const small = data.rows([0, 1, 2, 3, 45, 46, 59]);
    for (let seed = 0; seed < 5; seed++) {
      const { training, validation } = drawValidationRows(small, 0.1, seed);
      expect(validation?.rowCount).toBe(1);
      expect(new Set(training.target).size).toBe(3);
    }
    const numbers = dataset({ features: [[1], [2], [3]], target: [0.5, 1.5, 2.5] });
    expect(drawValidationRows(numbers, 0.1, 1).validation?.rowCount).toBe(1);
    expect(drawValidationRows(numbers.rows([0]), 0.1, 1).validation).toBeUndefined();
  });

  test('are whole groups, and leave each class something', () => {
    const rowCount = 60;
    const grouped = dataset({
      features: Array.from({ length: rowCount }, (_, i) => [i]),
      // All rows of the class 'rare' are of the first group, which therefore is never drawn.
      target: Array.from({ length: rowCount }, (_, i) => (i < 3 ? 'rare' : i % 2 === 0 ? 'even' : 'odd')),
      groups: Array.from({ length: rowCount }, (_, i) => Math.floor(i / 6)),
    });
    for (let seed = 0; seed < 10; seed++) {
      const { training, validation } = drawValidationRows(grouped, 0.2, seed);
      expect(validation?.rowCount).toBe(12);
      const groupsOf = (rows: ArrayLike<number>): Set<number> =>
        new Set(Array.from(rows, (row) => Math.floor(row / 6)));
      const kept = groupsOf(training.features);
      expect([...groupsOf(validation!.features)].filter((group) => kept.has(group))).toEqual([]);
      expect(new Set(training.target).size).toBe(3);
    }
    expect(drawValidationRows(grouped.rows([6, 7, 8]), 0.2, 1).validation).toBeUndefined();
  });
});
