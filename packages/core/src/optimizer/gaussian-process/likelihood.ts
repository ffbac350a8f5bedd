import {
  cholesky,
  invertFromCholesky,
  logDeterminant,
  solveLower,
  solveLowerTransposed,
} from '../../math/linear-algebra.ts';
import {
  additiveIndex,
  fillCovariance,
  kernelScales,
  parameterCount,
  scalePoints,
  signalIndex,
  type Kernel,
} from './kernel.ts';

/** Prior variance of the constant mean, for targets of unit variance: vague. */
const MEAN_VARIANCE = 100;

/** Smallest and largest θ, in the order of `kernel.ts`. */
export function parameterBounds(kernel: Kernel): { lower: Float64Array; upper: Float64Array } {
  const { groups, isAdditive } = kernel;
  const size = parameterCount(kernel);
  const lower = new Float64Array(size).fill(Math.log(0.03));
  const upper = new Float64Array(size).fill(Math.log(100));
  const signal = signalIndex(kernel);
  lower[signal] = Math.log(1e-3);
  upper[signal] = Math.log(1e3);
  lower[groups + 1] = Math.log(1e-6);
  upper[groups + 1] = Math.log(2);
  if (isAdditive) {
    lower[additiveIndex(kernel)] = Math.log(1e-5);
    upper[additiveIndex(kernel)] = Math.log(1e3);
  }
  return { lower, upper };
}

/** The θ that fits start from: the typical length scale (0.5 in the additive term), s = 1, v = 0.001, c = 0.3. */
export function initialParameters(kernel: Kernel): Float64Array {
  const { groups, isAdditive, typicalScale } = kernel;
  const theta = new Float64Array(parameterCount(kernel));
  theta.fill(Math.log(typicalScale), 0, groups);
  theta[groups + 1] = Math.log(1e-3);
  if (isAdditive) {
    theta.fill(Math.log(0.5), groups + 2, 2 * groups + 2);
    theta[additiveIndex(kernel)] = Math.log(0.3);
  }
  return theta;
}

/**
 * Minus the logarithm of the prior density of θ, up to a constant, its gradient added to `gradient`.
 *
 * The length scales of the Matérn term and s have the priors of Optuna's GP sampler (read in its source):
 * with a = 1/l², l in units of the typical length scale, -(0.1/a + 0.1 a); s ~ Gamma(2, 1); v ~ Gamma(1.1, 30). They keep length scales moderate, which was
 * worth more than any other choice in our experiments. Additive term: ln b ~ N(ln 0.5, 1), ln c ~ N(ln 0.3, 1.5²).
 */
export function negativeLogPrior(kernel: Kernel, theta: Float64Array, gradient: Float64Array): number {
  const { groups, isAdditive, typicalScale } = kernel;
  let value = 0;
  for (let g = 0; g < groups; g++) {
    const square = Math.exp(2 * theta[g]!) / (typicalScale * typicalScale);
    value += 0.1 * (square + 1 / square);
    gradient[g]! += 0.2 * (square - 1 / square);
  }
  const s = Math.exp(theta[groups]!);
  value += s - theta[groups]!;
  gradient[groups]! += s - 1;
  const v = Math.exp(theta[groups + 1]!);
  value += 30 * v - 0.1 * theta[groups + 1]!;
  gradient[groups + 1]! += 30 * v - 0.1;
  if (isAdditive) {
    for (let i = groups + 2; i < 2 * groups + 2; i++) {
      const d = theta[i]! - Math.log(0.5);
      value += 0.5 * d * d;
      gradient[i]! += d;
    }
    const d = theta[additiveIndex(kernel)]! - Math.log(0.3);
    value += (0.5 * d * d) / 2.25;
    gradient[additiveIndex(kernel)]! += d / 2.25;
  }
  return value;
}

