import { InvalidArgumentError, UnsupportedError } from '../errors.ts';
import { show } from '../json.ts';
import type { Dataset } from '../learner/dataset.ts';
import type { Learner, LearnerParams } from '../learner/learner.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { evaluateFolds, type FoldResult, type FoldsJob } from './evaluate-folds.ts';
import { checkMetrics, type Scores } from './evaluate-model.ts';
import { mean, standardDeviation } from './mean-and-std.ts';
import type { MetricLike } from './metrics/by-name.ts';
import type { Metric } from './metrics/metric.ts';
import { kFold } from './resampling/k-fold.ts';
import type { Resampling } from './resampling/resampling.ts';
import { stratifiedKFold } from './resampling/stratified-k-fold.ts';

/** How models are scored. */
export interface EvaluationOptions {
  /**
   * What to optimize: a name such as `'logLoss'`, or a metric. Default `'accuracy'` for classification, `'r2'` for regression.
   */
  metric?: MetricLike;
  /** Other metrics to record. */
  metrics?: readonly MetricLike[];
  /**
   * How to split the rows, or a number of folds (stratified for classification). Default 5.
   */
  resampling?: Resampling | number;
  /** Whether to score the training rows too, which shows overfitting and costs a prediction of them. Default false. */
  trainScores?: boolean;
}

/** Options of {@link crossValidate}. */
export interface CrossValidateOptions<P> extends EvaluationOptions {
  /** The configuration; names left out take the learner's defaults. Default: all defaults. */
  params?: Partial<P>;
  /** All randomness of the fits derives from it. A whole number; default 0. */
  seed?: number;
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal;
}

/** How good a configuration is. */
export interface CrossValidation {
  /** One per split. */
  readonly folds: readonly FoldResult[];
  /** The mean of each metric over the splits. */
  readonly mean: Scores;
  /** The standard deviation of each metric over the splits (of a population, as in scikit-learn). */
  readonly std: Scores;
}

/** Names of {@link EvaluationOptions}, for checking. */
export const evaluationOptionNames: readonly string[] = ['metric', 'metrics', 'resampling', 'trainScores'];

/**
 * Trains and scores a learner on every split of a dataset, without tuning.
 *
 * @throws {InvalidArgumentError} an unknown metric, one that does not fit the data, a learner for another task.
 * @throws {InvalidDatasetError} data that cannot be split so.
 * @throws whatever the learner throws: one failing fold fails all.
 * @example const { mean, std } = await crossValidate(randomForestClassifier(), penguins, { metric: 'accuracy' });
 */
export async function crossValidate<L extends Learner>(
  learner: L,
  data: Dataset,
  options: CrossValidateOptions<LearnerParams<L>> = {},
): Promise<CrossValidation> {
  checkOptions('crossValidate', options, [...evaluationOptionNames, 'params', 'seed', 'signal']);
  const { params = {}, seed = 0, signal = new AbortController().signal } = options;
  checkNumber('crossValidate', 'seed', seed, { integer: true });
  const job = foldsJob('crossValidate', learner, data, options);
  return summarize(await evaluateFolds(job, params, { seed, signal }));
}

/** Means and standard deviations of folds. */
export function summarize(folds: readonly FoldResult[]): CrossValidation {
  const names = Object.keys(folds[0]?.test ?? {});
  const over = (statistic: (values: readonly number[]) => number): Scores =>
    Object.fromEntries(names.map((name) => [name, statistic(folds.map(({ test }) => test[name] as number))]));
  return { folds, mean: over(mean), std: over(standardDeviation) };
}

/**
 * Checks that learner, data and options fit together, and splits the rows.
 *
 * @param owner the public function, for messages.
 */
export function foldsJob(
  owner: string,
  learner: Learner,
  data: Dataset,
  options: EvaluationOptions,
): FoldsJob {
  checkLearner(owner, learner);
  if (typeof (data as Partial<Dataset> | null)?.rows !== 'function') {
    throw new InvalidArgumentError(
      `${owner}: expected a dataset as dataset({ features, target }) makes it, not ${show(data)}`,
    );
  }
  if (learner.task !== data.task) {
    throw new InvalidArgumentError(
      `${owner}: ${learner.name} is for ${learner.task}, and the dataset is for ${data.task}; if its targets are numbered classes, make it with task: 'classification'`,
    );
  }
  const {
    metric = data.task === 'classification' ? 'accuracy' : 'r2',
    metrics = [],
    trainScores = false,
  } = options;
  if (!Array.isArray(metrics))
    throw new InvalidArgumentError(`${owner}: metrics must be a list of metrics, not ${show(metrics)}`);
  const checked = checkMetrics([metric, ...metrics], data) as readonly [Metric, ...Metric[]];
  const resampling = toResampling(owner, options.resampling ?? 5, data);
  const outOfBag = resampling.outOfBag === true;
  const needsProbability = checked.find(({ needs }) => needs === 'probabilities');
  if (needsProbability !== undefined && !learner.capabilities.includes('probability')) {
    throw new UnsupportedError(
      `${owner}: the metric '${needsProbability.name}' needs class probabilities, and ${learner.name} predicts labels only`,
    );
  }
  if (outOfBag && !learner.capabilities.includes('outOfBag')) {
    throw new UnsupportedError(
      `${owner}: ${learner.name} has no out-of-bag predictions; use a resampling with folds`,
    );
  }
  return { learner, data, splits: resampling.split(data), outOfBag, metrics: checked, trainScores };
}

function checkLearner(owner: string, learner: Learner): void {
  const given = learner as Partial<Learner> | null | undefined;
  if (typeof given?.fit !== 'function' || given.space === undefined) {
    throw new InvalidArgumentError(
      `${owner}: expected a learner such as randomForestClassifier(), not ${show(learner)}`,
    );
  }
  if (given.specificationVersion !== 1) {
    throw new UnsupportedError(
      `${owner}: ${show(given.name)} was made for version ${show(given.specificationVersion)} of the learner contract, and this library knows version 1; update @tunable/core or the adapter`,
    );
  }
}

function toResampling(owner: string, resampling: Resampling | number, data: Dataset): Resampling {
  if (typeof resampling === 'number')
    return data.task === 'classification' ? stratifiedKFold(resampling) : kFold(resampling);
  if (
    typeof resampling === 'object' &&
    typeof (resampling as Partial<Resampling> | null)?.split === 'function'
  )
    return resampling;
  throw new InvalidArgumentError(
    `${owner}: resampling must be a resampling such as kFold(5), or a number of folds, not ${show(resampling)}`,
  );
}
