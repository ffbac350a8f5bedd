import { InvalidArgumentError, InvalidDatasetError } from '../../errors.ts';
import { show } from '../../json.ts';

/** Sizes of the parts of a random split. */
export interface SizeOptions {
  /** Rows to test on: a fraction of all rows (below 1) or their number. */
  testSize?: number;
  /** Rows to learn from: a fraction or a number. Default: all rows that are not tested on. */
  trainSize?: number;
}

/** Checks the sizes; `rowCount` later makes numbers of them. */
export function checkSizes(owner: string, { testSize, trainSize }: SizeOptions): void {
  for (const [name, size] of Object.entries({ testSize, trainSize })) {
    if (size === undefined) continue;
    if (typeof size === 'number' && size > 0 && (size < 1 || Number.isInteger(size))) continue;
    throw new InvalidArgumentError(
      `${owner}: ${name} must be a fraction between 0 and 1, or a whole number of rows, not ${show(size)}`,
    );
  }
}

/**
 * The numbers of rows to test on (fractions are rounded up) and to learn from (rounded down), as in scikit-learn.
 *
 * @throws {InvalidDatasetError} either is 0, or together they are more than there are.
 */
export function countRows(
  owner: string,
  rowCount: number,
  { testSize, trainSize }: SizeOptions,
  defaultTestSize: number,
): { tests: number; trains: number } {
  const wanted = testSize ?? (trainSize === undefined ? defaultTestSize : undefined);
  const trainsGiven =
    trainSize === undefined ? undefined : trainSize < 1 ? Math.floor(trainSize * rowCount) : trainSize;
  const tests =
    wanted === undefined
      ? rowCount - (trainsGiven as number)
      : wanted < 1
        ? Math.ceil(wanted * rowCount)
        : wanted;
  const trains = trainsGiven ?? rowCount - tests;
  if (tests < 1 || trains < 1 || tests + trains > rowCount) {
    throw new InvalidDatasetError(
      `${owner}: ${rowCount} rows cannot give ${tests} rows to test on and ${trains} to learn from; both must be at least 1`,
    );
  }
  return { tests, trains };
}
