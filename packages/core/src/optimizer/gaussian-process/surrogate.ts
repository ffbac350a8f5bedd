import type { Belief } from './trended-posterior.ts';
import type { Utility } from './utility.ts';

/** The models of all outputs and the utility made of them: what the search for the next configuration maximizes. */
export class Surrogate {
  /** Gradient of the last {@link evaluate} that asked for it, by the features. */
  readonly gradient: Float64Array;
  /** 1 / length scale per feature, of the first output: the natural units of the space. */
  readonly inverseScales: Float64Array;
  readonly #models: readonly Belief[];
  readonly #utility: Utility;
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;
  readonly #slopes: Float64Array;

  /**
   * @param models one per output, at least one.
   * @param utility of their predictions.
   */
  constructor(models: readonly Belief[], utility: Utility) {
    this.#models = models;
    this.#utility = utility;
    this.#means = new Float64Array(models.length);
    this.#deviations = new Float64Array(models.length);
    this.#slopes = new Float64Array(2 * models.length);
    this.inverseScales = models[0]!.inverseScales;
    this.gradient = new Float64Array(this.inverseScales.length);
  }

  /**
   * The utility of one point.
   *
   * @param features holds the point.
   * @param at index of its first feature.
   * @param withGradient whether to compute `gradient`.
   */
  evaluate(features: Float64Array, at: number, withGradient: boolean): number {
    const outputs = this.#models.length;
    for (let m = 0; m < outputs; m++) {
      const model = this.#models[m]!;
      model.predict(features, at, withGradient);
      this.#means[m] = model.mean;
      this.#deviations[m] = model.deviation;
    }
    if (!withGradient) return this.#utility.evaluate(this.#means, this.#deviations);
    const value = this.#utility.evaluate(this.#means, this.#deviations, this.#slopes);
    const gradient = this.gradient.fill(0);
    for (let m = 0; m < outputs; m++) {
      const { meanGradient, deviationGradient } = this.#models[m]!;
      const byMean = this.#slopes[m]!;
      const byDeviation = this.#slopes[outputs + m]!;
      for (let f = 0; f < gradient.length; f++) {
        gradient[f]! += byMean * meanGradient[f]! + byDeviation * deviationGradient[f]!;
      }
    }
    return value;
  }

  /** A cheap upper bound of the utility of one point, from bounds of the deviations. */
  glimpse(features: Float64Array, at: number): number {
    for (let m = 0; m < this.#models.length; m++) {
      const model = this.#models[m]!;
      model.glimpse(features, at);
      this.#means[m] = model.mean;
      this.#deviations[m] = model.deviation;
    }
    return this.#bound();
  }

  /**
   * The utilities of many points: upper bounds of all, then exactly those of the most promising.
   *
   * @param features one row of features per point.
   * @param count how many points.
   * @param exactCount how many of them to score exactly.
   * @returns the scores of those, -Infinity for the others.
   */
  survey(features: Float64Array, count: number, exactCount: number): Float64Array {
    const outputs = this.#models.length;
    const views = this.#models.map((model) => {
      const cross = new Float64Array(count * model.size);
      const means = new Float64Array(count);
      const deviations = new Float64Array(count);
      model.survey(features, count, cross, means, deviations);
      return { model, cross, means, deviations };
    });
    const look = (point: number): void => {
      for (let m = 0; m < outputs; m++) {
        this.#means[m] = views[m]!.means[point]!;
        this.#deviations[m] = views[m]!.deviations[point]!;
      }
    };
    const scores = new Float64Array(count);
    const estimates = this.#utility.bound === undefined ? scores : new Float64Array(count);
    for (let point = 0; point < count; point++) {
      look(point);
      scores[point] = this.#bound();
      if (estimates !== scores) estimates[point] = this.#utility.evaluate(this.#means, this.#deviations);
    }
    // While only feasibility counts, bounds are equal wherever it is predicted.
    const promising = Int32Array.from({ length: count }, (_, point) => point)
      .toSorted((a, b) => scores[b]! - scores[a]! || estimates[b]! - estimates[a]! || a - b)
      .subarray(0, exactCount);
    for (const { model, cross, deviations } of views) {
      model.deviations(cross, promising, promising.length, deviations);
    }
    scores.fill(Number.NEGATIVE_INFINITY);
    for (const point of promising) {
      look(point);
      scores[point] = this.#utility.evaluate(this.#means, this.#deviations);
    }
    return scores;
  }

  /** From the means, and upper bounds of the deviations, last written. */
  #bound(): number {
    const utility = this.#utility;
    return utility.bound?.(this.#means, this.#deviations) ?? utility.evaluate(this.#means, this.#deviations);
  }
}
