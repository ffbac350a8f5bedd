import { confusionOf, hits } from './confusion.ts';
import type { Metric } from './metric.ts';

/**
 * Matthews' correlation coefficient of actual and predicted class, for any number of classes (Gorodkin, "Comparing two
 * K-category assignments by a K-category correlation coefficient", 2004): -1 to 1, and 0 when either is constant.
 */
export function matthews(): Metric {
  return {
    name: 'matthews',
    direction: 'maximize',
    needs: 'labels',
    task: 'classification',
    options: {},
    score(input) {
      const confusion = confusionOf(input);
      const { total } = confusion;
      let right = 0;
      let products = 0;
      let actualSquares = 0;
      let predictedSquares = 0;
      for (let label = 0; label < confusion.size; label++) {
        const actual = confusion.actual[label] as number;
        const predicted = confusion.predicted[label] as number;
        right += hits(confusion, label);
        products += actual * predicted;
        actualSquares += actual * actual;
        predictedSquares += predicted * predicted;
      }
      const variances = (total * total - actualSquares) * (total * total - predictedSquares);
      return variances === 0 ? 0 : (right * total - products) / Math.sqrt(variances);
    },
  };
}
