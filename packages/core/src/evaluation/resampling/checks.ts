import { InvalidArgumentError, InvalidDatasetError } from '../../errors.ts';
import { show } from '../../json.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import type { ShuffleOptions, SplitData } from './resampling.ts';

/** Checks the number of folds of the resampling `owner`. */
export function checkFoldCount(owner: string, folds: unknown): number {
  return checkNumber(owner, 'folds', folds, { min: 2, integer: true });
}

/** Checks `seed` and `shuffle` and fills in their defaults. */
export function checkShuffle(
  owner: string,
  options: ShuffleOptions,
  otherNames: readonly string[] = [],
): Required<ShuffleOptions> {
  checkOptions(owner, options, ['shuffle', 'seed', ...otherNames]);
  const { shuffle = true, seed = 0 } = options;
  if (typeof shuffle !== 'boolean')
    throw new InvalidArgumentError(`${owner}: shuffle must be true or false, not ${show(shuffle)}`);
  return { shuffle, seed: checkNumber(owner, 'seed', seed, { integer: true }) };
}

/** Rejects data with fewer rows than folds. */
export function checkRowCount(owner: string, data: SplitData, folds: number): void {
  if (data.rowCount < folds) {
    throw new InvalidDatasetError(
      `${owner}: there are ${data.rowCount} rows, too few for ${folds} folds; use fewer folds`,
    );
  }
}

/** Rejects data without classes. */
export function checkClasses(owner: string, data: SplitData, alternative: string): void {
  if (data.task !== 'classification') {
    throw new InvalidDatasetError(
      `${owner} keeps the proportions of classes, and this dataset is for regression; use ${alternative}, or make the dataset with task: 'classification'`,
    );
  }
}

/** The group of each row, and how many groups there are; rejects data with fewer groups than `atLeast`. */
export function checkGroups(
  owner: string,
  data: SplitData,
  atLeast: number,
): { groups: Int32Array; groupCount: number } {
  const { groups } = data;
  if (groups === undefined) {
    throw new InvalidDatasetError(
      `${owner} needs to know the group of each row; make the dataset with groups`,
    );
  }
  const groupCount = groups.reduce((most, group) => Math.max(most, group), -1) + 1;
  if (groupCount < atLeast) {
    throw new InvalidDatasetError(
      `${owner}: there are ${groupCount} groups, expected at least ${atLeast}; use fewer folds`,
    );
  }
  return { groups, groupCount };
}
