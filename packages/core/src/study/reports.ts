import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import type { Reports, ReportSeries } from '../storage/trial-record.ts';
import type { ReportOutcome } from './objective.ts';

/** A checked report: `value` is that of the first objective, `values` one per objective. */
export interface CheckedReport {
  readonly value?: number;
  readonly values?: readonly number[];
  readonly metrics?: { readonly [name: string]: number };
}

/**
 * Checks what an objective reports.
 *
 * @param report anything.
 * @param objectives how many objectives the study has.
 * @throws {InvalidArgumentError} nothing in it, something that is no number, the wrong number of values.
 */
export function checkReport(report: unknown, objectives: number): CheckedReport {
  if (typeof report === 'number') return { value: report };
  const { value, values, metrics }: ReportOutcome = Array.isArray(report)
    ? { values: report as number[] }
    : typeof report === 'object' && report !== null
      ? report
      : {};
  if (value === undefined && values === undefined && metrics === undefined) {
    throw invalid(
      `value must be a number${objectives > 1 ? `, a list of ${objectives} numbers` : ''} or an object with value, values or metrics, not ${show(report)}`,
    );
  }
  if (value !== undefined && values !== undefined)
    throw invalid('got both value and values; give one of them');
  if (value !== undefined && typeof value !== 'number')
    throw invalid(`value must be a number, not ${show(value)}`);
  if (values !== undefined && !isNumbers(values, objectives)) {
    throw invalid(
      `values must be a list of ${objectives === 1 ? 'one number' : `${objectives} numbers, one per objective`}, not ${show(values)}`,
    );
  }
  if (metrics !== undefined && !isNumbersByName(metrics))
    throw invalid(`metrics must be an object of numbers, not ${show(metrics)}`);
  const first = value ?? values?.[0];
  return {
    ...(first === undefined ? {} : { value: first }),
    ...(values === undefined ? {} : { values }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

function invalid(problem: string): InvalidArgumentError {
  return new InvalidArgumentError(`report(step, value): ${problem}`);
}

function isNumbers(values: unknown, count: number): boolean {
  return Array.isArray(values) && values.length === count && values.every((x) => typeof x === 'number');
}

/** Whether `metrics` is an object of numbers. */
export function isNumbersByName(metrics: unknown): boolean {
  return (
    typeof metrics === 'object' &&
    metrics !== null &&
    !Array.isArray(metrics) &&
    Object.values(metrics).every((x) => typeof x === 'number')
  );
}

/** The reports of a running trial, which grow in place. */
export interface GrowingReports extends GrowingSeries {
  furtherObjectives?: readonly GrowingSeries[];
  metrics?: { [name: string]: GrowingSeries };
}

interface GrowingSeries {
  readonly steps: number[];
  readonly values: number[];
}

/** A series without entries. */
export function emptySeries(): GrowingSeries {
  return { steps: [], values: [] };
}

/** The same reports, to grow on their own. */
export function copyReports({ furtherObjectives, metrics, ...first }: Reports): GrowingReports {
  const copy = ({ steps, values }: ReportSeries): GrowingSeries => ({
    steps: [...steps],
    values: [...values],
  });
  return {
    ...copy(first),
    ...(furtherObjectives !== undefined && { furtherObjectives: furtherObjectives.map(copy) }),
    ...(metrics !== undefined && {
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, series]) => [name, copy(series)])),
    }),
  };
}

/** All steps at which anything was reported. */
export function stepsOf({ steps, furtherObjectives = [], metrics = {} }: Reports): readonly number[] {
  const others = [...furtherObjectives, ...Object.values(metrics)];
  return [...new Set([...steps, ...others.flatMap((series) => series.steps)])];
}

/** Adds what was reported at one more step. */
export function addReport(
  reports: GrowingReports,
  step: number,
  { value, values, metrics }: CheckedReport,
): void {
  if (value !== undefined) addTo(reports, step, value);
  if (values !== undefined && values.length > 1) {
    reports.furtherObjectives ??= values.slice(1).map(emptySeries);
    for (const [i, series] of reports.furtherObjectives.entries())
      addTo(series, step, values[i + 1] as number);
  }
  if (metrics === undefined) return;
  reports.metrics ??= {};
  for (const [name, metric] of Object.entries(metrics)) {
    if (!Object.hasOwn(reports.metrics, name)) reports.metrics[name] = emptySeries();
    addTo(reports.metrics[name] as GrowingSeries, step, metric);
  }
}

function addTo(series: GrowingSeries, step: number, value: number): void {
  series.steps.push(step);
  series.values.push(value);
}
