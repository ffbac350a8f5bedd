import type { TrialRecord } from '@tunable/core';

import { readTrial } from './read-trials.ts';
import {
  deleteReports,
  insertParams,
  insertTrial,
  replaceOwnRow,
  toTimestamp,
  type Beginning,
  type Scope,
} from './write-trials.ts';

/** The trial that an `ask` shall start. */
export interface Slot {
  readonly given: { readonly number: number; readonly waiting?: TrialRecord };
  /** Of the waiting trial, or reserved for the new one. */
  readonly id: number;
}

/**
 * The first of the trials that still waits, or a new one. A waiting one is locked, as other programs start waiting trials without
 * asking us.
 *
 * @param queue the trials that were waiting when we last looked, in the order in which they shall be started.
 * @param next the number of a new trial, and the id that is reserved for it.
 */
export async function nextSlot(
  scope: Scope,
  queue: readonly { readonly id: number; readonly number: number }[],
  next: { readonly id: number; readonly number: number },
): Promise<Slot> {
  const { connection, dialect } = scope;
  for (const { id, number } of queue) {
    const sql = `SELECT trial_id FROM trials WHERE trial_id = ? AND state = 'WAITING'${dialect.forUpdate}`;
    if ((await connection.query(sql, [id])).length === 0) continue;
    return { given: { number, waiting: (await readTrial(scope, id)) as TrialRecord }, id };
  }
  return { given: { number: next.number }, id: next.id };
}

/**
 * Enters that a trial runs.
 *
 * @returns its id and revision.
 */
export async function startTrial(
  scope: Scope,
  record: TrialRecord,
  { id, given }: Slot,
  beginning: Beginning,
): Promise<{ id: number; revision: number }> {
  const written = { id, record };
  if (given.waiting === undefined) {
    insertTrial(scope, written, beginning);
    return { id, revision: 0 };
  }
  scope.connection.send("UPDATE trials SET state = 'RUNNING', datetime_start = ? WHERE trial_id = ?", [
    toTimestamp(record.startedAt),
    id,
  ]);
  // What it reported before it was put back: the new attempt goes on there, or begins anew.
  if (given.waiting.reports !== undefined && record.reports === undefined)
    deleteReports(scope.connection, id);
  const revision = await replaceOwnRow(scope, written, beginning);
  insertParams(scope, [written]);
  return { id, revision };
}
