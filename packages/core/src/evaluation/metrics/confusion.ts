import type { ScoreInput } from './metric.ts';

/** How often each class was taken for each other one. */
export interface Confusion {
  /** The number of classes. */
  readonly size: number;
  /** Row-major: `counts[actual * size + predicted]`. */
  readonly counts: Float64Array;
  /** Rows of each class. */
  readonly actual: Float64Array;
  /** Rows predicted to be of each class. */
  readonly predicted: Float64Array;
  /** All rows. */
  readonly total: number;
}

/** Counts every pair of actual and predicted class. */
export function confusionOf({ actual, predicted, classes }: ScoreInput): Confusion {
  const size = classes.length;
  const confusion = {
    size,
    counts: new Float64Array(size * size),
    actual: new Float64Array(size),
    predicted: new Float64Array(size),
    total: actual.length,
  };
  for (let row = 0; row < actual.length; row++) {
    const truth = actual[row] as number;
    const guess = predicted[row] as number;
    const cell = truth * size + guess;
    confusion.counts[cell] = (confusion.counts[cell] as number) + 1;
    confusion.actual[truth] = (confusion.actual[truth] as number) + 1;
    confusion.predicted[guess] = (confusion.predicted[guess] as number) + 1;
  }
  return confusion;
}

/** How many rows of a class were predicted right. */
export function hits({ counts, size }: Confusion, label: number): number {
  return counts[label * size + label] as number;
}
