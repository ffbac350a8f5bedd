import { InvalidArgumentError } from '../errors.ts';
import { show, type JsonValue } from '../json.ts';
import type { Params } from '../learner/complete-params.ts';
import { datasetFromPlain } from '../learner/create-dataset.ts';
import type { PlainDataset } from '../learner/dataset.ts';
import type { Learner, LearnerDescription } from '../learner/learner.ts';
import type { Objective, Outcome, Report } from '../study/objective.ts';
import { summarize } from './cross-validate.ts';
import { evaluateFolds, type FoldResult, type FoldsJob } from './evaluate-folds.ts';
import { metricByName } from './metrics/by-name.ts';
import type { Metric, MetricOptions } from './metrics/metric.ts';
import type { Split } from './resampling/resampling.ts';

/** The objective that `tune` gives to its study: the mean of the first metric over the folds. */
export function learnerObjective(job: FoldsJob): Objective<Params> {
  return async (params, trial): Promise<Outcome> => {
    const report = (step: number, reported: Report): Promise<void> => trial.report(step, reported);
    const folds = await evaluateFolds(job, params, { seed: trial.seed, signal: trial.signal, report });
    const { mean } = summarize(folds);
    return {
      value: mean[job.metrics[0].name] as number,
      metrics: mean,
      attributes: { folds: foldsToJSON(folds) },
    };
  };
}

/** All that {@link createObjective} needs, as data that `postMessage` can send. */
export interface LearnerObjectiveSetup {
  readonly learner: LearnerDescription;
  readonly data: PlainDataset;
  readonly splits: readonly Split[];
  readonly outOfBag: boolean;
  readonly metrics: readonly { readonly name: string; readonly options: MetricOptions }[];
  readonly trainScores: boolean;
}

/** Where {@link createObjective} is exported, for worker threads to import. */
export const learnerObjectiveModule: string = new URL('./learner-objective.js', import.meta.url).href;

/** Builds a learner's objective inside a worker thread. Called once per worker. */
export async function createObjective(setup: LearnerObjectiveSetup): Promise<Objective<Params>> {
  return learnerObjective({
    ...setup,
    learner: await buildLearner(setup.learner),
    data: datasetFromPlain(setup.data),
    metrics: setup.metrics.map(({ name, options }) => metricByName(name, options)) as [Metric, ...Metric[]],
  });
}

async function buildLearner({ module, export: name, arguments: args }: LearnerDescription): Promise<Learner> {
  const exports = (await import(module)) as { readonly [name: string]: unknown };
  const factory = exports[name];
  if (typeof factory !== 'function') {
    throw new InvalidArgumentError(
      `the module ${module} has no exported function '${name}', which the learner's description names`,
    );
  }
  return (factory as (...args: readonly JsonValue[]) => Learner)(...args);
}

/** Folds as JSON, for a trial's attributes; scores that JSON lacks (NaN, infinities) become null. */
function foldsToJSON(folds: readonly FoldResult[]): JsonValue {
  return JSON.parse(JSON.stringify(folds)) as JsonValue;
}

/**
 * The folds of a trial that {@link learnerObjective} has evaluated; empty for others.
 *
 * @param attributes the trial's attributes.
 */
export function foldsFromJSON(attributes: { readonly [name: string]: JsonValue }): readonly FoldResult[] {
  const { folds } = attributes;
  if (folds === undefined) return [];
  if (!Array.isArray(folds)) throw new InvalidArgumentError(`expected a list of folds, not ${show(folds)}`);
  return (folds as unknown as FoldResult[]).map(({ test, train, ...times }) => ({
    ...times,
    test: withNaN(test),
    ...(train && { train: withNaN(train) }),
  }));
}

function withNaN(scores: { readonly [name: string]: number | null }): { [name: string]: number } {
  return Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, score ?? Number.NaN]));
}
