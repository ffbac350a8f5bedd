import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import type { Label } from '../../learner/dataset.ts';
import { checkOptions, checkText } from '../../options.ts';
import type { Direction } from '../../study/direction.ts';
import type { Metric } from './metric.ts';

/** Options of {@link customMetric}. */
export interface CustomMetricOptions {
  /** Whether small or large scores are good. Default `'maximize'`. */
  direction?: Direction;
}

/**
 * A metric of your own. A function cannot travel to worker threads, so it excludes `tune(..., { threads })`.
 *
 * @typeParam T the type of labels, or number for regression.
 * @param name the key of its scores in results.
 * @param score given true and predicted labels (or numbers), one per row, returns the score; NaN where it is undefined.
 * @param options direction.
 * @example customMetric('cost', (actual, predicted) => missedFrauds(actual, predicted), { direction: 'minimize' })
 */
export function customMetric<T extends Label = Label>(
  name: string,
  score: (actual: readonly T[], predicted: readonly T[]) => number,
  options: CustomMetricOptions = {},
): Metric {
  checkText('customMetric: name', name);
  if (typeof score !== 'function') {
    throw new InvalidArgumentError(
      `customMetric: score must be a function of actual and predicted labels, not ${show(score)}`,
    );
  }
  checkOptions('customMetric', options, ['direction']);
  const { direction = 'maximize' } = options;
  if (direction !== 'maximize' && direction !== 'minimize') {
    throw new InvalidArgumentError(
      `customMetric: direction must be 'maximize' or 'minimize', not ${show(direction)}`,
    );
  }
  return {
    name,
    direction,
    needs: 'labels',
    score({ actual, predicted, classes }) {
      const labels = (values: Float64Array): T[] =>
        Array.from(values, (value) => (classes.length === 0 ? value : classes[value]) as T);
      return score(labels(actual), labels(predicted));
    },
  };
}
