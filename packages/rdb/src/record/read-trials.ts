import { StorageError, type JsonValue, type TrialRecord, type TrialState } from '@tunable/core';

import type { Connection } from '../database.ts';
import { parsePythonJson, toJsonValue, type PythonJson } from '../optuna/python-json.ts';
import { FIXED_PARAMS, readConstraints } from '../optuna/system-attributes.ts';
import type { ParamCodec, TrialParam } from '../optuna/trial-params.ts';
import { readFor } from '../sql/read-for.ts';
import { fromValueColumns } from '../sql/value-type.ts';
import { readDetails, type DetailsJSON } from './details.ts';
import { isEnded } from './is-ended.ts';
import { lookAtTrials, type TrialRow } from './look-at-trials.ts';
import { readReports } from './read-reports.ts';
import { readRow } from './row-json.ts';
import type { Scope } from './write-trials.ts';

/** The record of one trial; undefined if there is none with this id. */
export async function readTrial(scope: Scope, id: number): Promise<TrialRecord | undefined> {
  const { connection, dialect, study } = scope;
  const [record] = await readRecords(scope, await lookAtTrials(connection, dialect, study, [id]));
  return record;
}

/** The whole records of trials, in the same order. */
export async function readRecords(scope: Scope, rows: readonly TrialRow[]): Promise<TrialRecord[]> {
  const { connection, codec } = scope;
  const idsOf = (isMeant: (row: TrialRow) => boolean): number[] => rows.filter(isMeant).map(({ id }) => id);
  // A waiting trial that was started before may have been paused.
  const reporting = idsOf(
    ({ details, state, attempt }) => details === null && (state !== 'waiting' || attempt > 0),
  );
  const foreign = idsOf((row) => !hasOwnRow(row) && row.details === null);
  const foreignResults = idsOf((row) => row.details === null && isEnded(row.state));
  const withSystem = [...new Set([...foreign, ...foreignResults])];
  const withAttributes = idsOf((row) => row.hasAttributes);
  // Statements that do not wait for one another may travel together.
  const [attributes, reports, params, system, values] = await Promise.all([
    readAttributes(connection, 'user', withAttributes),
    readReports(connection, reporting),
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
        ? ownRow(scope, number, numbers[i])
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
  { codec, kept }: Scope,
  number: number,
  numbers: readonly (number | null)[] | null | undefined,
): Float64Array {
  const { length } = kept ?? codec.space.leaves;
  if (numbers?.length === length) {
    const row = readRow(numbers);
    return kept === undefined ? row : kept.translate(row);
  }
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
