import type { JsonValue } from '../json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { mapValues } from '../space/to-json.ts';
import type { StudyHeader } from '../storage/storage.ts';
import type { Reports, ReportSeries, TrialRecord } from '../storage/trial-record.ts';
import type { TrialTable } from './history.ts';

/** A study as plain data. Infinities and NaN are written as text: 'Infinity', '-Infinity', 'NaN'. */
export interface StudyJSON {
  /** Tells a saved study from other data. */
  readonly format: 'tunable-study';
  /** The version of the format: a library rejects those it does not know. */
  readonly version: 1;
  /** What defines the study: its name, space, directions and seed. */
  readonly study: StudyHeader;
  /** In order of their numbers. */
  readonly trials: readonly TrialJSON[];
  /** The numbers of the finished trials in the order in which they were taken into account. */
  readonly finished: readonly number[];
}

/** A trial as plain data. */
export interface TrialJSON extends Omit<
  TrialRecord,
  'row' | 'values' | 'constraints' | 'metrics' | 'reports'
> {
  /** The configuration; absent while waiting. */
  readonly params?: JsonValue;
  /** While waiting: one number per leaf in the number encoding, null where still open. */
  readonly row?: readonly (number | null)[];
  /** One value per objective, as the objective returned them; absent if it returned none. */
  readonly values?: readonly JsonNumber[];
  /** Constraint values; at most 0 means satisfied. */
  readonly constraints?: readonly JsonNumber[];
  /** Other numbers that the objective returned, by name. */
  readonly metrics?: { readonly [name: string]: JsonNumber };
  /** What it reported while running, if anything. */
  readonly reports?: ReportsJSON;
}

/** A series of reports as plain data. */
export interface ReportSeriesJSON {
  /** What the caller counts, in the order of reporting: whole numbers, each once. */
  readonly steps: readonly number[];
  /** The value reported at each step, not sign-flipped. */
  readonly values: readonly JsonNumber[];
}

/** Reports as plain data. */
export interface ReportsJSON extends ReportSeriesJSON {
  /** With several objectives: the series of the second objective, the third, ... */
  readonly furtherObjectives?: readonly ReportSeriesJSON[];
  /** Series of other numbers, by name. */
  readonly metrics?: { readonly [name: string]: ReportSeriesJSON };
}

/** A number, those that JSON lacks as text. */
export type JsonNumber = number | 'Infinity' | '-Infinity' | 'NaN';

/**
 * A study as plain data. A running trial is saved as it stands; loading puts it back into the queue.
 *
 * @param unsaved finished trials whose results the storage of the study lacks.
 */
export function studyToJSON(
  header: StudyHeader,
  space: SearchSpace,
  table: TrialTable,
  unsaved: readonly TrialRecord[],
): StudyJSON {
  const trials = recordsOf(table, unsaved).map((record) => trialToJSON(space, record));
  const finished = [...table.finished, ...unsaved.map(({ number }) => number)];
  return { format: 'tunable-study', version: 1, study: header, trials, finished };
}

/** All records by number. */
export function recordsOf(table: TrialTable, unsaved: readonly TrialRecord[]): TrialRecord[] {
  const records = Array.from({ length: table.size }, (_, number) => table.record(number));
  for (const record of unsaved) records[record.number] = record;
  return records;
}

function trialToJSON(space: SearchSpace, record: TrialRecord): TrialJSON {
  const { row, values, constraints, metrics, reports, ...rest } = record;
  return {
    ...rest,
    ...(record.state === 'waiting'
      ? { row: Array.from(row, (x) => (Number.isNaN(x) ? null : x)) }
      : { params: space.decode(row) as JsonValue }),
    ...(values === undefined ? {} : { values: values.map(toJsonNumber) }),
    ...(constraints === undefined ? {} : { constraints: constraints.map(toJsonNumber) }),
    ...(metrics === undefined ? {} : { metrics: mapValues(metrics, toJsonNumber) }),
    ...(reports === undefined ? {} : { reports: reportsToJSON(reports) }),
  };
}

function reportsToJSON({ furtherObjectives, metrics, ...first }: Reports): ReportsJSON {
  const seriesToJSON = ({ steps, values }: ReportSeries): ReportSeriesJSON => ({
    steps: [...steps],
    values: values.map(toJsonNumber),
  });
  return {
    ...seriesToJSON(first),
    ...(furtherObjectives === undefined ? {} : { furtherObjectives: furtherObjectives.map(seriesToJSON) }),
    ...(metrics === undefined ? {} : { metrics: mapValues(metrics, seriesToJSON) }),
  };
}

function toJsonNumber(x: number): JsonNumber {
  return Number.isFinite(x) ? x : (String(x) as JsonNumber);
}
