import { InvalidArgumentError, InvalidResultError, UnsupportedError } from '../errors.ts';
import { show } from '../json.ts';
import type { Dataset, Label } from '../learner/dataset.ts';
import type { OutOfBag, Predictor } from '../learner/learner.ts';
import { toMetric, type MetricLike } from './metrics/by-name.ts';
import type { Metric, ScoreInput } from './metrics/metric.ts';

/** Scores by the names of their metrics. */
export interface Scores {
  readonly [metric: string]: number;
}

/**
 * Scores a model on a dataset.
 *
 * @param model a trained model; not disposed of.
 * @param data rows that it should not have been trained on.
 * @param metrics names of metrics, or metrics.
 * @throws {InvalidArgumentError} an unknown metric, or one that cannot score this dataset.
 * @throws {UnsupportedError} a metric of probabilities and a model without them.
 * @throws {InvalidResultError} predictions that do not fit the dataset.
 * @example await evaluateModel(result.model, testRows, ['accuracy', 'logLoss'])
 */
export async function evaluateModel(
  model: Predictor,
  data: Dataset,
  metrics: readonly MetricLike[],
): Promise<Scores> {
  return scoreModel(model, data, checkMetrics(metrics, data));
}

/**
 * Metrics by name or as they are, fit for a dataset; each name once.
 *
 * @throws {InvalidArgumentError} an unknown metric, none, one for the other task, or two of one name.
 */
export function checkMetrics(
  metrics: readonly MetricLike[],
  data: Pick<Dataset, 'task' | 'classes'>,
): readonly Metric[] {
  if (!Array.isArray(metrics) || metrics.length === 0) {
    throw new InvalidArgumentError(`expected a list of metrics such as ['accuracy'], not ${show(metrics)}`);
  }
  const byName = new Map<string, Metric>();
  for (const metric of metrics.map(toMetric)) {
    const { name, task } = metric;
    if (task !== undefined && task !== data.task) {
      throw new InvalidArgumentError(
        `the metric '${name}' is for ${task}, and the dataset is for ${data.task}`,
      );
    }
    metric.check?.(data);
    const known = byName.get(name);
    if (known !== undefined && JSON.stringify(known.options) !== JSON.stringify(metric.options)) {
      throw new InvalidArgumentError(`two metrics have the name '${name}'; results are kept by name`);
    }
    byName.set(name, known ?? metric);
  }
  return [...byName.values()];
}

/** Scores of checked metrics. */
export async function scoreModel(
  model: Predictor,
  data: Dataset,
  metrics: readonly Metric[],
): Promise<Scores> {
  const predictions = metrics.some(({ needs }) => needs === 'labels') ? await model.predict(data) : undefined;
  const wantsProbabilities = metrics.some(({ needs }) => needs === 'probabilities');
  const probabilities = wantsProbabilities ? await model.predictProbability?.(data) : undefined;
  return scorePredictions(data, predictions, probabilities, metrics);
}

/** Scores of the out-of-bag predictions for the rows of `data`, on which the model was trained. */
export function scoreOutOfBag(
  { rows, predictions, probabilities }: OutOfBag,
  data: Dataset,
  metrics: readonly Metric[],
): Scores {
  if (rows.length === 0) {
    throw new InvalidResultError(
      'the model has no out-of-bag prediction, since every part of it saw every row; sample rows with replacement, or use folds',
    );
  }
  return scorePredictions(data.rows(rows), predictions, probabilities, metrics);
}

function scorePredictions(
  data: Dataset,
  predictions: ArrayLike<Label> | undefined,
  probabilities: Float64Array | undefined,
  metrics: readonly Metric[],
): Scores {
  const labels: ScoreInput = {
    actual: data.target,
    predicted: predictions === undefined ? NONE : encodePredictions(predictions, data),
    probabilities: NONE,
    classes: data.classes,
  };
  const entries = metrics.map((metric) => {
    if (metric.needs === 'labels') return [metric.name, metric.score(labels)] as const;
    const checked = checkProbabilities(metric, probabilities, data);
    return [metric.name, metric.score({ ...labels, predicted: NONE, probabilities: checked })] as const;
  });
  return Object.fromEntries(entries);
}

const NONE = new Float64Array(0);

function encodePredictions(predictions: ArrayLike<Label>, data: Dataset): Float64Array {
  checkCount('predictions', predictions.length, data.rowCount);
  const { classes } = data;
  if (data.task === 'regression') return Float64Array.from(predictions as ArrayLike<number>);
  const index = new Map(classes.map((label, i) => [label, i]));
  return Float64Array.from(predictions, (label) => {
    const found = index.get(label);
    if (found === undefined) {
      throw new InvalidResultError(
        `the model predicted ${show(label)}, which is none of the classes ${classes.map(show).join(', ')}`,
      );
    }
    return found;
  });
}

function checkProbabilities(
  metric: Metric,
  probabilities: Float64Array | undefined,
  data: Dataset,
): Float64Array {
  if (probabilities === undefined) {
    throw new UnsupportedError(
      `the metric '${metric.name}' needs class probabilities, and the model predicts labels only`,
    );
  }
  checkCount('probabilities', probabilities.length, data.rowCount * data.classes.length);
  return probabilities;
}

function checkCount(what: string, count: number, expected: number): void {
  if (count !== expected)
    throw new InvalidResultError(`the model returned ${count} ${what}, expected ${expected}`);
}
