import type { Dataset } from '@tunable/core';

import type { LibraryNode } from './library-node.ts';
import type { ForestSettings } from './params.ts';
import type { TreeNode } from './tree.ts';

/**
 * The library's regression tree without its two faults.
 *
 * - It splits a node only if the squared error *left after* the split is above `gainThreshold`, so its threshold stops
 *   the good splits. It is therefore told -1 and grows the tree in full; here every split that gains too little, and
 *   all below it, is taken back. A split's gain does not depend on what is below it, so this equals stopping early.
 * - It never makes a split of the root that leaves no error (a step function is learnt as its mean). Such a root is
 *   split here.
 *
 * @param columnOf the data's column for a column of the library.
 * @param rows the rows the tree was grown from.
 */
export function regressionNode(
  root: LibraryNode,
  columnOf: (index: number) => number,
  data: Dataset,
  rows: Int32Array,
  settings: ForestSettings,
): TreeNode {
  const { features, columnCount, target } = data;
  const smallestGain = settings.gainThreshold * describeTarget(target, rows).variance;

  function build(node: LibraryNode, rows: Int32Array): TreeNode {
    const here = describeTarget(target, rows);
    const leaf = { values: [here.mean] };
    const isPerfectRoot = node === root && node.gain === 0;
    if (!isPerfectRoot && (node.left === undefined || node.right === undefined)) return leaf;
    const column = columnOf(node.splitColumn as number);
    const threshold = node.splitValue as number;
    const isLeft = (row: number) => (features[row * columnCount + column] as number) < threshold;
    const leftRows = rows.filter(isLeft);
    const rightRows = rows.filter((row) => !isLeft(row));
    if (leftRows.length === 0 || rightRows.length === 0) return leaf;
    const left = describeTarget(target, leftRows);
    const right = describeTarget(target, rightRows);
    const varianceLeft = (leftRows.length * left.variance + rightRows.length * right.variance) / rows.length;
    if (here.variance - varianceLeft <= smallestGain) return leaf;
    return {
      column,
      threshold,
      left: node.left === undefined ? { values: [left.mean] } : build(node.left, leftRows),
      right: node.right === undefined ? { values: [right.mean] } : build(node.right, rightRows),
    };
  }

  return build(root, rows);
}

/** Mean and variance of the targets of some rows, in two passes for accuracy. */
function describeTarget(target: Float64Array, rows: Int32Array): { mean: number; variance: number } {
  let sum = 0;
  for (const row of rows) sum += target[row] as number;
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += ((target[row] as number) - mean) ** 2;
  return { mean, variance: squares / rows.length };
}
