/** What a trained node of the library looks like; its types leave that open. */
export interface LibraryNode {
  readonly left?: LibraryNode;
  readonly right?: LibraryNode;
  /** The column of the best split, also where the split was then not made; undefined when there was none to try. */
  readonly splitColumn?: number;
  readonly splitValue?: number;
  /** For classification the decrease of impurity; for regression the squared error that is left after the split. */
  readonly gain?: number;
  /** Of a leaf: the shares of the classes up to the largest one present (a 1 x n matrix), or the mean. */
  readonly distribution?: number | { getRow(index: number): number[] };
}
