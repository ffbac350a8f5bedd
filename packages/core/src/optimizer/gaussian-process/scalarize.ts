import type { Random } from '../../math/random.ts';

/** Share of the sum in the augmented Chebyshev function. */
const AUGMENTATION = 0.05;

/** Weights of several objectives, uniformly distributed among those that sum to 1. */
export function randomWeights(objectives: number, random: Random): Float64Array {
  // Normalized exponential variables are uniform on the simplex.
  const weights = Float64Array.from({ length: objectives }, () => -Math.log(1 - random.uniform()));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * One loss out of several, by the augmented Chebyshev function: max_j w_j f_j + 0.05 Σ_j w_j f_j, each objective first
 * scaled to [0, 1] over the values given (Knowles, "ParEGO", IEEE Trans. Evol. Comp. 10(1), 2006, eq. 2). Different
 * weights lead to different parts of the Pareto front, also where it is not convex.
 *
 * @param losses the values of each objective; finite, equally many.
 * @param weights one per objective.
 */
export function scalarize(losses: readonly Float64Array[], weights: Float64Array): Float64Array {
  const lows = losses.map((values) => values.reduce((a, b) => Math.min(a, b), Infinity));
  const ranges = losses.map((values, j) => values.reduce((a, b) => Math.max(a, b), -Infinity) - lows[j]!);
  return Float64Array.from(losses[0] ?? [], (_, i) => {
    let largest = 0;
    let sum = 0;
    for (let j = 0; j < losses.length; j++) {
      const range = ranges[j]!;
      const share = range > 0 ? weights[j]! * ((losses[j]![i]! - lows[j]!) / range) : 0;
      largest = Math.max(largest, share);
      sum += share;
    }
    return largest + AUGMENTATION * sum;
  });
}
