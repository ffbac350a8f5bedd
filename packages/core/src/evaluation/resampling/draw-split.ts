import { InvalidDatasetError } from '../../errors.ts';
import type { Random } from '../../math/random.ts';
import { checkClasses } from './checks.ts';
import type { Split, SplitData } from './resampling.ts';
import { rowsByClass } from './rows-by-class.ts';

/** How many rows each side of a split gets. */
export interface SideSizes {
  readonly tests: number;
  readonly trains: number;
}

/** A split drawn uniformly. */
export function drawSplit(data: SplitData, { tests, trains }: SideSizes, random: Random): Split {
  const order = random.shuffle(Int32Array.from({ length: data.rowCount }, (_, row) => row));
  return { test: order.slice(0, tests).toSorted(), train: order.slice(tests, tests + trains).toSorted() };
}

/**
 * A random split in which each class has its share of both sides, rounded by largest remainders (as in scikit-learn's
 * `StratifiedShuffleSplit`).
 *
 * @param owner the public function, for messages.
 */
export function drawStratifiedSplit(
  owner: string,
  data: SplitData,
  { tests, trains }: SideSizes,
  random: Random,
): Split {
  checkClasses(owner, data, 'a resampling that is not stratified');
  const rowsOf = rowsByClass(data.target);
  const alone = rowsOf.find((rows) => rows.length < 2)?.[0];
  if (alone !== undefined) {
    throw new InvalidDatasetError(
      `${owner}: row ${alone} is the only one of its class, which cannot be on both sides of a split; leave it out, or do not stratify`,
    );
  }
  if (Math.min(tests, trains) < rowsOf.length) {
    throw new InvalidDatasetError(
      `${owner}: ${tests} rows to test on and ${trains} to learn from are too few for ${rowsOf.length} classes`,
    );
  }
  const sizes = Int32Array.from(rowsOf, (rows) => rows.length);
  const trainSizes = share(trains, sizes, random);
  const testSizes = share(
    tests,
    sizes.map((size, i) => size - (trainSizes[i] as number)),
    random,
  );
  const sideOf = new Int8Array(data.rowCount).fill(LEFT_OUT);
  for (const [i, rows] of rowsOf.entries()) {
    const shuffled = random.shuffle(rows);
    const trainSize = trainSizes[i] as number;
    for (const row of shuffled.subarray(0, trainSize)) sideOf[row] = TRAIN;
    for (const row of shuffled.subarray(trainSize, trainSize + (testSizes[i] as number))) sideOf[row] = TEST;
  }
  return { train: rowsWith(sideOf, TRAIN), test: rowsWith(sideOf, TEST) };
}

const LEFT_OUT = 0;
const TRAIN = 1;
const TEST = 2;

function rowsWith(sides: Int8Array, wanted: number): Int32Array {
  const rows = Int32Array.from(sides, (_, row) => row);
  return rows.filter((row) => sides[row] === wanted);
}

/** `total` divided in proportion to `sizes`: rounded down, and what is left to the largest remainders, ties at random. */
function share(total: number, sizes: Int32Array, random: Random): Int32Array {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const exact = Float64Array.from(sizes, (size) => (size / all) * total);
  const parts = Int32Array.from(exact, Math.floor);
  const remainder = (i: number): number => (exact[i] as number) - Math.floor(exact[i] as number);
  const order = random
    .shuffle(Int32Array.from(sizes, (_, i) => i))
    .toSorted((a, b) => remainder(b) - remainder(a));
  const left = total - parts.reduce((sum, part) => sum + part, 0);
  for (const i of order.subarray(0, left)) parts[i] = (parts[i] as number) + 1;
  return parts;
}
