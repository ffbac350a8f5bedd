import type { Posterior } from './posterior.ts';
import type { Trend } from './trend.ts';

/** What is believed at every point: a normal distribution. Implemented by `Posterior`, and by what adds to it. */
export interface Belief {
  /** Mean at the point last predicted. */
  readonly mean: number;
  /** Standard deviation at the point last predicted. */
  readonly deviation: number;
  /** Gradient of the mean by the features of the point last predicted. */
  readonly meanGradient: Float64Array;
  /** Gradient of the standard deviation. */
  readonly deviationGradient: Float64Array;
  /** 1 / length scale of the Matérn term, per feature. */
  readonly inverseScales: Float64Array;
  /** Number of points it knows, appended ones included. */
  readonly size: number;
  /** See `Posterior.predict`. */
  predict(points: Float64Array, at: number, withGradients: boolean): void;
  /** See `Posterior.glimpse`. */
  glimpse(points: Float64Array, at: number): void;
  /** See `Posterior.survey`. */
  survey(
    points: Float64Array,
    count: number,
    cross: Float64Array,
    means: Float64Array,
    bounds: Float64Array,
  ): void;
  /** See `Posterior.deviations`. */
  deviations(cross: Float64Array, chosen: Int32Array, count: number, deviations: Float64Array): void;
  /** See `Posterior.append`. */
  append(points: Float64Array, at: number): number;
}

/** A process about a trend: the trend plus what a process learnt of its residuals. */
export class TrendedPosterior implements Belief {
  mean = 0;
  deviation = 0;
  readonly meanGradient: Float64Array;
  readonly deviationGradient: Float64Array;
  readonly inverseScales: Float64Array;
  readonly #rest: Posterior;
  readonly #earlier: readonly Posterior[];
  readonly #trend: Trend;

  /**
   * @param rest what is believed of the residuals.
   * @param earlier the models that the trend is made of.
   * @param trend how it is made of them.
   */
  constructor(rest: Posterior, earlier: readonly Posterior[], trend: Trend) {
    this.#rest = rest;
    this.#earlier = earlier;
    this.#trend = trend;
    this.inverseScales = rest.inverseScales;
    this.meanGradient = new Float64Array(this.inverseScales.length);
    this.deviationGradient = new Float64Array(this.inverseScales.length);
  }

  get size(): number {
    return this.#rest.size;
  }

  predict(points: Float64Array, at: number, withGradients: boolean): void {
    const { scale } = this.#trend;
    const rest = this.#rest;
    rest.predict(points, at, withGradients);
    this.deviation = scale * rest.deviation;
    if (withGradients) {
      for (let f = 0; f < this.meanGradient.length; f++) {
        this.meanGradient[f] = scale * rest.meanGradient[f]!;
        this.deviationGradient[f] = scale * rest.deviationGradient[f]!;
      }
    }
    this.mean = scale * rest.mean + this.#trendAt(points, at, withGradients);
  }

  glimpse(points: Float64Array, at: number): void {
    const { scale } = this.#trend;
    this.#rest.glimpse(points, at);
    this.deviation = scale * this.#rest.deviation;
    this.mean = scale * this.#rest.mean + this.#trendAt(points, at, false);
  }

  survey(
    points: Float64Array,
    count: number,
    cross: Float64Array,
    means: Float64Array,
    bounds: Float64Array,
  ): void {
    const { scale } = this.#trend;
    this.#rest.survey(points, count, cross, means, bounds);
    for (let i = 0; i < count; i++) {
      means[i] = scale * means[i]! + this.#trendAt(points, i * this.inverseScales.length, false);
      bounds[i]! *= scale;
    }
  }

  deviations(cross: Float64Array, chosen: Int32Array, count: number, deviations: Float64Array): void {
    this.#rest.deviations(cross, chosen, count, deviations);
    for (let i = 0; i < count; i++) deviations[chosen[i]!]! *= this.#trend.scale;
  }

  append(points: Float64Array, at: number): number {
    return this.#trend.scale * this.#rest.append(points, at) + this.#trendAt(points, at, false);
  }

  /** Adds the gradient to `meanGradient`, if asked. */
  #trendAt(points: Float64Array, at: number, withGradient: boolean): number {
    const { weights, offset } = this.#trend;
    let sum = offset;
    for (const [k, model] of this.#earlier.entries()) {
      const weight = weights[k]!;
      if (weight === 0) continue;
      model.predictMean(points, at, withGradient);
      sum += weight * model.mean;
      if (!withGradient) continue;
      for (let f = 0; f < this.meanGradient.length; f++)
        this.meanGradient[f]! += weight * model.meanGradient[f]!;
    }
    return sum;
  }
}
