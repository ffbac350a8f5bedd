/** So many observations the agreement with earlier studies is taken to be worth, and how strong, before any is seen. */
const PRIOR_OBSERVATIONS = 3;
const PRIOR_CORRELATION = 0.5;

/** How steep the trend may be: while only points of about equal prediction are known, nothing can be said of the rest. */
const STEEPEST = 3;

/** The least spread of what the trend leaves unexplained, so that the search goes on. */
const LEAST_SCALE = 0.1;

/** What earlier studies make us expect: a sum of the means of their models. A process models what that leaves. */
export interface Trend {
  /** Of each earlier model's mean. */
  readonly weights: Float64Array;
  /** Added to their sum. */
  readonly offset: number;
  /** The spread of what is left. */
  readonly scale: number;
  /** The targets minus the trend, divided by `scale`. */
  readonly residuals: Float64Array;
}

/**
 * How far targets follow the predictions of earlier models.
 *
 * Each model is weighed by its correlation with the targets seen so far (1/2 to begin with, as if seen in three
 * observations), and not at all where that is negative; of several models the more telling ones count for more. Their
 * weighted mean is then scaled as the regression on it would be. So an earlier study that misleads loses its influence
 * with the first observations, and one whose optimum lies elsewhere goes on helping far from it. The idea of modelling
 * what a trend from earlier studies leaves is that of Vizier (Golovin et al., "Google Vizier", KDD 2017, section 3.3); to weigh
 * earlier models by how well they rank what is seen, that of Feurer et al. ("Scalable meta-learning for Bayesian optimization
 * using ranking-weighted Gaussian process ensembles", 2018).
 *
 * @param predictions of each earlier model at the points of the targets.
 * @param targets of about zero mean and unit variance.
 */
export function fitTrend(predictions: readonly Float64Array[], targets: Float64Array): Trend {
  const n = targets.length;
  const trust = predictions.map((values) => shrunkCorrelation(values, targets));
  const total = trust.reduce((sum, c) => sum + c ** 4, 0);
  const weights = Float64Array.from(trust, (c) => (total > 0 ? c ** 4 / total : 0));
  const mixture = Float64Array.from(targets, (_, i) =>
    predictions.reduce((sum, values, k) => sum + weights[k]! * values[i]!, 0),
  );
  const { mean, deviation } = momentsOf(mixture);
  const slope = deviation > 0 ? Math.min(STEEPEST, shrunkCorrelation(mixture, targets) / deviation) : 0;
  for (let k = 0; k < weights.length; k++) weights[k]! *= slope;
  const offset = -slope * mean;
  const residuals = targets.map((target, i) => target - offset - slope * mixture[i]!);
  const left = momentsOf(residuals).deviation ** 2;
  const scale = Math.max(LEAST_SCALE, Math.sqrt((n * left + PRIOR_OBSERVATIONS) / (n + PRIOR_OBSERVATIONS)));
  return { weights, offset, scale, residuals: residuals.map((residual) => residual / scale) };
}

/** At least 0. */
function shrunkCorrelation(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const [first, second] = [momentsOf(a), momentsOf(b)];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (a[i]! - first.mean) * (b[i]! - second.mean);
  const spread = first.deviation * second.deviation;
  // Without spread nothing is seen.
  const seen = spread > 0 ? sum / spread : 0;
  const count = spread > 0 ? n : 0;
  return Math.max(0, (seen + PRIOR_OBSERVATIONS * PRIOR_CORRELATION) / (count + PRIOR_OBSERVATIONS));
}

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const n = Math.max(1, values.length);
  let mean = 0;
  for (const value of values) mean += value / n;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / n;
  return { mean, deviation: Math.sqrt(variance) };
}
