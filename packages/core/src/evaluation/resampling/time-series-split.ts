import { InvalidDatasetError } from '../../errors.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import type { Resampling } from './resampling.ts';

/** Options of {@link timeSeriesSplit}. */
export interface TimeSeriesSplitOptions {
  /** Train on this many of the latest rows at most. Default: on all earlier rows. */
  maxTrainSize?: number;
  /** How many rows to test on in each split. Default: rows / (splits + 1), rounded down. */
  testSize?: number;
  /** How many rows between training and test rows to leave out. Default 0. */
  gap?: number;
}

/**
 * Rows in order of time: each split trains on the rows before its test rows, and the test rows of the splits follow one
 * another up to the end. The splits of scikit-learn's `TimeSeriesSplit`.
 *
 * @param splits how many, at least 2. Default 5.
 * @param options sizes and gap.
 */
export function timeSeriesSplit(splits = 5, options: TimeSeriesSplitOptions = {}): Resampling {
  checkNumber('timeSeriesSplit', 'splits', splits, { min: 2, integer: true });
  checkOptions('timeSeriesSplit', options, ['maxTrainSize', 'testSize', 'gap']);
  const { maxTrainSize = Infinity, testSize, gap = 0 } = options;
  if (maxTrainSize !== Infinity)
    checkNumber('timeSeriesSplit', 'maxTrainSize', maxTrainSize, { min: 1, integer: true });
  if (testSize !== undefined) checkNumber('timeSeriesSplit', 'testSize', testSize, { min: 1, integer: true });
  checkNumber('timeSeriesSplit', 'gap', gap, { min: 0, integer: true });
  return {
    name: 'time-series-split',
    split({ rowCount }) {
      const size = testSize ?? Math.floor(rowCount / (splits + 1));
      const first = rowCount - splits * size;
      if (size === 0 || first - gap <= 0) {
        throw new InvalidDatasetError(
          `timeSeriesSplit: ${rowCount} rows are too few for ${splits} splits of ${Math.max(size, 1)} test rows with a gap of ${gap}; use fewer splits`,
        );
      }
      return Array.from({ length: splits }, (_, i) => {
        const start = first + i * size;
        const end = start - gap;
        return { train: range(Math.max(0, end - maxTrainSize), end), test: range(start, start + size) };
      });
    },
  };
}

function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}
