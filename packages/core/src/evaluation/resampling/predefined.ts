import { InvalidArgumentError, InvalidDatasetError } from '../../errors.ts';
import { show } from '../../json.ts';
import { splitsFromFolds } from './from-folds.ts';
import type { Resampling, Split } from './resampling.ts';

/**
 * Splits made elsewhere.
 *
 * @param given for each row the number of the fold that tests on it, or -1 to always learn from it (scikit-learn's
 *   `PredefinedSplit`); or the splits themselves, as lists of row indices.
 * @example predefined([0, 0, 1, 1, -1])
 * @example predefined([{ train: [0, 1], test: [2] }])
 */
export function predefined(
  given: ArrayLike<number> | readonly { train: ArrayLike<number>; test: ArrayLike<number> }[],
): Resampling {
  const isFolds = typeof (given as ArrayLike<unknown> | undefined)?.[0] === 'number';
  const splits = isFolds
    ? fromFoldNumbers(given as ArrayLike<number>)
    : fromLists(given as readonly PlainSplit[]);
  const rowCount = isFolds ? given.length : undefined;
  const largest = splits.reduce((most, { train, test }) => Math.max(most, last(train), last(test)), -1);
  return {
    name: 'predefined',
    split(data) {
      if (rowCount !== undefined ? rowCount !== data.rowCount : largest >= data.rowCount) {
        throw new InvalidDatasetError(
          `predefined: the splits are for ${rowCount ?? `at least ${largest + 1}`} rows, and the dataset has ${data.rowCount}`,
        );
      }
      return splits;
    },
  };
}

interface PlainSplit {
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

function fromFoldNumbers(foldOf: ArrayLike<number>): readonly Split[] {
  const numbers = Array.from(foldOf);
  const wrong = numbers.find((fold) => !Number.isInteger(fold) || fold < -1);
  if (wrong !== undefined) {
    throw new InvalidArgumentError(
      `predefined: a fold is a whole number of at least 0, or -1, not ${show(wrong)}`,
    );
  }
  const folds = [...new Set(numbers)].filter((fold) => fold >= 0).toSorted((a, b) => a - b);
  const place = new Map(folds.map((fold, i) => [fold, i]));
  const splits = splitsFromFolds(
    numbers.map((fold) => place.get(fold) ?? -1),
    folds.length,
  );
  return checkSplits(splits);
}

function fromLists(splits: readonly PlainSplit[]): readonly Split[] {
  if (!Array.isArray(splits)) {
    throw new InvalidArgumentError(
      `predefined: expected a fold number per row, or a list of splits, not ${show(splits)}`,
    );
  }
  return checkSplits(
    (splits as readonly Partial<PlainSplit>[]).map((split, i) => ({
      train: indices(split?.train, i, 'train'),
      test: indices(split?.test, i, 'test'),
    })),
  );
}

function indices(list: ArrayLike<number> | undefined, split: number, side: 'train' | 'test'): Int32Array {
  const values = Array.from(list ?? []);
  if (values.length === 0 || values.some((row) => !Number.isInteger(row) || row < 0)) {
    throw new InvalidArgumentError(
      `predefined: ${side} of split ${split} must be a list of row indices, not ${show(list)}`,
    );
  }
  return Int32Array.from(new Set(values)).toSorted();
}

function checkSplits(splits: readonly Split[]): readonly Split[] {
  if (splits.length === 0)
    throw new InvalidArgumentError('predefined: there is no split; some row must be tested on');
  for (const [i, { train, test }] of splits.entries()) {
    if (train.length === 0)
      throw new InvalidArgumentError(`predefined: split ${i} has no rows to learn from`);
    const trained = new Set(train);
    const both = test.find((row) => trained.has(row));
    if (both !== undefined) {
      throw new InvalidArgumentError(`predefined: row ${both} is on both sides of split ${i}`);
    }
  }
  return splits;
}

function last(rows: Int32Array): number {
  return rows[rows.length - 1] ?? -1;
}
