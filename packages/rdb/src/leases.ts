import type { Heartbeat, TrialRecord } from '@tunable/core';

import type { TrialRow } from './record/look-at-trials.ts';
import { deleteReports, insertResults, toTimestamp, type Scope } from './record/write-trials.ts';
import { readRecords } from './record/read-trials.ts';
import { inLists, placeholders } from './sql/in-list.ts';

/**
 * Renews the leases of trials that run here.
 *
 * @param running by id.
 * @param token of the study that was opened: all trials are lost with it.
 */
export async function beat(
  { connection, dialect, study }: Scope,
  running: ReadonlyMap<number, Pick<TrialRecord, 'number' | 'attempt'>>,
  leaseMs: number,
  token: string | null,
): Promise<Heartbeat> {
  const [[stops, present] = [0, null]] = await connection.query<[number, string | null]>(
    'SELECT stops, token FROM tunable_studies WHERE study_id = ?',
    [study],
  );
  if (present !== token)
    return { lost: [...running.values()].map(({ number }) => number), prune: [], stops: 0, others: 0 };
  const kept: number[] = [];
  const prune: number[] = [];
  for (const list of inLists([...running.keys()])) {
    const rows = await connection.query<[number, number | null, number | null]>(
      `SELECT t.trial_id, o.attempt, o.prune
        FROM trials t LEFT JOIN tunable_trials o ON o.trial_id = t.trial_id
        WHERE t.state = 'RUNNING' AND t.trial_id IN ${placeholders(list)}`,
      list,
    );
    for (const [id, attempt, wish] of rows) {
      const trial = running.get(id) as Pick<TrialRecord, 'number' | 'attempt'>;
      if (Math.max(attempt ?? 0, 1) !== trial.attempt) continue;
      kept.push(id);
      if (wish === 1) prune.push(trial.number);
    }
  }
  for (const list of inLists(kept)) {
    await connection.query(
      `UPDATE tunable_trials SET lease = ${dialect.nowMs} + ?
        WHERE lease IS NOT NULL AND trial_id IN ${placeholders(list)}`,
      [leaseMs, ...list],
    );
  }
  const alive = new Set(kept);
  const lost = [...running].filter(([id]) => !alive.has(id)).map(([, { number }]) => number);
  const leased = await connection.query<[number]>(
    `SELECT o.trial_id FROM tunable_trials o JOIN trials t ON t.trial_id = o.trial_id
      WHERE o.lease IS NOT NULL AND t.study_id = ? AND t.state = 'RUNNING'`,
    [study],
  );
  return { lost, prune, stops, others: leased.filter(([id]) => !alive.has(id)).length };
}

/** Puts trials back into the queue whose workers have not been heard of for too long, or ends those that nobody survives. */
export async function loseExpired(
  scope: Scope,
  expired: readonly TrialRow[],
  maxAttempts: number,
): Promise<void> {
  const { connection, dialect } = scope;
  for (const row of expired) {
    const { id, attempt } = row;
    // Its worker may have told it, or been heard of, since we looked.
    const [taken] = await connection.query(
      `UPDATE tunable_trials SET lease = NULL, revision = revision + 1
        WHERE trial_id = ? AND attempt = ? AND lease < ${dialect.nowMs} RETURNING trial_id`,
      [id, attempt],
    );
    if (taken === undefined) continue;
    if (attempt < maxAttempts) {
      await connection.query(
        "UPDATE trials SET state = 'WAITING', datetime_start = NULL WHERE trial_id = ? AND state = 'RUNNING'",
        [id],
      );
      deleteReports(connection, id);
      continue;
    }
    const [record] = await readRecords(scope, [row]);
    const finishedAt = await databaseTime(scope);
    const message = `its worker was not heard of any more, for the ${attempt}th time: it died or lost its connection, or the trial kills whoever runs it. Raise maxAttempts to have it tried more often`;
    const failed: TrialRecord = {
      ...(record as TrialRecord),
      state: 'failed',
      failure: { name: 'LostTrialError', message },
      finishedAt,
    };
    await connection.query(
      "UPDATE trials SET state = 'FAIL', datetime_complete = ? WHERE trial_id = ? AND state = 'RUNNING'",
      [toTimestamp(finishedAt), id],
    );
    insertResults(scope, [{ id, record: failed }]);
  }
}

async function databaseTime({ connection, dialect }: Scope): Promise<number> {
  const [[now] = [0]] = await connection.query<[number]>(`SELECT ${dialect.nowMs}`);
  return Math.round(now);
}
