import { createRandom, type Dataset } from '@tunable/core';

import { STREAMS } from './network.ts';

/** Rows to train on, and rows to find the best epoch by. */
export interface TrainingSplit {
  readonly training: Dataset;
  readonly validation: Dataset | undefined;
}

/**
 * Draws a share of the rows for validation, the same share of each class, and never all rows of one.
 *
 * @returns no validation rows if the share comes to less than one.
 */
export function drawValidationRows(data: Dataset, share: number, seed: number): TrainingSplit {
  const order = createRandom(seed, STREAMS.split).shuffle(
    Int32Array.from({ length: data.rowCount }, (_, i) => i),
  );
  const groups = new Map<number, number[]>();
  for (const row of order) {
    const key = data.task === 'classification' ? (data.target[row] as number) : 0;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const drawn = [...groups.values()].flatMap((group) => group.slice(0, Math.floor(share * group.length)));
  if (drawn.length === 0) return { training: data, validation: undefined };
  const isDrawn = new Set(drawn);
  const kept = Array.from({ length: data.rowCount }, (_, row) => row).filter((row) => !isDrawn.has(row));
  return { training: data.rows(kept), validation: data.rows(drawn) };
}
