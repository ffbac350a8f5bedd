import { createRandom, type Dataset } from '@tunable/core';

import { STREAMS } from './network.ts';

/** Rows to train on, and rows to find the best epoch by. */
export interface TrainingSplit {
  readonly training: Dataset;
  readonly validation: Dataset | undefined;
}

/**
 * Draws a share of the rows for validation, the same share of each class, and never all rows of one. Where that comes to no row,
 * because all classes are small, one row is drawn. A dataset with groups is split between groups, whatever their classes, except
 * that no class is left without a row to train on.
 *
 * @param share 0 (none) to 0.9.
 * @returns no validation rows only if the share is 0, or if each class has one row, or all rows are of one group.
 */
export function drawValidationRows(data: Dataset, share: number, seed: number): TrainingSplit {
  if (share === 0) return { training: data, validation: undefined };
  const order = createRandom(seed, STREAMS.split).shuffle(
    Int32Array.from({ length: data.rowCount }, (_, i) => i),
  );
  const byClass = groupBy(order, (row) => classOf(data, row));
  const ofEachClass = [...byClass.values()].flatMap((rows) => rows.slice(0, Math.floor(share * rows.length)));
  const { groups } = data;
  const drawn =
    groups !== undefined
      ? drawGroups(data, share, [...groupBy(order, (row) => groups[row] as number).values()], byClass)
      : ofEachClass.length > 0
        ? ofEachClass
        : ([...byClass.values()].find((rows) => rows.length > 1)?.slice(0, 1) ?? []);
  if (drawn.length === 0) return { training: data, validation: undefined };
  const isDrawn = new Set(drawn);
  const kept = Array.from({ length: data.rowCount }, (_, row) => row).filter((row) => !isDrawn.has(row));
  return { training: data.rows(kept), validation: data.rows(drawn) };
}

/** Whole groups until the share is reached. */
function drawGroups(
  data: Dataset,
  share: number,
  groups: readonly (readonly number[])[],
  byClass: ReadonlyMap<number, readonly number[]>,
): number[] {
  const left = new Map([...byClass].map(([key, rows]) => [key, rows.length]));
  const drawn: number[] = [];
  for (const rows of groups) {
    if (drawn.length >= share * data.rowCount) break;
    const taken = groupBy(rows, (row) => classOf(data, row));
    if ([...taken].some(([key, some]) => some.length === left.get(key))) continue;
    for (const [key, some] of taken) left.set(key, (left.get(key) as number) - some.length);
    drawn.push(...rows);
  }
  return drawn;
}

function classOf({ task, target }: Dataset, row: number): number {
  return task === 'classification' ? (target[row] as number) : 0;
}

function groupBy(rows: Iterable<number>, keyOf: (row: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
