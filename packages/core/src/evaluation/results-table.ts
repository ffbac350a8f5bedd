import type { JsonValue } from '../json.ts';
import { lossSign } from '../study/direction.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Study } from '../study/study.ts';
import type { TrialView } from '../study/trial-view.ts';
import { mean, standardDeviation } from './mean-and-std.ts';
import { foldsFromJSON } from './learner-objective.ts';
import type { Metric } from './metrics/metric.ts';

/** The scores of one metric in a trial. */
export interface MetricSummary {
  /** Over the splits; NaN for a trial that is not complete. */
  readonly mean: number;
  /** The standard deviation over the splits, as a population's; NaN for a trial that is not complete. */
  readonly std: number;
  /** One per split. A pruned trial has those it reached, of the optimized metric only. */
  readonly splits: readonly number[];
}

/** Milliseconds per split of a trial; NaN for one that is not complete. */
export interface TimeSummary {
  /** Over the splits. */
  readonly mean: number;
  /** The standard deviation over the splits, as a population's. */
  readonly std: number;
}

/** A trial of `tune`, with the information of a row of scikit-learn's `cv_results_`. */
export interface ResultRow<P = unknown> {
  /** Its number in the study, from 0. */
  readonly number: number;
  /** Only `complete` trials have scores on all splits. */
  readonly state: TrialView['state'];
  /** The configuration that was scored. */
  readonly params: P;
  /** Scores on the test rows, by metric. */
  readonly test: { readonly [metric: string]: MetricSummary };
  /** Scores on the training rows, by metric; empty unless asked for. */
  readonly train: { readonly [metric: string]: MetricSummary };
  /** 1 for the best mean test score; ties share the smallest rank, and trials that are not complete share the last one. */
  readonly rank: { readonly [metric: string]: number };
  /** How long training took. */
  readonly fitMs: TimeSummary;
  /** How long predicting and scoring took. */
  readonly scoreMs: TimeSummary;
}

/** All trials of `tune`, as rows, as columns and as text. */
export interface ResultsTable<P = unknown> {
  /** In order of the trials. */
  readonly rows: readonly ResultRow<P>[];
  /**
   * The columns of scikit-learn's `cv_results_` (`mean_test_accuracy`, `split0_test_accuracy`, `rank_test_accuracy`,
   * `mean_fit_time` in seconds, ...), with `number`, `state` and one column `param_<name>` per leaf of the space, null
   * where it is inactive.
   */
  columns(): { readonly [name: string]: readonly JsonValue[] };
  /** {@link columns} as comma-separated values with a heading (RFC 4180); null and NaN are empty. */
  toCSV(): string;
}

/**
 * The table of a study that `tune` has made.
 *
 * @param study the study.
 * @param metrics the metrics it was scored by, the optimized one first.
 * @param splitCount how many splits a trial is evaluated on.
 */
export function resultsTable<P>(
  study: Study<P>,
  metrics: readonly Metric[],
  splitCount: number,
): ResultsTable<P> {
  const summaries = study.trials.map((trial) => summarizeTrial(trial, metrics, splitCount));
  const ranks = metrics.map((metric) => [metric.name, rankTrials(summaries, metric)] as const);
  const rows = summaries.map((summary, i) => ({
    ...summary,
    rank: Object.fromEntries(ranks.map(([name, ofTrials]) => [name, ofTrials[i] as number])),
  }));
  const columns = (): Columns => toColumns(rows, study.space, splitCount);
  return { rows, columns, toCSV: () => toCSV(columns()) };
}

type TrialSummary<P> = Omit<ResultRow<P>, 'rank'>;

interface Columns {
  [name: string]: readonly JsonValue[];
}

