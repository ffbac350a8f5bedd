import type { Dataset, OutOfBag } from '@tunable/core';

import { answerRow, answerWidth, decideAnswers, type Forest } from './forest.ts';

/**
 * Asks, for each training row, the trees that were grown without it.
 *
 * @param data the training rows.
 * @param timesDrawn per tree and row, 0 where the tree did not see the row.
 */
export function predictOutOfBag(
  forest: Forest,
  data: Dataset,
  timesDrawn: readonly Uint8ClampedArray[],
): OutOfBag {
  const width = answerWidth(forest);
  const rows: number[] = [];
  const all = new Float64Array(data.rowCount * width);
  for (let row = 0; row < data.rowCount; row++) {
    const trees = forest.trees.filter((_, i) => timesDrawn[i]?.[row] === 0);
    if (trees.length === 0) continue;
    answerRow(forest, trees, data.features, row * data.columnCount, all, rows.length * width);
    rows.push(row);
  }
  const answers = all.slice(0, rows.length * width);
  return {
    rows: Int32Array.from(rows),
    predictions: decideAnswers(forest, answers),
    ...(forest.task === 'classification' && { probabilities: answers }),
  };
}
