import type { Random } from '@tunable/core';

import type { RandomForestParams } from './params.ts';

/** What one tree is grown from. */
export interface TreeSample {
  /** Indices of rows; with replacement a row may occur several times. */
  readonly rows: Int32Array;
  /** Indices of columns, all different, in random order (of equally good splits the first column's wins). */
  readonly columns: Int32Array;
  /** One entry per row of the data: how often it was drawn, 255 standing for more too. 0 is out of bag. */
  readonly timesDrawn: Uint8ClampedArray;
}

/** The share of different rows that a large bootstrap holds: 1 - 1/e. */
const BOOTSTRAP_SHARE = 0.632;

/**
 * Draws the rows and columns of one tree.
 *
 * The library's own sampling is not used: its `maxSamples` takes the first rows instead of drawing, and its
 * `maxFeatures` may mean a share or a count, and may round to no column at all.
 */
export function drawSample(
  rowCount: number,
  columnCount: number,
  params: Pick<RandomForestParams, 'features' | 'featureReplacement' | 'rowReplacement'>,
  random: Random,
): TreeSample {
  const rows = params.rowReplacement
    ? drawWithReplacement(rowCount, rowCount, random)
    : drawWithoutReplacement(rowCount, Math.ceil(BOOTSTRAP_SHARE * rowCount), random);
  const wanted = Math.max(1, Math.round(params.features * columnCount));
  // The library keeps both copies of a column drawn twice; the second can win no split and only costs time.
  const columns = params.featureReplacement
    ? Int32Array.from(new Set(drawWithReplacement(columnCount, wanted, random)))
    : drawWithoutReplacement(columnCount, wanted, random);
  const timesDrawn = new Uint8ClampedArray(rowCount);
  for (const row of rows) timesDrawn[row] = (timesDrawn[row] as number) + 1;
  return { rows, columns, timesDrawn };
}

function drawWithReplacement(size: number, count: number, random: Random): Int32Array {
  const drawn = new Int32Array(count);
  for (let i = 0; i < count; i++) drawn[i] = random.integer(size);
  return drawn;
}

function drawWithoutReplacement(size: number, count: number, random: Random): Int32Array {
  return random.shuffle(Int32Array.from({ length: size }, (_, i) => i)).slice(0, count);
}
