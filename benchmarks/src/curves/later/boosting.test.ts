import { expect, test } from 'vitest';

import type { Samples } from '../network.ts';
import { boostTrees, type BoostingTraining } from './boosting.ts';

const training: BoostingTraining = {
  learningRate: 1,
  depth: 1,
  minLeaf: 1,
  rows: 1,
  columns: 1,
  l2: 0,
  seed: 1,
};

/** Sixteen rows on a grid of two features, one to a bin of the first. */
function grid(f: (a: number, b: number) => number): Samples {
  const points = Array.from({ length: 16 }, (_, i) => [i, i % 2] as const);
  return {
    inputs: points.map((point) => Float64Array.from(point)),
    outputs: points.map(([a, b]) => Float64Array.of(f(a, b))),
    isClassification: false,
  };
}

test('one stump is a step', () => {
  const step = grid((a) => (a < 5 ? -1 : 2));
  expect([...boostTrees(step, step, training, 1, 1)][0]).toBeCloseTo(0, 12);
});

test('half a rate leaves half the residual', () => {
  const step = grid((a) => (a < 8 ? -1 : 1));
  const losses = [...boostTrees(step, step, { ...training, learningRate: 0.5 }, 3, 1)];
  expect(losses.map((loss) => Number(loss.toFixed(12)))).toEqual([1 / 4, 1 / 16, 1 / 64]);
});

test('what needs two features needs two levels', () => {
  const product = grid((a, b) => (a < 8 ? 1 : -1) * (b < 1 ? 1 : 2));
  const [flat] = [...boostTrees(product, product, training, 1, 1)];
  const [deep] = [...boostTrees(product, product, { ...training, depth: 2 }, 1, 1)];
  expect(flat).toBeGreaterThan(0.1);
  expect(deep).toBeCloseTo(0, 12);
});

test('leaves keep their least size, and shrink by l2', () => {
  const step = grid((a) => (a < 2 ? -7 : 1));
  const [coarse] = [...boostTrees(step, step, { ...training, minLeaf: 8 }, 1, 1)];
  // The halves' means are -1 and 1: 2 rows miss by 6, 6 by 2, 8 by 0.
  expect(coarse).toBeCloseTo((2 * 36 + 6 * 4) / 16, 12);
  const even = grid(() => 3);
  const [shrunk] = [...boostTrees(even, even, { ...training, l2: 16 }, 1, 1)];
  expect(shrunk).toBeCloseTo(1.5 ** 2, 12);
});
