/** One decision tree, its nodes in arrays: small, quick to walk, and JSON can hold it without loss. */
export interface Tree {
  /** For each node the column it tests; -1 for a leaf. */
  readonly column: Int32Array;
  /** For each node the value it compares with: rows below it go left, all others right. 0 for a leaf. */
  readonly threshold: Float64Array;
  /** For each node the index of its left child (the right one follows it); for a leaf where its values begin. */
  readonly next: Int32Array;
  /** The values of the leaves: one number each for regression, one share per class for classification. */
  readonly values: Float64Array;
}

/** A tree while it is built. */
export type TreeNode =
  | { readonly column: number; readonly threshold: number; readonly left: TreeNode; readonly right: TreeNode }
  | { readonly values: readonly number[] };

/** Lays the nodes out breadth first, so that brothers are neighbours. */
export function flattenTree(root: TreeNode): Tree {
  const nodes: TreeNode[] = [root];
  const column: number[] = [];
  const threshold: number[] = [];
  const next: number[] = [];
  const values: number[] = [];
  for (const node of nodes) {
    if ('values' in node) {
      column.push(-1);
      threshold.push(0);
      next.push(values.length);
      values.push(...node.values);
    } else {
      column.push(node.column);
      threshold.push(node.threshold);
      next.push(nodes.length);
      nodes.push(node.left, node.right);
    }
  }
  return {
    column: Int32Array.from(column),
    threshold: Float64Array.from(threshold),
    next: Int32Array.from(next),
    values: Float64Array.from(values),
  };
}

/**
 * Walks a row down to its leaf.
 *
 * @param features rows, row-major.
 * @param start where the row begins in `features`.
 * @returns where the values of its leaf begin in `tree.values`.
 */
export function findLeaf(tree: Tree, features: Float64Array, start: number): number {
  const { column, threshold, next } = tree;
  let node = 0;
  for (;;) {
    const tested = column[node] as number;
    const link = next[node] as number;
    if (tested < 0) return link;
    node = (features[start + tested] as number) < (threshold[node] as number) ? link : link + 1;
  }
}
