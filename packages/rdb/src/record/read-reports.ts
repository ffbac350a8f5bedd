import type { Reports, ReportSeries } from '@tunable/core';

import type { Connection } from '../database.ts';
import { readFor } from '../sql/read-for.ts';
import { fromValueColumns } from '../sql/value-type.ts';
import { FIRST_SERIES } from './write-trials.ts';

/** What unfinished trials, and those of Optuna, have reported, by trial. */
export async function readReports(
  connection: Connection,
  ids: readonly number[],
): Promise<Map<number, Reports>> {
  const found = new Map<number, Map<string, { steps: number[]; values: number[] }>>();
  const add = (id: number, name: string, step: number, value: number): void => {
    let reports = found.get(id);
    if (reports === undefined) found.set(id, (reports = new Map()));
    let series = reports.get(name);
    if (series === undefined) reports.set(name, (series = { steps: [], values: [] }));
    series.steps.push(step);
    series.values.push(value);
  };
  type Plain = [id: number, step: number, value: number | null, type: string];
  const plain =
    'SELECT trial_id, step, intermediate_value, CAST(intermediate_value_type AS TEXT) FROM trial_intermediate_values';
  for (const [id, step, value, type] of await readFor<Plain>(
    connection,
    plain,
    ids,
    'trial_intermediate_value_id',
  ))
    add(id, FIRST_SERIES, step, fromValueColumns(value, type));
  type Other = [id: number, series: string, step: number, value: number | null, type: string];
  const other = 'SELECT trial_id, series, step, value, value_type FROM tunable_reports';
  for (const [id, series, step, value, type] of await readFor<Other>(connection, other, ids, 'report_id'))
    add(id, series, step, fromValueColumns(value, type));
  return new Map([...found].map(([id, series]) => [id, toReports(series)]));
}

function toReports(series: ReadonlyMap<string, ReportSeries>): Reports {
  const first = series.get(FIRST_SERIES) ?? { steps: [], values: [] };
  const furtherObjectives: ReportSeries[] = [];
  const metrics: [name: string, series: ReportSeries][] = [];
  for (const [name, one] of series) {
    const key = name.slice(name.indexOf(':') + 1);
    if (name.startsWith('metric:')) metrics.push([key, one]);
    else if (name !== FIRST_SERIES) furtherObjectives[Number(key) - 1] = one;
  }
  const further = Array.from(furtherObjectives, (one) => one ?? { steps: [], values: [] });
  return {
    ...first,
    ...(further.length === 0 ? {} : { furtherObjectives: further }),
    ...(metrics.length === 0 ? {} : { metrics: Object.fromEntries(metrics) }),
  };
}