function summarizeTrial<P>(
  trial: TrialView<P>,
  metrics: readonly Metric[],
  splitCount: number,
): TrialSummary<P> {
  const folds = foldsFromJSON(trial.attributes);
  const summarizeSide = (side: 'test' | 'train'): { [metric: string]: MetricSummary } =>
    Object.fromEntries(
      metrics.map(({ name }, i) => {
        if (trial.state === 'complete')
          return [name, spread(folds.map((fold) => fold[side]?.[name] ?? Number.NaN))];
        const splits = side === 'test' && i === 0 && splitCount > 1 ? reachedSplits(trial) : [];
        return [name, { mean: Number.NaN, std: Number.NaN, splits }];
      }),
    );
  return {
    number: trial.number,
    state: trial.state,
    params: trial.params,
    test: summarizeSide('test'),
    train: folds.some(({ train }) => train !== undefined) ? summarizeSide('train') : {},
    fitMs: spread(folds.map(({ fitMs }) => fitMs)),
    scoreMs: spread(folds.map(({ scoreMs }) => scoreMs)),
  };
}

function spread(splits: readonly number[]): MetricSummary {
  return { mean: mean(splits), std: standardDeviation(splits), splits };
}

/** The scores of the folds that a trial reached, from the running means that it reported (and so up to rounding). */
function reachedSplits({ reports }: TrialView): number[] {
  return reports.values.map((value, i) => {
    const before = i === 0 ? 0 : i * (reports.values[i - 1] as number);
    return rounded((i + 1) * value - before);
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function rankTrials(summaries: readonly TrialSummary<unknown>[], { name, direction }: Metric): number[] {
  // Means that differ in their last digits only, which depend on the order of summing, are ties.
  const losses = summaries.map(({ test }) => rounded(lossSign(direction) * (test[name]?.mean ?? Number.NaN)));
  const ranked = losses.filter((loss) => !Number.isNaN(loss));
  return losses.map(
    (loss) => (Number.isNaN(loss) ? ranked.length : ranked.filter((other) => other < loss).length) + 1,
  );
}

function toColumns(rows: readonly ResultRow[], space: SearchSpace, splitCount: number): Columns {
  const column = (value: (row: ResultRow) => JsonValue): JsonValue[] => rows.map((row) => orNull(value(row)));
  const columns: Columns = { number: column(({ number }) => number), state: column(({ state }) => state) };
  const encoded = rows.map(({ params }) => space.encode(params));
  for (const { name, index, parameter } of space.leaves) {
    columns[`param_${name}`] = encoded.map((numbers) => {
      const x = numbers[index] as number;
      return Number.isNaN(x) ? null : (parameter.decode(x) as JsonValue);
    });
  }
  for (const side of ['test', 'train'] as const) {
    for (const metric of Object.keys(rows.find((row) => Object.keys(row[side]).length > 0)?.[side] ?? {})) {
      const suffix = `${side}_${metric}`;
      for (let split = 0; split < splitCount; split++) {
        columns[`split${split}_${suffix}`] = column((row) => row[side][metric]?.splits[split] ?? null);
      }
      columns[`mean_${suffix}`] = column((row) => row[side][metric]?.mean ?? null);
      columns[`std_${suffix}`] = column((row) => row[side][metric]?.std ?? null);
      if (side === 'test') columns[`rank_${suffix}`] = column(({ rank }) => rank[metric] as number);
    }
  }
  for (const [name, time] of [
    ['fit', 'fitMs'],
    ['score', 'scoreMs'],
  ] as const) {
    columns[`mean_${name}_time`] = column((row) => row[time].mean / 1000);
    columns[`std_${name}_time`] = column((row) => row[time].std / 1000);
  }
  return columns;
}

function orNull(value: JsonValue): JsonValue {
  return Number.isNaN(value) ? null : value;
}

function toCSV(columns: Columns): string {
  const names = Object.keys(columns);
  const rowCount = columns[names[0] as string]?.length ?? 0;
  const lines = [names.map(cell)];
  for (let row = 0; row < rowCount; row++)
    lines.push(names.map((name) => cell(columns[name]?.[row] ?? null)));
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function cell(value: JsonValue): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
