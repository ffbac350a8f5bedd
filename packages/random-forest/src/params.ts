import { InvalidParameterError, type Hyperparameter, type Task } from '@tunable/core';

/** What a random forest is tuned by. */
export interface RandomForestParams {
  /** How many trees are grown; more are never worse, only slower. A whole number from 1. */
  trees: number;
  /** How many questions lead from the root to a leaf at most; 1 makes stumps. A whole number from 1. */
  maxDepth: number;
  /** A node with fewer rows is not split. A whole number from 2. */
  minSamplesSplit: number;
  /**
   * The share of the columns that each tree is given: above 0, at most 1. Rounded to whole columns, and never to none:
   * with 10 columns 0.25 means 3, and 0.01 means 1. It is drawn once per tree, not per split.
   */
  features: number;
  /**
   * Whether a tree's columns are drawn with replacement. Those drawn twice count once, so that `features: 1` gives each
   * tree about two thirds of the columns; without replacement it gives all of them.
   */
  featureReplacement: boolean;
  /**
   * Whether a tree's rows are drawn with replacement: true for a bootstrap of all rows, false for 63.2 % of the rows
   * without repetition. Either way a good third of the rows is out of bag (the convention of the R package ranger).
   */
  rowReplacement: boolean;
  /**
   * A node is split only if that gains more than this; at least 0. For classification the decrease of the Gini impurity;
   * for regression the decrease of the variance, as a share of the variance of all rows of the tree.
   */
  gainThreshold: number;
}

/** The shape of the recommended spaces. */
export type RandomForestShape = {
  readonly [K in keyof RandomForestParams]: Hyperparameter<RandomForestParams[K]>;
};

/** How the trees' answers become one. */
export type Aggregation = 'hard' | 'soft' | 'mean' | 'median';

/** What a forest is grown by: checked parameters and the learner's options. */
export interface ForestSettings extends RandomForestParams {
  readonly task: Task;
  readonly aggregation: Aggregation;
}

/**
 * Rejects what no forest can be grown by. `ml-random-forest` would take some of it for something else: a depth that is
 * undefined for 0, a share of the columns too small for one column for no columns.
 *
 * @throws {InvalidParameterError} naming the parameter, what it was and what it must be.
 */
export function checkParams(params: RandomForestParams): void {
  checkRange(params, 'trees', isWhole(1), 'a whole number of at least 1');
  checkRange(params, 'maxDepth', isWhole(1), 'a whole number of at least 1');
  checkRange(params, 'minSamplesSplit', isWhole(2), 'a whole number of at least 2');
  checkRange(params, 'features', (x) => x > 0 && x <= 1, 'a share of the columns: above 0, at most 1');
  checkRange(params, 'gainThreshold', (x) => x >= 0 && x < Infinity, 'a number of at least 0');
  for (const name of ['featureReplacement', 'rowReplacement'] as const) {
    if (typeof params[name] !== 'boolean') throw invalid(name, params[name], 'true or false');
  }
}

function checkRange(
  params: RandomForestParams,
  name: 'trees' | 'maxDepth' | 'minSamplesSplit' | 'features' | 'gainThreshold',
  isValid: (value: number) => boolean,
  expected: string,
): void {
  const value: unknown = params[name];
  if (typeof value !== 'number' || !isValid(value)) throw invalid(name, value, expected);
}

function isWhole(low: number): (value: number) => boolean {
  return (value) => Number.isSafeInteger(value) && value >= low;
}

function invalid(name: string, value: unknown, expected: string): InvalidParameterError {
  return new InvalidParameterError(`random forest: ${name} must be ${expected}, not ${String(value)}`);
}
