import type { TrialRecord } from '@tunable/core';

import { OPTUNA_STATES } from '../optuna/states.ts';
import { isEnded } from './is-ended.ts';
import { toTimestamp, type Scope } from './write-trials.ts';

/**
 * The fence: lets a change pass if the trial runs with us, in the record's attempt (or the one before, if a new one begins). Renews
 * the lease of a trial that goes on.
 *
 * @returns its new revision; undefined if it must not be changed, or needs a closer look.
 */
export async function passFence(
  { connection, dialect }: Scope,
  id: number,
  { state, attempt }: TrialRecord,
  leaseMs: number,
): Promise<number | undefined> {
  const goesOn = state === 'running';
  const [row] = await connection.query<[number]>(
    `UPDATE tunable_trials SET revision = revision + 1, attempt = ?, lease = ${dialect.nowMs} + ?
      WHERE trial_id = ? AND lease IS NOT NULL AND (attempt = ? OR attempt = ?)
        AND EXISTS (SELECT 1 FROM trials t WHERE t.trial_id = tunable_trials.trial_id AND t.state = 'RUNNING')
      RETURNING revision`,
    [attempt, goesOn ? leaseMs : null, id, attempt, goesOn ? attempt - 1 : attempt],
  );
  return row?.[0];
}

/** Enters the state of a trial and its times. */
export function setState(
  { connection }: Scope,
  id: number,
  { state, startedAt, finishedAt }: TrialRecord,
): void {
  connection.send(
    'UPDATE trials SET state = ?, datetime_start = ?, datetime_complete = ? WHERE trial_id = ?',
    [OPTUNA_STATES[state], toTimestamp(startedAt), isEnded(state) ? toTimestamp(finishedAt) : null, id],
  );
}
