import { logNormalCdf, logNormalPdf } from '../../math/normal.ts';
import { logH, logHSlope } from './log-improvement.ts';

/**
 * How promising a point is, on a logarithmic scale, judged from what is predicted there: one normal distribution per
 * output. The outputs are the objectives (smaller is better), then the constraints (at most 0 is satisfied).
 */
export interface Utility {
  /**
   * @param means one per output.
   * @param deviations one per output, positive.
   * @param slopes if given, receives the derivatives by the means, then those by the deviations.
   */
  evaluate(means: Float64Array, deviations: Float64Array, slopes?: Float64Array): number;

  /**
   * The most that the utility can be if the deviations are at most these. Absent where it grows with every deviation, so
   * that `evaluate` is that.
   */
  bound?(means: Float64Array, deviations: Float64Array): number;
}

/**
 * Logarithm of the expected improvement over a threshold.
 *
 * @param best the value to improve on.
 */
export function expectedImprovement(best: number): Utility {
  return {
    evaluate: (means, deviations, slopes) => {
      const deviation = deviations[0]!;
      const z = (best - means[0]!) / deviation;
      if (slopes !== undefined) {
        const slope = logHSlope(z);
        slopes[0] = -slope / deviation;
        slopes[slopes.length >> 1] = (1 - z * slope) / deviation;
      }
      return Math.log(deviation) + logH(z);
    },
  };
}

/**
 * Adds the logarithm of the probability that all constraints hold, taken as independent (Gardner et al., "Bayesian
 * optimization with inequality constraints", ICML 2014, eq. 6): Σ ln Φ((t_c - μ_c)/σ_c).
 *
 * @param objective the utility of the first `objectives` outputs; null while nothing feasible is known, when only
 *   feasibility counts.
 * @param objectives number of objectives among the outputs.
 * @param thresholds one per constraint: satisfied if the output is at most this.
 */
export function constrained(
  objective: Utility | null,
  objectives: number,
  thresholds: readonly number[],
): Utility {
  return {
    evaluate: (means, deviations, slopes) => {
      slopes?.fill(0);
      let value = objective === null ? 0 : objective.evaluate(means, deviations, slopes);
      for (const [c, threshold] of thresholds.entries()) {
        const output = objectives + c;
        const deviation = deviations[output]!;
        const z = (threshold - means[output]!) / deviation;
        const logCdf = logNormalCdf(z);
        value += logCdf;
        if (slopes !== undefined) {
          const slope = Math.exp(logNormalPdf(z) - logCdf);
          slopes[output] = -slope / deviation;
          slopes[(slopes.length >> 1) + output] = (-z * slope) / deviation;
        }
      }
      return value;
    },
    bound: (means, deviations) => {
      let value = objective === null ? 0 : objective.evaluate(means, deviations);
      for (const [c, threshold] of thresholds.entries()) {
        const output = objectives + c;
        // What is predicted to hold holds the more surely the less uncertain it is.
        const z = Math.min(0, threshold - means[output]!) / deviations[output]!;
        if (z < 0) value += logNormalCdf(z);
      }
      return value;
    },
  };
}
