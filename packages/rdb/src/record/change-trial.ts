import type { TrialRecord } from '@tunable/core';

import { OPTUNA_STATES } from '../optuna/states.ts';
import { isEnded } from './is-ended.ts';
import { toTimestamp, type Scope } from './write-trials.ts';

/**
 * The fence: lets a change pass if the trial runs with us, in the record's attempt (or the one before, if a new one begins). Renews
 * the lease of a trial that goes on.
 *
 * @param token of the study: SQLite gives the ids of deleted trials again.
 * @returns its new revision; undefined if it must not be changed, or needs a closer look.
 */
export async function passFence(
  { connection, dialect, study }: Scope,
  id: number,
  { state, attempt }: TrialRecord,
  leaseMs: number,
  token: string | null,
): Promise<number | undefined> {
  const goesOn = state === 'running';
  const [row] = await connection.query<[number]>(
    `UPDATE tunable_trials SET revision = revision + 1, attempt = ?, lease = ${dialect.nowMs} + ?
      WHERE trial_id = ? AND lease IS NOT NULL AND (attempt = ? OR attempt = ?)
        AND EXISTS (SELECT 1 FROM trials t JOIN tunable_studies s ON s.study_id = t.study_id
          WHERE t.trial_id = tunable_trials.trial_id AND t.state = 'RUNNING' AND t.study_id = ? AND COALESCE(s.token, '') = ?)
      RETURNING revision`,
    [attempt, goesOn ? leaseMs : null, id, attempt, goesOn ? attempt - 1 : attempt, study, token ?? ''],
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
