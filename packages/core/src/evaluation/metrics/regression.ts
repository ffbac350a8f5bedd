import type { Metric, ScoreInput } from './metric.ts';

/** The mean of the squared errors, in squared units of the target: 0 or more. */
export function meanSquaredError(): Metric {
  return regressionMetric('meanSquaredError', 'minimize', meanSquare);
}

/** The square root of the mean squared error, in units of the target: 0 or more. */
export function rootMeanSquaredError(): Metric {
  return regressionMetric('rootMeanSquaredError', 'minimize', (input) => Math.sqrt(meanSquare(input)));
}

/** The mean of the absolute errors, in units of the target: 0 or more. */
export function meanAbsoluteError(): Metric {
  return regressionMetric('meanAbsoluteError', 'minimize', ({ actual, predicted }) => {
    let sum = 0;
    for (let row = 0; row < actual.length; row++)
      sum += Math.abs((actual[row] as number) - (predicted[row] as number));
    return sum / actual.length;
  });
}

/** The median of the absolute errors, in units of the target: 0 or more; outliers do not move it. */
export function medianAbsoluteError(): Metric {
  return regressionMetric('medianAbsoluteError', 'minimize', ({ actual, predicted }) => {
    const errors = actual.map((value, row) => Math.abs(value - (predicted[row] as number))).toSorted();
    const upper = errors[Math.floor(errors.length / 2)] as number;
    const lower = errors[Math.floor((errors.length - 1) / 2)] as number;
    return (lower + upper) / 2;
  });
}

/**
 * The coefficient of determination R²: the fraction of the target's variance that the predictions explain. 1 is perfect, 0
 * as good as the mean, and there is no lower bound. For a constant target 1 if predicted exactly and 0 otherwise, as in
 * scikit-learn; NaN for fewer than two rows.
 */
export function r2(): Metric {
  return regressionMetric('r2', 'maximize', (input) => {
    const { actual } = input;
    if (actual.length < 2) return Number.NaN;
    const mean = actual.reduce((sum, value) => sum + value, 0) / actual.length;
    const unexplained = meanSquare(input);
    const variance = actual.reduce((sum, value) => sum + (value - mean) ** 2, 0) / actual.length;
    if (variance === 0) return unexplained === 0 ? 1 : 0;
    return 1 - unexplained / variance;
  });
}

function meanSquare({ actual, predicted }: ScoreInput): number {
  let sum = 0;
  for (let row = 0; row < actual.length; row++)
    sum += ((actual[row] as number) - (predicted[row] as number)) ** 2;
  return sum / actual.length;
}

function regressionMetric(
  name: string,
  direction: Metric['direction'],
  score: (input: ScoreInput) => number,
): Metric {
  return { name, direction, needs: 'labels', task: 'regression', options: {}, score };
}
