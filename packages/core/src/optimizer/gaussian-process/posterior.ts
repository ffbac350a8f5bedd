import {
  appendCholeskyRow,
  cholesky,
  solveLower,
  solveLowerRows,
  solveLowerTransposed,
} from '../../math/linear-algebra.ts';
import {
  crossCovariance,
  crossGradients,
  fillCovariance,
  kernelScales,
  scalePoints,
  type Kernel,
  type KernelScales,
} from './kernel.ts';
import { subtractMean } from './likelihood.ts';

/** Smallest predicted variance, so that its root and logarithms stay finite. */
const VARIANCE_FLOOR = 1e-12;

/**
 * What a Gaussian process with fixed θ believes of the noise-free function, given targets at points
 * (Rasmussen & Williams, algorithm 2.1): a normal distribution at every point.
 *
 * The mean of the process is the estimate of `likelihood.ts`, taken as certain: the predicted mean is that of ibid. eq. 2.41,
 * while the variance lacks the share of the estimate's own uncertainty that eq. 2.42 adds, and so is a little too small far
 * from the known points while these are few.
 */
export class Posterior {
  /** Mean at the point last predicted. */
  mean = 0;
  /** Standard deviation at the point last predicted. */
  deviation = 0;
  /** Gradient of the mean by the features of the point last predicted. */
  readonly meanGradient: Float64Array;
  /** Gradient of the standard deviation. */
  readonly deviationGradient: Float64Array;
  /** 1 / length scale of the Matérn term, per feature. */
  readonly inverseScales: Float64Array;
  readonly #scales: KernelScales;
  readonly #stride: number;
  readonly #full: Float64Array;
  readonly #extra: Float64Array;
  readonly #factor: Float64Array;
  readonly #weights: Float64Array;
  readonly #constant: number;
  readonly #point: Float64Array;
  readonly #cross: Float64Array;
  readonly #solved: Float64Array;
  readonly #variance: number;
  #size: number;

