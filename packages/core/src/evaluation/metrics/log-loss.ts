import type { Metric } from './metric.ts';

/**
 * Minus the mean logarithm of the probability given to the true class (cross entropy): 0 or more. Probabilities are
 * clipped to at least 2.2e-16 (the spacing of doubles at 1), as in scikit-learn, so one certain error does not make it infinite.
 */
export function logLoss(): Metric {
  return {
    name: 'logLoss',
    direction: 'minimize',
    needs: 'probabilities',
    task: 'classification',
    options: {},
    score({ actual, probabilities, classes }) {
      let sum = 0;
      for (let row = 0; row < actual.length; row++) {
        const p = probabilities[row * classes.length + (actual[row] as number)] as number;
        sum -= Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON));
      }
      return sum / actual.length;
    },
  };
}
