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

  test('are none where the share comes to none', () => {
    expect(drawValidationRows(data, 0, 1)).toEqual({ training: data, validation: undefined });
    expect(drawValidationRows(data.rows([0, 45, 59]), 0.1, 1).validation).toBeUndefined();
  });
});
