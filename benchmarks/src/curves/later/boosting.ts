import { createRandom, type Random } from '@tunable/core';

import type { Samples } from '../network.ts';

/** How trees are boosted. */
export interface BoostingTraining {
  readonly learningRate: number;
  readonly depth: number;
  readonly minLeaf: number;
  /** Share of the rows that each tree sees. */
  readonly rows: number;
  /** Share of the features that each tree sees, at least one. */
  readonly columns: number;
  /** Added to the count of a leaf. */
  readonly l2: number;
  readonly seed: number;
}

/** Values of a feature that a split is tried at. */
const BINS = 16;

interface Split {
  readonly feature: number;
  /** Rows up to this bin go left. */
  readonly bin: number;
  readonly left: Tree;
  readonly right: Tree;
}

/** A split, or the value of a leaf. */
type Tree = Split | number;

/**
 * Gradient boosting of regression trees on squared error (Friedman 2001), on features in bins; yields the mean squared error on
 * `validation` after each step.
 *
 * @param treesPerStep how many trees one step adds.
 */
export function* boostTrees(
  train: Samples,
  validation: Samples,
  training: BoostingTraining,
  steps: number,
  treesPerStep: number,
): Generator<number> {
  const random = createRandom(training.seed);
  const edges = binEdges(train.inputs);
  const [seen, unseen] = [train, validation].map(({ inputs }) => inputs.map((row) => toBins(row, edges))) as [
    Uint8Array[],
    Uint8Array[],
  ];
  const residuals = Float64Array.from(train.outputs, ([y]) => y!);
  const errors = Float64Array.from(validation.outputs, ([y]) => y!);
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < treesPerStep; i++) {
      const tree = growTree(seen, residuals, training, random);
      for (const [row, bins] of seen.entries())
        residuals[row]! -= training.learningRate * predict(tree, bins);
      for (const [row, bins] of unseen.entries()) errors[row]! -= training.learningRate * predict(tree, bins);
    }
    yield errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  }
}

function growTree(
  rows: readonly Uint8Array[],
  residuals: Float64Array,
  training: BoostingTraining,
  random: Random,
): Tree {
  const share = (count: number, part: number): Int32Array =>
    random
      .shuffle(Int32Array.from({ length: count }, (_, i) => i))
      .subarray(0, Math.max(1, Math.round(part * count)));
  const columns = share(rows[0]!.length, training.columns);
  return grow(share(rows.length, training.rows), training.depth);

  function grow(members: Int32Array, depth: number): Tree {
    const split = depth > 0 ? bestSplit(rows, residuals, members, columns, training) : undefined;
    if (split === undefined) {
      let sum = 0;
      for (const row of members) sum += residuals[row]!;
      return sum / (members.length + training.l2);
    }
    const { feature, bin } = split;
    const isLeft = (row: number): boolean => rows[row]![feature]! <= bin;
    return {
      ...split,
      left: grow(members.filter(isLeft), depth - 1),
      right: grow(
        members.filter((row) => !isLeft(row)),
        depth - 1,
      ),
    };
  }
}

/** The split of the largest gain, if one leaves enough rows on both sides. */
function bestSplit(
  rows: readonly Uint8Array[],
  residuals: Float64Array,
  members: Int32Array,
  columns: Int32Array,
  { minLeaf, l2 }: BoostingTraining,
): { feature: number; bin: number } | undefined {
  const sums = new Float64Array(BINS);
  const counts = new Int32Array(BINS);
  let best: { feature: number; bin: number } | undefined;
  let total = 0;
  for (const row of members) total += residuals[row]!;
  let largest = total ** 2 / (members.length + l2) + 1e-12;
  for (const feature of columns) {
    sums.fill(0);
    counts.fill(0);
    for (const row of members) {
      const bin = rows[row]![feature]!;
      sums[bin]! += residuals[row]!;
      counts[bin]!++;
    }
    for (let bin = 0, sum = 0, count = 0; bin < BINS - 1; bin++) {
      sum += sums[bin]!;
      count += counts[bin]!;
      if (count < minLeaf || members.length - count < minLeaf) continue;
      const gain = sum ** 2 / (count + l2) + (total - sum) ** 2 / (members.length - count + l2);
      if (gain > largest) {
        largest = gain;
        best = { feature, bin };
      }
    }
  }
  return best;
}

function predict(tree: Tree, bins: Uint8Array): number {
  let node = tree;
  while (typeof node !== 'number') node = bins[node.feature]! <= node.bin ? node.left : node.right;
  return node;
}

/** For each feature, the quantiles between its bins. */
function binEdges(inputs: readonly Float64Array[]): number[][] {
  return Array.from(inputs[0]!, (_, feature) => {
    const values = inputs.map((row) => row[feature]!).toSorted((a, b) => a - b);
    return Array.from(
      { length: BINS - 1 },
      (_edge, i) => values[Math.floor(((i + 1) * values.length) / BINS)]!,
    );
  });
}

function toBins(row: Float64Array, edges: readonly number[][]): Uint8Array {
  return Uint8Array.from(row, (value, feature) => edges[feature]!.filter((edge) => edge <= value).length);
}
