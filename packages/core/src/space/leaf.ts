import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';

/**
 * One column of a flattened space: a hyperparameter with more than one value, the branch of a choice, or the
 * length of a list.
 */
export interface Leaf {
  /** Its place among the leaves, and in every row. */
  readonly index: number;
  /** Its path, joined by dots: `optimizer.adam.beta1`, `layers.0.units`; `optimizer` and `layers.length` themselves. */
  readonly name: string;
  /** Its domain and encodings; has at least two values. */
  readonly parameter: Hyperparameter;
  /** When it is active; always, if absent. Parents stand before their children. */
  readonly condition?: Condition;
  /**
   * Leaves with equal conditions share a group, and so are always active together. Group 0 holds the leaves that
   * are always active; groups are numbered in order of first appearance.
   */
  readonly group: number;
}

/** Active when the parent leaf is active and its number lies in `low..high`, both included. */
export interface Condition {
  /** The index of the parent leaf: the branch of a choice, or the length of a list. */
  readonly parent: number;
  /** The smallest number of the parent (in the number encoding) with which it is active. */
  readonly low: number;
  /** The largest such number. */
  readonly high: number;
}

/** Whether `leaf` is active in a row whose numbers for earlier leaves are set. */
export function isActive(leaf: Leaf, row: Float64Array): boolean {
  const { condition } = leaf;
  if (condition === undefined) return true;
  const parent = row[condition.parent] as number;
  return parent >= condition.low && parent <= condition.high;
}
