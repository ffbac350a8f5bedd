import type { SearchSpace } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';

type Column = readonly [name: string, read: (record: TrialRecord) => unknown];

/**
 * Trials as a table: RFC 4180, a line of names and one for each trial. The columns are those of Optuna's
 * `trials_dataframe`, where both know the thing. Text that a spreadsheet would take for a formula has an apostrophe before it.
 *
 * @param objectives how many objectives the study has.
 */
export function recordsToCSV(
  space: SearchSpace,
  objectives: number,
  records: readonly TrialRecord[],
): string {
  const columns = columnsOf(space, objectives, records);
  const lines = [
    columns.map(([name]) => toCell(name)),
    ...records.map((r) => columns.map(([, read]) => toCell(read(r)))),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function columnsOf(space: SearchSpace, objectives: number, records: readonly TrialRecord[]): Column[] {
  const constraints = Math.max(0, ...records.map((record) => record.constraints?.length ?? 0));
  return [
    ['number', ({ number }) => number],
    ['state', ({ state }) => state],
    ...indexed(objectives === 1 ? ['value'] : numbered('values', objectives), ({ values }) => values),
    ...space.leaves.map(({ index, name, parameter }): Column => [
      `params_${name}`,
      ({ row }) => (Number.isNaN(row[index]) ? undefined : parameter.decode(row[index] as number)),
    ]),
    ...named('metrics', records, ({ metrics }) => metrics),
    ...indexed(numbered('constraints', constraints), (record) => record.constraints),
    ...named('attributes', records, ({ attributes }) => attributes),
    ['cost', ({ cost }) => cost],
    ['by', ({ by }) => by],
    ['why', ({ why }) => why],
    ['attempt', ({ attempt }) => attempt],
    ['failure', ({ failure }) => failure && `${failure.name}: ${failure.message}`],
    ['datetime_start', ({ startedAt }) => toTime(startedAt)],
    ['datetime_complete', ({ finishedAt }) => toTime(finishedAt)],
    ['duration', ({ startedAt, finishedAt }) => finishedAt && startedAt && (finishedAt - startedAt) / 1000],
  ];
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}_${i}`);
}

function indexed(
  names: readonly string[],
  read: (record: TrialRecord) => readonly number[] | undefined,
): Column[] {
  return names.map((name, i) => [name, (record) => read(record)?.[i]]);
}

/** A column for each name that any trial has. */
function named(
  prefix: string,
  records: readonly TrialRecord[],
  read: (record: TrialRecord) => { readonly [name: string]: unknown } | undefined,
): Column[] {
  const names = new Set(records.flatMap((record) => Object.keys(read(record) ?? {})));
  return Array.from(names, (name) => [`${prefix}_${name}`, (record) => read(record)?.[name]]);
}

function toTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