/**
 * Minus the logarithm of the posterior density of θ, up to a constant, given targets at points: the likelihood of a
 * Gaussian process, marginal over its values (Rasmussen & Williams, eq. 2.30 and 5.9), times the prior.
 *
 * The mean is a constant with prior variance {@link MEAN_VARIANCE}, set to its most probable value for each θ, the
 * generalized least squares estimate μ = 1'K⁻¹y / (1/100 + 1'K⁻¹1). A cluster of good points then counts about once, and
 * unexplored space is predicted to be no better than it deserves. So the likelihood is profiled over μ, not marginal as in
 * ibid. eq. 2.45: the term -½ ln(1/100 + 1'K⁻¹1) is left out. (Since μ is optimal, its own derivative drops out of the
 * gradient.)
 */
export class Likelihood {
  readonly #kernel: Kernel;
  readonly #points: Float64Array;
  readonly #targets: Float64Array;
  readonly #full: Float64Array;
  readonly #extra: Float64Array;
  readonly #matrix: Float64Array;
  readonly #inverse: Float64Array;
  readonly #scratch: Float64Array;
  readonly #weights: Float64Array;
  readonly #ones: Float64Array;
  readonly #perFeature: Float64Array;
  readonly #perFeatureAdditive: Float64Array;

  /**
   * @param kernel the covariance function.
   * @param points one row of features per target.
   * @param targets of about unit variance.
   */
  constructor(kernel: Kernel, points: Float64Array, targets: Float64Array) {
    const n = targets.length;
    const { features, isAdditive } = kernel;
    this.#kernel = kernel;
    this.#points = points;
    this.#targets = targets;
    this.#full = new Float64Array(n * features);
    this.#extra = new Float64Array(isAdditive ? n * features : 0);
    this.#matrix = new Float64Array(n * n);
    this.#inverse = new Float64Array(n * n);
    this.#scratch = new Float64Array(n * n);
    this.#weights = new Float64Array(n);
    this.#ones = new Float64Array(n);
    this.#perFeature = new Float64Array(features);
    this.#perFeatureAdditive = new Float64Array(features);
  }

