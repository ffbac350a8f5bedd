import type { JsonNumber, TrialRecord } from '@tunable/core';

/** What is kept of a finished trial as JSON, beside its row, attempt, origin and attributes. */
export type Details = Pick<
  TrialRecord,
  'values' | 'constraints' | 'metrics' | 'reports' | 'failure' | 'cost' | 'startedAt' | 'finishedAt'
>;

/** The text of the details of a record. NaN and infinities are texts in it. */
export function printDetails(record: TrialRecord): string {
  const { values, constraints, metrics, reports, failure, cost, startedAt, finishedAt } = record;
  return JSON.stringify({
    values: values?.map(toJson),
    constraints: constraints?.map(toJson),
    metrics: metrics && mapNumbers(metrics, toJson),
    reports: reports && mapReports(reports, (series) => mapSeries(series, toJson)),
    failure,
    cost: cost === undefined ? undefined : toJson(cost),
    startedAt,
    finishedAt,
  });
}

/** The parsed text of {@link printDetails} with its numbers. */
export function readDetails(json: DetailsJSON): Details {
  const { values, constraints, metrics, reports, failure, cost, startedAt, finishedAt } = json;
  return {
    ...(values === undefined ? {} : { values: values.map(fromJson) }),
    ...(constraints === undefined ? {} : { constraints: constraints.map(fromJson) }),
    ...(metrics === undefined ? {} : { metrics: mapNumbers(metrics, fromJson) }),
    ...(reports === undefined ? {} : { reports: mapReports(reports, (one) => mapSeries(one, fromJson)) }),
    ...(failure === undefined ? {} : { failure }),
    ...(cost === undefined ? {} : { cost: fromJson(cost) }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
}

/** {@link Details}, with numbers as JSON takes them. */
export interface DetailsJSON extends Pick<Details, 'failure' | 'startedAt' | 'finishedAt'> {
  readonly values?: readonly JsonNumber[];
  readonly constraints?: readonly JsonNumber[];
  readonly metrics?: { readonly [name: string]: JsonNumber };
  readonly reports?: AnyReports<AnySeries<JsonNumber>>;
  readonly cost?: JsonNumber;
}

interface AnySeries<N> {
  readonly steps: readonly number[];
  readonly values: readonly N[];
}

type AnyReports<S> = S & {
  readonly furtherObjectives?: readonly S[];
  readonly metrics?: { readonly [name: string]: S };
};

function toJson(x: number): JsonNumber {
  return Number.isFinite(x) ? x : (String(x) as JsonNumber);
}

function fromJson(x: JsonNumber): number {
  return Number(x);
}

function mapNumbers<A, B>(numbers: { readonly [name: string]: A }, f: (x: A) => B): { [name: string]: B } {
  return Object.fromEntries(Object.entries(numbers).map(([name, x]) => [name, f(x)]));
}

function mapSeries<A, B>({ steps, values }: AnySeries<A>, f: (x: A) => B): AnySeries<B> {
  return { steps, values: values.map(f) };
}

function mapReports<A extends object, B extends object>(
  { furtherObjectives, metrics, ...first }: AnyReports<A>,
  f: (series: A) => B,
): AnyReports<B> {
  return {
    ...f(first as unknown as A),
    ...(furtherObjectives === undefined ? {} : { furtherObjectives: furtherObjectives.map(f) }),
    ...(metrics === undefined ? {} : { metrics: mapNumbers(metrics, f) }),
  };
}