  /**
   * @param kernel the covariance function.
   * @param theta its parameters.
   * @param points one row of features per target.
   * @param targets what was observed.
   * @param room how many points {@link append} may add later.
   */
  constructor(
    kernel: Kernel,
    theta: Float64Array,
    points: Float64Array,
    targets: Float64Array,
    room: number,
  ) {
    const { features, isAdditive } = kernel;
    const n = targets.length;
    const stride = n + room;
    const scales = kernelScales(kernel, theta);
    this.#scales = scales;
    this.#size = n;
    this.#stride = stride;
    this.#full = new Float64Array(stride * features);
    this.#extra = new Float64Array(isAdditive ? stride * features : 0);
    scalePoints(points, n, scales.inverse, this.#full);
    if (isAdditive) scalePoints(points, n, scales.additiveInverse, this.#extra);
    this.#factor = new Float64Array(stride * stride);
    // Near-duplicates with next to no noise may defeat the factorization; a little more noise never does.
    let added = 0;
    do {
      fillCovariance(scales, this.#full, this.#extra, n, this.#factor, stride);
      for (let i = 0; i < n; i++) this.#factor[i * stride + i]! += added;
      added = added === 0 ? 1e-10 * scales.variance : 10 * added;
    } while (!cholesky(this.#factor, n, stride) && added < scales.variance);
    this.#weights = new Float64Array(stride);
    this.#weights.set(targets);
    this.#cross = new Float64Array(stride);
    this.#solved = new Float64Array(stride);
    this.#constant = subtractMean(this.#factor, n, stride, this.#weights, this.#cross);
    solveLower(this.#factor, stride, n, this.#weights);
    solveLowerTransposed(this.#factor, stride, n, this.#weights);
    this.#point = new Float64Array(isAdditive ? 2 * features : features);
    this.#variance = scales.variance;
    this.inverseScales = scales.inverse;
    this.meanGradient = new Float64Array(features);
    this.deviationGradient = new Float64Array(features);
  }

  /** Number of points it knows, appended ones included. */
  get size(): number {
    return this.#size;
  }

  /**
   * Predicts at one point: sets `mean` and `deviation` and, if asked, their gradients.
   *
   * @param points holds the features of the point.
   * @param at index of the first of them.
   * @param withGradients whether to compute `meanGradient` and `deviationGradient`.
   */
  predict(points: Float64Array, at: number, withGradients: boolean): void {
    const n = this.#size;
    const stride = this.#stride;
    const cross = this.#cross;
    const solved = this.#solved;
    const weights = this.#weights;
    this.#crossTo(points, at, cross, 0);
    let mean = this.#constant;
    for (let j = 0; j < n; j++) {
      mean += weights[j]! * cross[j]!;
      solved[j] = cross[j]!;
    }
    solveLower(this.#factor, stride, n, solved);
    let variance = this.#variance;
    for (let j = 0; j < n; j++) variance -= solved[j]! * solved[j]!;
    this.mean = mean;
    this.deviation = Math.sqrt(Math.max(VARIANCE_FLOOR, variance));
    if (!withGradients) return;
    // ∂σ = -(K⁻¹k)' ∂k / σ
    solveLowerTransposed(this.#factor, stride, n, solved);
    const first = this.meanGradient.fill(0);
    const second = this.deviationGradient.fill(0);
    crossGradients(this.#scales, this.#point, this.#full, this.#extra, n, weights, solved, first, second);
    const factor = -1 / this.deviation;
    for (let f = 0; f < second.length; f++) second[f]! *= factor;
  }

  /** As {@link predict}, but only `mean` and, if asked, `meanGradient`; costs O(n F). */
  predictMean(points: Float64Array, at: number, withGradient: boolean): void {
    const n = this.#size;
    const cross = this.#cross;
    const weights = this.#weights;
    this.#crossTo(points, at, cross, 0);
    let mean = this.#constant;
    for (let j = 0; j < n; j++) mean += weights[j]! * cross[j]!;
    this.mean = mean;
    if (!withGradient) return;
    // The weights stand in for those of the variance, which nobody reads.
    crossGradients(
      this.#scales,
      this.#point,
      this.#full,
      this.#extra,
      n,
      weights,
      weights,
      this.meanGradient.fill(0),
      this.deviationGradient,
    );
  }

  /**
   * Sets `mean`, and `deviation` to an upper bound of the standard deviation: what the most telling single
   * observation leaves. Costs O(n F) where {@link predict} costs O(n²).
   */
  glimpse(points: Float64Array, at: number): void {
    this.#crossTo(points, at, this.#cross, 0);
    this.#glimpseFrom(this.#cross, 0);
  }

  /**
   * The same for many points at once.
   *
   * @param points one row of features per point.
   * @param count how many.
   * @param cross receives their covariances with the known points, `size` per point, for {@link deviations}.
   * @param means receives the means.
   * @param bounds receives upper bounds of the standard deviations.
   */
  survey(
    points: Float64Array,
    count: number,
    cross: Float64Array,
    means: Float64Array,
    bounds: Float64Array,
  ): void {
    const features = this.inverseScales.length;
    const n = this.#size;
    for (let i = 0; i < count; i++) {
      this.#crossTo(points, i * features, cross, i * n);
      this.#glimpseFrom(cross, i * n);
      means[i] = this.mean;
      bounds[i] = this.deviation;
    }
  }

  /**
   * The exact standard deviations of some of the points of a {@link survey}.
   *
   * @param cross as the survey wrote it; the rows of the chosen points are overwritten.
   * @param chosen indices of points.
   * @param count how many of `chosen` to do.
   * @param deviations receives the result at the index of each point.
   */
  deviations(cross: Float64Array, chosen: Int32Array, count: number, deviations: Float64Array): void {
    const n = this.#size;
    const block = new Float64Array(4 * n);
    for (let start = 0; start < count; start += 4) {
      const rows = Math.min(4, count - start);
      for (let row = 0; row < rows; row++) {
        const from = chosen[start + row]! * n;
        block.set(cross.subarray(from, from + n), row * n);
      }
      solveLowerRows(this.#factor, this.#stride, n, block, 0, n, rows);
      for (let row = 0; row < rows; row++) {
        let variance = this.#variance;
        for (let j = row * n; j < (row + 1) * n; j++) variance -= block[j]! * block[j]!;
        deviations[chosen[start + row]!] = Math.sqrt(Math.max(VARIANCE_FLOOR, variance));
      }
    }
  }

  /**
   * Pretends that a point was observed to be exactly what is predicted there ("kriging believer": Ginsbourger, Le
   * Riche & Carraro, 2010): means stay as they are, variances near it shrink. For points whose evaluation is under way.
   *
   * @returns the prediction.
   */
  append(points: Float64Array, at: number): number {
    const n = this.#size;
    const stride = this.#stride;
    const features = this.inverseScales.length;
    this.#crossTo(points, at, this.#factor, n * stride);
    let mean = this.#constant;
    for (let j = 0; j < n; j++) mean += this.#weights[j]! * this.#factor[n * stride + j]!;
    const diagonal = this.#variance + this.#scales.noise;
    appendCholeskyRow(this.#factor, n, stride, diagonal, 1e-10 * diagonal);
    this.#full.set(this.#point.subarray(0, features), n * features);
    if (this.#extra.length > 0) this.#extra.set(this.#point.subarray(features), n * features);
    // The residual of a value that equals its prediction is zero, and so is its weight.
    this.#weights[n] = 0;
    this.#size = n + 1;
    return mean;
  }

  #crossTo(points: Float64Array, at: number, target: Float64Array, offset: number): void {
    const { inverse, additiveInverse } = this.#scales;
    const point = this.#point;
    const features = inverse.length;
    for (let f = 0; f < features; f++) point[f] = points[at + f]! * inverse[f]!;
    for (let f = 0; f < additiveInverse.length; f++) {
      point[features + f] = points[at + f]! * additiveInverse[f]!;
    }
    crossCovariance(this.#scales, point, this.#full, this.#extra, this.#size, target, offset);
  }

  #glimpseFrom(cross: Float64Array, at: number): void {
    const weights = this.#weights;
    let mean = this.#constant;
    let largest = 0;
    for (let j = 0; j < this.#size; j++) {
      const k = cross[at + j]!;
      mean += weights[j]! * k;
      if (k > largest) largest = k;
    }
    const variance = this.#variance - (largest * largest) / (this.#variance + this.#scales.noise);
    this.mean = mean;
    this.deviation = Math.sqrt(Math.max(VARIANCE_FLOOR, variance));
  }
}
