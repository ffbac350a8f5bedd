import { createRandom, hyperband, noPruning, threshold } from '@tunable/core';
import { expect, test } from 'vitest';

import { loadProblem } from '../problem/load.ts';
import { FAMILIES, STEPS, withNoise } from './families.ts';
import { runOnFolds } from './folds.ts';
import { runStopping } from './stopping.ts';

test.each(Object.entries(FAMILIES))('the curves of a family are finite, fall, and differ: %s', (_, draw) => {
  const random = createRandom(1);
  const curves = Array.from({ length: 20 }, () => draw(random));
  expect(new Set(curves.map((curve) => curve(STEPS))).size).toBe(20);
  for (const curve of curves) {
    const values = Array.from({ length: STEPS }, (_value, i) => curve(i + 1));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.min(...values)).toBeLessThan(values[0]!);
  }
});

test('noise is the same whenever a curve is looked at', () => {
  const noisy = withNoise(() => 1, 0.1, 3);
  expect(noisy(5)).toBe(noisy(5));
  expect(noisy(5)).not.toBe(noisy(6));
});

test('without pruning nothing is lost or saved; a pruner that ends all loses all that would have been best', async () => {
  const curves = [5, 4, 6, 3].map((end) => () => end);
  expect(await runStopping(noPruning(), curves, 0, 1)).toEqual({ best: 2, lost: 0, saved: 0 });
  const all = await runStopping(threshold({ upper: 4.5 }), curves, 0, 1);
  // The first and the third are ended at their first step; the third would not have been the best.
  expect(all).toEqual({ best: 2, lost: 0, saved: 1 - (2 * STEPS + 2) / (4 * STEPS) });
  const lower = await runStopping(threshold({ lower: 3.5 }), curves, 0, 1);
  expect(lower).toMatchObject({ best: 2, lost: 1 });
});

test('pruning leaves more trials for the same folds', async () => {
  const problem = loadProblem('branin');
  const regrets = await runOnFolds(problem, hyperband({ maxResource: 5 }), 1);
  expect(regrets).toHaveLength(3);
  expect(regrets[2]!).toBeLessThanOrEqual(1);
  expect(await runOnFolds(problem, hyperband({ maxResource: 5 }), 1)).toEqual(regrets);
});