  /** The value at `theta`, its gradient written to `gradient`; Infinity where K is not positive definite. */
  evaluate(theta: Float64Array, gradient: Float64Array): number {
    const kernel = this.#kernel;
    const { features, isAdditive, groups } = kernel;
    const matrix = this.#matrix;
    const weights = this.#weights;
    const n = weights.length;
    const scales = kernelScales(kernel, theta);
    scalePoints(this.#points, n, scales.inverse, this.#full);
    if (isAdditive) scalePoints(this.#points, n, scales.additiveInverse, this.#extra);
    fillCovariance(scales, this.#full, this.#extra, n, matrix, n);
    gradient.fill(0);
    const prior = negativeLogPrior(kernel, theta, gradient);
    if (!cholesky(matrix, n, n)) return Number.POSITIVE_INFINITY;

    weights.set(this.#targets);
    const mean = subtractMean(matrix, n, n, weights, this.#ones);
    let quadratic = (mean * mean) / MEAN_VARIANCE;
    solveLower(matrix, n, n, weights);
    for (let i = 0; i < n; i++) quadratic += weights[i]! * weights[i]!;
    solveLowerTransposed(matrix, n, n, weights);
    const value = 0.5 * (quadratic + logDeterminant(matrix, n, n)) + prior;

    invertFromCholesky(matrix, n, n, this.#inverse, this.#scratch);
    const { diagonal, additive } = this.#pairSums(scales.additive);
    // tr(W K) = α'(y - μ) - n, so that the Matérn term's own share needs no sum.
    let total = -n;
    for (let i = 0; i < n; i++) total += weights[i]! * (this.#targets[i]! - mean);
    const additiveShare = isAdditive ? 2 * additive + diagonal * (scales.variance - scales.signal) : 0;
    const noiseShare = diagonal * scales.noise;
    for (let f = 0; f < features; f++) gradient[kernel.groupOf[f]!]! -= this.#perFeature[f]!;
    gradient[groups]! -= 0.5 * (total - additiveShare - noiseShare);
    gradient[groups + 1]! -= 0.5 * noiseShare;
    if (isAdditive) {
      for (let f = 0; f < features; f++) {
        gradient[groups + 2 + kernel.groupOf[f]!]! -= this.#perFeatureAdditive[f]!;
      }
      gradient[additiveIndex(kernel)]! -= 0.5 * additiveShare;
    }
    return value;
  }

  /**
   * The logarithms of the densities of the targets, each given all the others: leave-one-out cross-validation in closed form
   * (ibid. eq. 5.10-5.12), θ as it is, the mean and its uncertainty counted in.
   *
   * @returns -Infinity for each where K is not positive definite.
   */
  leaveOneOut(theta: Float64Array): Float64Array {
    const n = this.#weights.length;
    const densities = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
    if (this.evaluate(theta, new Float64Array(theta.length)) === Number.POSITIVE_INFINITY) return densities;
    // Row sums of K⁻¹, of which only the lower triangle is known.
    const inverse = this.#inverse;
    const sums = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      sums[i]! += inverse[i * n + i]!;
      for (let j = 0; j < i; j++) {
        sums[i]! += inverse[i * n + j]!;
        sums[j]! += inverse[i * n + j]!;
      }
    }
    let total = 1 / MEAN_VARIANCE;
    for (const sum of sums) total += sum;
    for (let i = 0; i < n; i++) {
      // Of the inverse of K + 100·11', by the Sherman-Morrison formula; the weights are already those of this matrix.
      const precision = inverse[i * n + i]! - (sums[i]! * sums[i]!) / total;
      densities[i] =
        0.5 * (Math.log(precision / (2 * Math.PI)) - (this.#weights[i]! * this.#weights[i]!) / precision);
    }
    return densities;
  }

  /**
   * With W = αα' - K⁻¹: per feature, Σ_{i>j} W_ij ∂K_ij/∂(ln length scale); besides, Σ_i W_ii, and the sum of
   * W_ij times the additive term.
   */
  #pairSums(additiveVariance: number): { diagonal: number; additive: number } {
    const { features, isAdditive } = this.#kernel;
    const full = this.#full;
    const extra = this.#extra;
    const matrix = this.#matrix;
    const inverse = this.#inverse;
    const weights = this.#weights;
    const perFeature = this.#perFeature.fill(0);
    const perFeatureAdditive = this.#perFeatureAdditive.fill(0);
    const n = weights.length;
    let diagonal = 0;
    let additive = 0;
    for (let i = 0; i < n; i++) {
      const a = i * features;
      const alpha = weights[i]!;
      diagonal += alpha * alpha - inverse[i * n + i]!;
      for (let j = 0; j < i; j++) {
        const b = j * features;
        const w = alpha * weights[j]! - inverse[i * n + j]!;
        const slope = w * matrix[j * n + i]!;
        for (let f = 0; f < features; f++) {
          const d = full[a + f]! - full[b + f]!;
          perFeature[f]! += slope * d * d;
        }
        if (isAdditive) {
          const scaled = w * additiveVariance;
          for (let f = 0; f < features; f++) {
            const d = extra[a + f]! - extra[b + f]!;
            const bump = 1 / (1 + d * d);
            // ∂/∂(ln b) of 1/(1 + d²/(2b²)) is 2 (bump - bump²).
            perFeatureAdditive[f]! += 2 * scaled * (bump - bump * bump);
            additive += scaled * bump;
          }
        }
      }
    }
    return { diagonal, additive };
  }
}

/**
 * Subtracts the generalized least squares mean from `targets` in place, and returns it.
 *
 * @param factor Cholesky factor of K.
 * @param n number of targets.
 * @param stride distance between rows of the factor.
 * @param targets receive y - μ.
 * @param scratch n numbers.
 */
export function subtractMean(
  factor: Float64Array,
  n: number,
  stride: number,
  targets: Float64Array,
  scratch: Float64Array,
): number {
  scratch.fill(1, 0, n);
  solveLower(factor, stride, n, scratch);
  solveLowerTransposed(factor, stride, n, scratch);
  let precision = 1 / MEAN_VARIANCE;
  let projected = 0;
  for (let i = 0; i < n; i++) {
    precision += scratch[i]!;
    projected += scratch[i]! * targets[i]!;
  }
  const mean = projected / precision;
  for (let i = 0; i < n; i++) targets[i]! -= mean;
  return mean;
}
