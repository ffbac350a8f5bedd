import { StorageError, type JsonValue, type TrialRecord, type TrialState } from '@tunable/core';

import type { Connection, Dialect } from '../database.ts';
import { parsePythonJson, toJsonValue, type PythonJson } from '../optuna/python-json.ts';
import { trialStateOf } from '../optuna/states.ts';
import { FIXED_PARAMS, readConstraints } from '../optuna/system-attributes.ts';
import { parseTimestamp } from '../optuna/timestamp.ts';
import type { ParamCodec, TrialParam } from '../optuna/trial-params.ts';
import { inLists, placeholders } from '../sql/in-list.ts';
import { readFor } from '../sql/read-for.ts';
import { fromValueColumns } from '../sql/value-type.ts';
import { readDetails, type DetailsJSON } from './details.ts';
import { isEnded } from './is-ended.ts';
import { readReports } from './read-reports.ts';
import { readRow } from './row-json.ts';

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

/** The whole records of trials, in the same order. */
export async function readRecords(
  connection: Connection,
  codec: ParamCodec,
  rows: readonly TrialRow[],
): Promise<TrialRecord[]> {
  const idsOf = (isMeant: (row: TrialRow) => boolean): number[] => rows.filter(isMeant).map(({ id }) => id);
  const unfinished = idsOf(({ details, state }) => details === null && state !== 'waiting');
  const foreign = idsOf((row) => !hasOwnRow(row) && row.details === null);
  const foreignResults = idsOf((row) => row.details === null && isEnded(row.state));
  const withSystem = [...new Set([...foreign, ...foreignResults])];
  const withAttributes = idsOf((row) => row.hasAttributes);
  // Statements that do not wait for one another may travel together.
  const [attributes, reports, params, system, values] = await Promise.all([
    readAttributes(connection, 'user', withAttributes),
    readReports(connection, unfinished),
    readParams(connection, foreign),
    readAttributes(connection, 'system', withSystem),
    readValues(connection, foreignResults),
  ]);
  const details = parseAll<DetailsJSON>(rows, (row) => row.details);
  const numbers = parseAll<(number | null)[]>(rows, (row) => row.numbers);
  return rows.map((row, i) => {
    const { id, number, state, startedAt, finishedAt, attempt, by, why } = row;
    const told = details[i] ?? undefined;
    const userAttributes = attributes.get(id);
    const outcome =
      told === undefined
        ? foreignOutcome(startedAt, finishedAt, values.get(id), system.get(id), reports.get(id))
        : readDetails(told);
    const isOwn = told !== undefined || hasOwnRow(row);
    return {
      number,
      state,
      row: isOwn
        ? ownRow(codec, number, numbers[i])
        : foreignRow(codec, state, params.get(id) ?? [], system.get(id)),
      ...outcome,
      ...(userAttributes === undefined
        ? {}
        : { attributes: Object.fromEntries([...userAttributes].map(([key, x]) => [key, toJsonValue(x)])) }),
      ...(by === null ? {} : { by }),
      ...(why === null ? {} : { why }),
      attempt: state === 'waiting' ? attempt : Math.max(attempt, 1),
    };
  });
}

/** Whether what the tables of ours hold as the row of an unfinished trial is what it runs with. */
function hasOwnRow({ numbers, isLeased, state }: TrialRow): boolean {
  return numbers !== null && (isLeased || state === 'waiting');
}

function ownRow(
  codec: ParamCodec,
  number: number,
  numbers: readonly (number | null)[] | null | undefined,
): Float64Array {
  const { length } = codec.space.leaves;
  if (numbers?.length === length) return readRow(numbers);
  throw new StorageError(
    `the trial ${number} is damaged: its row has ${numbers?.length ?? 0} numbers, and the space of the study has ${length}`,
  );
}

function foreignRow(
  codec: ParamCodec,
  state: TrialState,
  params: readonly TrialParam[],
  system: ReadonlyMap<string, PythonJson> | undefined,
): Float64Array {
  const fixed = system?.get(FIXED_PARAMS);
  return state === 'waiting' && fixed !== undefined ? codec.readFixed(fixed) : codec.read(params);
}

function foreignOutcome(
  startedAt: number | undefined,
  finishedAt: number | undefined,
  values: readonly number[] | undefined,
  system: ReadonlyMap<string, PythonJson> | undefined,
  reports: TrialRecord['reports'],
): Partial<TrialRecord> {
  const constraints = system && readConstraints(system);
  return {
    ...(values === undefined ? {} : { values }),
    ...(constraints === undefined ? {} : { constraints }),
    ...(reports === undefined ? {} : { reports }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

/** The JSON of each row parsed, all in one go, which takes a fraction of the time. */
function parseAll<T>(rows: readonly TrialRow[], textOf: (row: TrialRow) => string | null): (T | null)[] {
  try {
    return JSON.parse(`[${rows.map((row) => textOf(row) ?? 'null').join(',')}]`) as (T | null)[];
  } catch {
    return rows.map((row) => {
      try {
        return JSON.parse(textOf(row) ?? 'null') as T | null;
      } catch (error) {
        throw new StorageError(`the trial ${row.number} is damaged: what is kept of it cannot be read`, {
          cause: error,
        });
      }
    });
  }
}

/** Attributes by trial, in the order in which they were first written. */
async function readAttributes(
  connection: Connection,
  kind: 'user' | 'system',
  ids: readonly number[],
): Promise<Map<number, Map<string, PythonJson>>> {
  const table = `trial_${kind}_attributes`;
  const found = new Map<number, Map<string, PythonJson>>();
  const sql = `SELECT trial_id, "key", value_json FROM ${table}`;
  for (const [id, key, json] of await readFor<[number, string, string]>(
    connection,
    sql,
    ids,
    `trial_${kind}_attribute_id`,
  )) {
    let one = found.get(id);
    if (one === undefined) found.set(id, (one = new Map()));
    one.set(key, readJson(json));
  }
  return found;
}

/** A value of an attribute. */
export function readJson(text: string): PythonJson {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return parsePythonJson(text);
  }
}

async function readParams(
  connection: Connection,
  ids: readonly number[],
): Promise<Map<number, TrialParam[]>> {
  const found = new Map<number, TrialParam[]>();
  const sql = 'SELECT trial_id, param_name, param_value, distribution_json FROM trial_params';
  type Row = [id: number, name: string, value: number, distribution: string];
  for (const [id, name, value, distribution] of await readFor<Row>(connection, sql, ids, 'param_id')) {
    const params = found.get(id);
    if (params === undefined) found.set(id, [{ name, value, distribution }]);
    else params.push({ name, value, distribution });
  }
  return found;
}

async function readValues(connection: Connection, ids: readonly number[]): Promise<Map<number, number[]>> {
  const found = new Map<number, number[]>();
  const sql = 'SELECT trial_id, value, CAST(value_type AS TEXT) FROM trial_values';
  type Row = [id: number, value: number | null, type: string];
  for (const [id, value, type] of await readFor<Row>(connection, sql, ids, 'objective')) {
    const values = found.get(id);
    if (values === undefined) found.set(id, [fromValueColumns(value, type)]);
    else values.push(fromValueColumns(value, type));
  }
  return found;
}
