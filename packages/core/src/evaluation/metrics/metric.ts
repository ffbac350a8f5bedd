import type { JsonValue } from '../../json.ts';
import type { Dataset, Label, Task } from '../../learner/dataset.ts';
import type { Direction } from '../../study/direction.ts';

/** How good predictions are, as one number. Ours are made by `accuracy()` and their like, your own by `customMetric`. */
export interface Metric {
  /** A short name, the key of its scores in results: 'accuracy'. */
  readonly name: string;
  /** Whether small or large scores are good. */
  readonly direction: Direction;
  /** What is compared with the truth: predicted labels (or numbers), or class probabilities. */
  readonly needs: 'labels' | 'probabilities';
  /** The kind of target it is for; any, if absent. */
  readonly task?: Task;
  /** The options that a built-in metric was made with, so that a worker thread can make it again. Absent for your own. */
  readonly options?: MetricOptions;

  /**
   * Rejects datasets that it cannot score, such as three classes for a metric of two. Called before any fit.
   *
   * @throws {InvalidArgumentError} says which metric to use instead.
   */
  check?(data: Pick<Dataset, 'task' | 'classes'>): void;

  /** The score; NaN when it is undefined for these rows. Must not modify `input`. */
  score(input: ScoreInput): number;
}

/** What a metric compares: one entry per row in each array. */
export interface ScoreInput {
  /** The true values, or for classification indices into `classes`. */
  readonly actual: Float64Array;
  /** The predicted values or class indices; empty for a metric that needs probabilities. */
  readonly predicted: Float64Array;
  /** Row-major rows x classes; empty for a metric that needs labels. */
  readonly probabilities: Float64Array;
  /** The labels that the indices stand for; empty for regression. Rows need not show every one of them. */
  readonly classes: readonly Label[];
}

/** Options of a built-in metric. */
export interface MetricOptions {
  readonly [name: string]: JsonValue;
}
