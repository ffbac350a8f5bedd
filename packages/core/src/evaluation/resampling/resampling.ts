import type { Dataset } from '../../learner/dataset.ts';

/**
 * How to split rows into those to learn from and those to score on. Made by `kFold(5)`, `holdout()` and their like; your
 * own is an object with these members.
 */
export interface Resampling {
  /** A short name: 'stratified-k-fold'. */
  readonly name: string;
  /** Whether models are scored by their own out-of-bag predictions; the splits have no test rows then. */
  readonly outOfBag?: true;

  /**
   * The splits. A pure function: equal data and `repetition` give equal splits.
   *
   * @param data the dataset, or what of it decides about splits.
   * @param repetition 0, 1, ...: another number gives other random splits (where there is randomness). Default 0.
   * @throws {InvalidDatasetError} data that cannot be split so: fewer rows than folds, no groups, ...
   */
  split(data: SplitData, repetition?: number): readonly Split[];
}

/** One division of the rows. */
export interface Split {
  /** Indices of the rows to learn from, ascending. */
  readonly train: Int32Array;
  /** Indices of the rows to score on, ascending; none of them is in `train`. */
  readonly test: Int32Array;
}

/** What decides about splits. */
export type SplitData = Pick<Dataset, 'rowCount' | 'task' | 'target' | 'classes' | 'groups'>;

/** Options that the shuffled resamplings share. */
export interface ShuffleOptions {
  /**
   * Whether rows are shuffled before they are dealt to folds. Default true, since files are often sorted by class;
   * scikit-learn's default is false.
   */
  shuffle?: boolean;
  /** Names the random splits; equal seeds give equal splits, whatever the seed of the study. A whole number; default 0. */
  seed?: number;
}
