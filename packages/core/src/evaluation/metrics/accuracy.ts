import { confusionOf, hits } from './confusion.ts';
import type { Metric } from './metric.ts';

/** The fraction of rows predicted right: 0 to 1. */
export function accuracy(): Metric {
  return {
    name: 'accuracy',
    direction: 'maximize',
    needs: 'labels',
    task: 'classification',
    options: {},
    score({ actual, predicted }) {
      let right = 0;
      for (let row = 0; row < actual.length; row++) if (actual[row] === predicted[row]) right++;
      return right / actual.length;
    },
  };
}

/**
 * The mean over classes of the fraction of their rows predicted right: 0 to 1, and 1 / classes for a constant guess.
 * Classes without a row do not count.
 */
export function balancedAccuracy(): Metric {
  return {
    name: 'balancedAccuracy',
    direction: 'maximize',
    needs: 'labels',
    task: 'classification',
    options: {},
    score(input) {
      const confusion = confusionOf(input);
      let sum = 0;
      let present = 0;
      for (let label = 0; label < confusion.size; label++) {
        const rows = confusion.actual[label] as number;
        if (rows === 0) continue;
        sum += hits(confusion, label) / rows;
        present++;
      }
      return sum / present;
    },
  };
}
