import type { Dataset, Random } from '@tunable/core';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';

import type { TreeSample } from './draw-sample.ts';
import type { LibraryNode } from './library-node.ts';
import type { ForestSettings } from './params.ts';
import { regressionNode } from './regression-node.ts';
import { sortRows } from './sort-rows.ts';
import { flattenTree, type Tree, type TreeNode } from './tree.ts';

/**
 * Grows one tree with the library: a forest of a single tree on exactly these rows and columns. So each tree depends on
 * its own random stream alone, and the caller may stop between two trees.
 *
 * @param random draws the order of rows and the library's own seed.
 */
export function growTree(data: Dataset, sample: TreeSample, settings: ForestSettings, random: Random): Tree {
  const { columns } = sample;
  const { features, columnCount, target } = data;
  const isClassifier = settings.task === 'classification';
  const rows = sortRows(sample.rows, target, isClassifier ? data.classes.length : 0, random);
  const matrix = Array.from(rows, (row) =>
    Array.from(columns, (column) => features[row * columnCount + column] as number),
  );
  const targets = Array.from(rows, (row) => target[row] as number);
  const forest = new (isClassifier ? RandomForestClassifier : RandomForestRegression)({
    nEstimators: 1,
    seed: random.integer(0x8000_0000),
    useSampleBagging: false,
    noOOB: true,
    // A count, though 1 reads as "all": one column is then all there is.
    maxFeatures: columns.length,
    replacement: false,
    treeOptions: {
      maxDepth: settings.maxDepth,
      // The library makes a leaf of nodes with at most so many rows.
      minNumSamples: settings.minSamplesSplit - 1,
      // For regression see regressionNode.
      gainThreshold: isClassifier ? settings.gainThreshold : -1,
    },
  });
  forest.train(matrix, targets);
  const root = (forest.estimators as unknown as [{ root: LibraryNode }])[0].root;
  // The library shuffles the columns it is given.
  const order = forest.indexes?.[0] as number[];
  const columnOf = (index: number) => columns[order[index] as number] as number;
  return flattenTree(
    isClassifier
      ? classificationNode(root, columnOf, data.classes.length, settings.aggregation === 'soft')
      : regressionNode(root, columnOf, data, rows, settings),
  );
}

/** Hard voting gives the whole vote of a leaf to its most frequent class, and to the first of equals. */
function classificationNode(
  node: LibraryNode,
  columnOf: (index: number) => number,
  classCount: number,
  isSoft: boolean,
): TreeNode {
  if (node.left !== undefined && node.right !== undefined) {
    return {
      column: columnOf(node.splitColumn as number),
      threshold: node.splitValue as number,
      left: classificationNode(node.left, columnOf, classCount, isSoft),
      right: classificationNode(node.right, columnOf, classCount, isSoft),
    };
  }
  const present = (node.distribution as { getRow(index: number): number[] }).getRow(0);
  const winner = present.indexOf(Math.max(...present));
  return {
    values: Array.from({ length: classCount }, (_, i) => (isSoft ? (present[i] ?? 0) : Number(i === winner))),
  };
}
