import type { JsonValue, Reports, TrialRecord } from '@tunable/core';

import type { Connection, Dialect, SqlValue } from '../database.ts';
import { OPTUNA_STATES } from '../optuna/states.ts';
import { FIXED_PARAMS, writeConstraints } from '../optuna/system-attributes.ts';
import { printTimestamp } from '../optuna/timestamp.ts';
import type { ParamCodec } from '../optuna/trial-params.ts';
import { insertRows, sendRows, type Column } from '../sql/insert-rows.ts';
import { toValueColumns } from '../sql/value-type.ts';
import { checkNames } from './check-names.ts';
import { printDetails } from './details.ts';
import { isEnded } from './is-ended.ts';
import { printRow } from './row-json.ts';

/** Whole numbers that PostgreSQL's INTEGER holds, and so the column `step`. */
const MOST_STEP = 2 ** 31 - 1;

/** A record and the id of its trial. */
export interface Written {
  readonly id: number;
  readonly record: TrialRecord;
}

/** Where trials are written. */
export interface Scope {
  readonly connection: Connection;
  readonly dialect: Dialect;
  /** The id of the study. */
  readonly study: number;
  readonly codec: ParamCodec;
  /** Present while the rows that are kept are of a space that has yet to grow into that of the codec. */
  readonly kept?: KeptRows | undefined;
}

/** Rows of another space than that of the codec. */
export interface KeptRows {
  /** How many numbers they have. */
  readonly length: number;
  /** To rows of the codec. */
  readonly translate: (row: Float64Array) => Float64Array;
}

/** How trials begin that this process adds or starts. */
export interface Beginning {
  /** Identifies the call that writes them, so that it is not done twice. */
  readonly token: string;
  /** For how long they count as running without a sign of life; null for those that do not run. */
  readonly leaseMs: number | null;
}

/**
 * Inserts trials with everything they have, as Optuna does and for ourselves.
 *
 * @returns the ids, in the order of the records.
 */
export async function insertTrials(
  scope: Scope,
  records: readonly TrialRecord[],
  beginning: Beginning,
): Promise<number[]> {
  const { connection } = scope;
  const inserted = await insertRows<[id: number, number: number]>(
    connection,
    'trials',
    TRIAL_COLUMNS,
    // Ids grow with numbers, as Optuna expects.
    records.toSorted((a, b) => a.number - b.number).map((record) => trialRow(scope, record)),
    'RETURNING trial_id, number',
  );
  // The order in which rows are returned is nowhere promised.
  const ids = new Map(inserted.map(([id, number]) => [number, id]));
  const written = records.map((record) => ({ id: ids.get(record.number) as number, record }));
  insertBelongings(scope, written, beginning);
  return written.map(({ id }) => id);
}

/** Inserts one trial under an id that was reserved for it. */
export function insertTrial(scope: Scope, written: Written, beginning: Beginning): void {
  const row = [written.id, ...trialRow(scope, written.record)];
  sendRows(scope.connection, 'trials', ['trial_id', ...TRIAL_COLUMNS], [row]);
  insertBelongings(scope, [written], beginning);
}

const TRIAL_COLUMNS = ['number', 'study_id', 'state', 'datetime_start', 'datetime_complete'];

function trialRow({ study }: Scope, { number, state, startedAt, finishedAt }: TrialRecord): SqlValue[] {
  return [number, study, OPTUNA_STATES[state], toTimestamp(startedAt), toTimestamp(finishedAt)];
}

/** Everything of new trials that stands in other tables than `trials`. */
function insertBelongings(scope: Scope, written: readonly Written[], beginning: Beginning): void {
  const { connection } = scope;
  const { columns, rows } = ownRows(scope, written, beginning);
  sendRows(connection, 'tunable_trials', columns, rows);
  insertParams(scope, written);
  writeAttributes(connection, written);
  insertReports(connection, written);
  insertResults(
    scope,
    written.filter(({ record }) => isEnded(record.state)),
  );
}

/**
 * Enters for a trial that is there what Optuna has no place for; replaces what an earlier attempt has entered.
 *
 * @returns its revision.
 */
export async function replaceOwnRow(scope: Scope, written: Written, beginning: Beginning): Promise<number> {
  const { columns, rows } = ownRows(scope, [written], beginning);
  const [replaced] = await insertRows<[revision: number]>(
    scope.connection,
    'tunable_trials',
    columns,
    rows,
    `ON CONFLICT (trial_id) DO UPDATE SET numbers = excluded.numbers, attempt = excluded.attempt,
      proposed_by = excluded.proposed_by, why = excluded.why, lease = excluded.lease, token = excluded.token,
      revision = tunable_trials.revision + 1 RETURNING revision`,
  );
  return (replaced as [number])[0];
}

function ownRows(
  { dialect }: Scope,
  written: readonly Written[],
  { token, leaseMs }: Beginning,
): { readonly columns: readonly Column[]; readonly rows: readonly SqlValue[][] } {
  const columns = [
    'trial_id',
    'numbers',
    'attempt',
    'proposed_by',
    'why',
    { name: 'lease', value: `${dialect.nowMs} + ?` },
    'prune',
    'revision',
    'attributes_version',
    'token',
  ];
  const rows = written.map(({ id, record: { row, attempt, by = null, why = null } }) => {
    return [id, printRow(row), attempt, by, why, leaseMs, 0, 0, 0, token];
  });
  return { columns, rows };
}

