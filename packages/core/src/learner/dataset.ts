/** What is learnt: one of several classes, or a number. */
export type Task = 'classification' | 'regression';

/** The target of a row of a classification dataset. */
export type Label = string | number | boolean;

/** Rows of features in one array. A {@link Dataset} is one too, so models predict datasets as they are. */
export interface Features {
  /** Row-major: the feature `column` of `row` is `features[row * columnCount + column]`. All finite. */
  readonly features: Float64Array;
  /** How many rows there are. */
  readonly rowCount: number;
  /** How many numbers a row has. */
  readonly columnCount: number;
}

/** Rows that a model can predict: packed ones, arrays of numbers, or records with the dataset's feature names. */
export type FeatureRows = Features | readonly ArrayLike<number>[] | readonly FeatureRecord[];

/** A row with named columns. */
export interface FeatureRecord {
  readonly [name: string]: unknown;
}

/**
 * Rows to learn from: features and a target, checked and packed. Made by `dataset`; nobody modifies it, and its arrays
 * may lie in memory that threads share.
 */
export interface Dataset extends Features {
  /** What `target` holds, and so which learners and metrics suit it. */
  readonly task: Task;
  /** One name per column; 'x0', 'x1', ... when none were given. */
  readonly featureNames: readonly string[];
  /** The shape of a row, for learners that care: `[28, 28, 1]` for an image. Its product is `columnCount`. */
  readonly rowShape: readonly number[];
  /** One number per row: the value, or for classification the index into `classes`. */
  readonly target: Float64Array;
  /** The labels, in ascending order; empty for regression. The same in every subset of the rows. */
  readonly classes: readonly Label[];
  /** For each row the number of its group (0, 1, ...), for resampling that keeps groups together. */
  readonly groups?: Int32Array;

  /**
   * The rows with these indices, in this order; an index may occur more than once.
   *
   * @throws {InvalidArgumentError} an index that is not a row.
   */
  rows(indices: ArrayLike<number>): Dataset;

  /** The dataset as data that `postMessage` can send; its arrays lie in shared memory where there is any. */
  toPlain(): PlainDataset;
}

/** A dataset without methods; `datasetFromPlain` gives them back. */
export type PlainDataset = Omit<Dataset, 'rows' | 'toPlain'>;
