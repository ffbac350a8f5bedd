import { StorageError, type TrialState } from '@tunable/core';

import type { Connection, Dialect } from '../database.ts';
import { trialStateOf } from '../optuna/states.ts';
import { parseTimestamp } from '../optuna/timestamp.ts';
import { inLists, placeholders } from '../sql/in-list.ts';
import { isEnded } from './is-ended.ts';

/** A trial as a first look shows it: enough to say whether anything has changed since the last look. */
export interface TrialRow {
  readonly id: number;
  readonly number: number;
  readonly state: TrialState;
  /** Undefined if `details` say it. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Its row as JSON, if it is one of ours. */
  readonly numbers: string | null;
  /** 0 for a trial that has no entry of ours. */
  readonly attempt: number;
  readonly by: string | null;
  readonly why: string | null;
  /** Whether one of our workers runs it. */
  readonly isLeased: boolean;
  /** Whether that worker has not been heard of for too long. */
  readonly isExpired: boolean;
  /** Its place among the finished trials, if it was told to us. */
  readonly order: number | null;
  readonly details: string | null;
  readonly hasAttributes: boolean;
  /** Differs from that of another look if anything differs. */
  readonly fingerprint: string;
}

type Columns = [
  id: number,
  number: number,
  state: string,
  startedAt: string | null,
  finishedAt: string | null,
  numbers: string | null,
  attempt: number | null,
  by: string | null,
  why: string | null,
  isLeased: number,
  isExpired: number,
  revision: number | null,
  order: number | null,
  details: string | null,
  attribute: number | null,
  report: number | null,
  param: number | null,
];

/**
 * Looks at some trials of a study, and at those that are new.
 *
 * @param ids the ids of the former.
 * @param after the largest id that is not new; without it, no others are looked at.
 */
export async function lookAtTrials(
  connection: Connection,
  dialect: Dialect,
  study: number,
  ids: readonly number[],
  after?: number,
): Promise<TrialRow[]> {
  const columns = `t.trial_id, t.number, CAST(t.state AS TEXT),
    CASE WHEN r.details IS NULL THEN CAST(t.datetime_start AS TEXT) END, CAST(t.datetime_complete AS TEXT), o.numbers, o.attempt, o.proposed_by, o.why,
    CASE WHEN o.lease IS NULL THEN 0 ELSE 1 END, CASE WHEN o.lease < ${dialect.nowMs} THEN 1 ELSE 0 END,
    o.revision, r.finish_order, r.details,
    (SELECT MAX(a.trial_user_attribute_id) FROM trial_user_attributes a WHERE a.trial_id = t.trial_id),
    CASE WHEN o.lease IS NULL AND r.details IS NULL THEN
      (SELECT MAX(i.trial_intermediate_value_id) FROM trial_intermediate_values i WHERE i.trial_id = t.trial_id) END,
    CASE WHEN o.lease IS NULL AND r.details IS NULL THEN
      (SELECT MAX(p.param_id) FROM trial_params p WHERE p.trial_id = t.trial_id) END`;
  const tables = `trials t LEFT JOIN tunable_trials o ON o.trial_id = t.trial_id
    LEFT JOIN tunable_results r ON r.trial_id = t.trial_id`;
  const fresh = `SELECT ${columns} FROM ${tables} WHERE t.study_id = ? AND t.trial_id > ?`;
  const known = (list: readonly number[]): string =>
    `SELECT ${columns} FROM ${tables} WHERE t.trial_id IN ${placeholders(list)}`;
  const lists = inLists(ids);
  const found: Columns[] = [];
  if (after !== undefined) {
    // One statement for both, as each takes a journey to the database.
    const first = lists.shift() ?? [];
    const sql = first.length === 0 ? fresh : `${fresh} UNION ALL ${known(first)}`;
    found.push(...(await connection.query<Columns>(sql, [study, after, ...first])));
  }
  for (const list of lists) found.push(...(await connection.query<Columns>(known(list), list)));
  return found.map(toTrialRow);
}

function toTrialRow([
  id,
  number,
  stateName,
  startedAt,
  finishedAt,
  numbers,
  attempt,
  by,
  why,
  isLeased,
  isExpired,
  revision,
  order,
  details,
  attribute,
  report,
  param,
]: Columns): TrialRow {
  const state = trialStateOf(stateName);
  if (state === undefined) throw new StorageError(`the trial ${number} has the unknown state '${stateName}'`);
  return {
    id,
    number,
    state,
    startedAt: startedAt === null ? undefined : parseTimestamp(startedAt),
    finishedAt: finishedAt === null ? undefined : parseTimestamp(finishedAt),
    numbers,
    attempt: attempt ?? 0,
    by,
    why,
    isLeased: isLeased === 1,
    isExpired: isExpired === 1,
    order,
    details,
    hasAttributes: attribute !== null,
    fingerprint: isEnded(state)
      ? state
      : isLeased === 1 || (state === 'waiting' && revision !== null)
        ? fingerprint(state, attempt ?? 0, revision ?? 0)
        : [state, attempt, revision, attribute, report, param].join(' '),
  };
}

/** The fingerprint of a trial that waits or runs with us: whoever changes it raises the revision. */
export function fingerprint(state: TrialState, attempt: number, revision: number): string {
  return `${state} ${attempt} ${revision}`;
}