/** Enters parameters for Optuna to read: those of started trials; of waiting ones, the values to start with. */
export function insertParams({ connection, codec }: Scope, written: readonly Written[]): void {
  const params: SqlValue[][] = [];
  const fixed: SqlValue[][] = [];
  for (const { id, record } of written) {
    if (record.state === 'waiting') fixed.push([id, FIXED_PARAMS, codec.writeFixed(record.row)]);
    else
      for (const { name, value, distribution } of codec.write(record.row))
        params.push([id, name, value, distribution]);
  }
  sendRows(
    connection,
    'trial_params',
    ['trial_id', 'param_name', 'param_value', 'distribution_json'],
    params,
    // A trial that is run again has them already.
    'ON CONFLICT (trial_id, param_name) DO NOTHING',
  );
  upsertAttributes(connection, 'system', fixed);
}

/**
 * Enters the results of finished trials, the next in the order of finishing: whoever takes a later place in it is kept later, so
 * that all who read see the beginning of one order.
 */
export function insertResults({ connection, dialect, study }: Scope, written: readonly Written[]): void {
  if (written.length === 0) return;
  const values: SqlValue[][] = [];
  const constraints: SqlValue[][] = [];
  for (const { id, record } of written) {
    for (const [objective, value] of (record.values ?? []).entries())
      values.push([id, objective, ...toValueColumns(value)]);
    if (record.constraints !== undefined)
      for (const attribute of writeConstraints(record.constraints)) constraints.push([id, ...attribute]);
  }
  const details = written.map(({ id, record }) => [id, printDetails(record)]);
  sendRows(connection, 'trial_values', ['trial_id', 'objective', 'value', 'value_type'], values);
  upsertAttributes(connection, 'system', constraints);
  if (dialect.lockFinishing !== '') connection.send(dialect.lockFinishing, [study]);
  sendRows(connection, 'tunable_results', ['trial_id', 'details'], details);
}

/** Enters the attributes of records beside those that their trials have. */
export function writeAttributes(connection: Connection, written: readonly Written[]): void {
  const rows = written.flatMap(({ id, record: { attributes = {} } }) => attributeRows(id, attributes));
  upsertAttributes(connection, 'user', rows);
}

/** Rows of a table of attributes. */
export function attributeRows(
  owner: number,
  attributes: { readonly [name: string]: JsonValue },
): SqlValue[][] {
  checkNames('an attribute', Object.keys(attributes));
  return Object.entries(attributes).map(([key, value]) => [owner, key, JSON.stringify(value)]);
}

/** Enters attributes of trials; those with other names stay. */
export function upsertAttributes(
  connection: Connection,
  kind: 'user' | 'system',
  rows: readonly SqlValue[][],
): void {
  sendRows(
    connection,
    `trial_${kind}_attributes`,
    ['trial_id', '"key"', 'value_json'],
    rows,
    'ON CONFLICT (trial_id, "key") DO UPDATE SET value_json = excluded.value_json',
  );
}

/**
 * Enters what trials have reported.
 *
 * @param only the steps whose reports to enter; all by default.
 */
export function insertReports(
  connection: Connection,
  written: readonly Written[],
  only?: readonly number[],
): void {
  const plain: SqlValue[][] = [];
  const other: SqlValue[][] = [];
  for (const { id, record } of written) {
    if (record.reports === undefined) continue;
    for (const [series, { steps, values }] of seriesOf(record.reports)) {
      for (const [i, at] of steps.entries()) {
        if (only !== undefined && !only.includes(at)) continue;
        const columns = toValueColumns(values[i] as number);
        if (series === FIRST_SERIES && Math.abs(at) <= MOST_STEP) plain.push([id, at, ...columns]);
        // Results of finished trials hold these.
        else if (!isEnded(record.state)) other.push([id, series, at, ...columns]);
      }
    }
  }
  sendRows(
    connection,
    'trial_intermediate_values',
    ['trial_id', 'step', 'intermediate_value', 'intermediate_value_type'],
    plain,
    'ON CONFLICT (trial_id, step) DO NOTHING',
  );
  sendRows(
    connection,
    'tunable_reports',
    ['trial_id', 'series', 'step', 'value', 'value_type'],
    other,
    'ON CONFLICT (trial_id, series, step) DO NOTHING',
  );
}

/** Forgets what a trial has reported. */
export function deleteReports(connection: Connection, id: number): void {
  connection.send('DELETE FROM trial_intermediate_values WHERE trial_id = ?', [id]);
  connection.send('DELETE FROM tunable_reports WHERE trial_id = ?', [id]);
}

/** The name of the series of the first objective in `tunable_reports`. */
export const FIRST_SERIES = 'objective:0';

function* seriesOf(
  reports: Reports,
): Generator<
  [name: string, series: { readonly steps: readonly number[]; readonly values: readonly number[] }]
> {
  yield [FIRST_SERIES, reports];
  for (const [i, series] of (reports.furtherObjectives ?? []).entries()) yield [`objective:${i + 1}`, series];
  for (const [name, series] of Object.entries(reports.metrics ?? {})) yield [`metric:${name}`, series];
}

/** A time as a column takes it. */
export function toTimestamp(ms: number | undefined): string | null {
  return ms === undefined ? null : printTimestamp(ms);
}
