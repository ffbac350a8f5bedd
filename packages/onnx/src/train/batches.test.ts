import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { batchBounds, stepNumbers, stepsPerRun } from './batches.ts';
import { updateRule } from './optimizer.ts';

describe('batches', () => {
  test('hold every row once, are as few as the size allows, and differ by one row at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 600 }), (rows, size) => {
        const bounds = batchBounds(rows, size);
        const sizes = bounds.slice(1).map((bound, i) => bound - bounds[i]!);
        expect([bounds[0], bounds.at(-1)]).toEqual([0, rows]);
        expect(sizes).toHaveLength(Math.ceil(rows / size));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('of equal size where that divides', () => {
    expect(batchBounds(8, 4)).toEqual([0, 4, 8]);
    expect(batchBounds(10, 4)).toEqual([0, 3, 6, 10]);
    expect(batchBounds(3, 64)).toEqual([0, 3]);
  });
});

describe('the numbers of steps', () => {
  test('belong to their batch and their place in the whole training', () => {
    const optimizer = { type: 'sgd', learningRate: 0.5 } as const;
    const settings = { optimizer, schedule: 'linear', warmup: 0 } as const;
    const numbers = stepNumbers(settings, updateRule(optimizer, 0), 3, 10, [0, 2, 5, 6]);
    expect(numbers.get('batchScale')).toEqual(Float32Array.of(1 / 2, 1 / 3, 1));
    expect(numbers.get('unbias')).toEqual(Float32Array.of(2, 1.5, 1));
    expect(numbers.get('stepSize')).toEqual(Float32Array.of(0.35, 0.3, 0.25));
  });
});

test('a run has fewer steps the larger the network, and never none', () => {
  const small = stepsPerRun({ widths: [784, 128, 10] }, 64);
  const large = stepsPerRun({ widths: [784, 512, 512, 10] }, 64);
  expect(small).toBeGreaterThan(10);
  expect(large).toBeLessThan(small);
  expect(stepsPerRun({ widths: [10_000, 10_000, 10_000] }, 512)).toBe(1);
});
