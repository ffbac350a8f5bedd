import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { findLeaf, flattenTree, type TreeNode } from './tree.ts';

const anyTree = fc.letrec<{ node: TreeNode; leaf: TreeNode; branch: TreeNode }>((tie) => ({
  node: fc.oneof({ maxDepth: 5 }, tie('leaf'), tie('branch')),
  leaf: fc.record({ values: fc.tuple(fc.integer(), fc.integer()) }),
  branch: fc.record({
    column: fc.integer({ min: 0, max: 2 }),
    threshold: fc.integer({ min: -5, max: 5 }),
    left: tie('node'),
    right: tie('node'),
  }),
})).node;

function valuesByRecursion(node: TreeNode, row: readonly number[]): readonly number[] {
  if ('values' in node) return node.values;
  return valuesByRecursion(row[node.column]! < node.threshold ? node.left : node.right, row);
}

test('a flattened tree answers like the nested one', () => {
  const anyRow = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(anyTree, anyRow, (root, row) => {
      const tree = flattenTree(root);
      const leaf = findLeaf(tree, Float64Array.of(9, 9, ...row), 2);
      expect(Array.from(tree.values.subarray(leaf, leaf + 2))).toEqual(valuesByRecursion(root, row));
    }),
  );
});

test('a value equal to the threshold goes right', () => {
  const tree = flattenTree({ column: 0, threshold: 1, left: { values: [10] }, right: { values: [20] } });
  expect([0.9, 1, 1.1].map((x) => tree.values[findLeaf(tree, Float64Array.of(x), 0)])).toEqual([10, 20, 20]);
});
