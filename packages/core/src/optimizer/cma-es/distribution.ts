import type { Random } from '../../math/random.ts';
import type { Covariance } from './covariance.ts';
import { effectiveSize, type Strategy } from './strategy.ts';

/**
 * The search distribution N(mean, sigma^2 C) of CMA-ES and how a ranked generation moves it:
 * equations 24-47 of Hansen's tutorial (arXiv:1604.00772), with negative weights.
 */
export class Distribution {
  readonly mean: Float64Array;
  readonly covariance: Covariance;
  sigma: number;
  readonly #strategy: Strategy;
  readonly #sigmaPath: Float64Array;
  readonly #path: Float64Array;
  readonly #z: Float64Array;
  readonly #shift: Float64Array;
  /** Generations since the eigendecomposition are few enough not to matter (Hansen, section B.2). */
  readonly #lag: number;
  #generation = 0;

  constructor(mean: Float64Array, sigma: number, covariance: Covariance, strategy: Strategy) {
    const { size } = covariance;
    this.mean = mean;
    this.sigma = sigma;
    this.covariance = covariance;
    this.#strategy = strategy;
    this.#sigmaPath = new Float64Array(size);
    this.#path = new Float64Array(size);
    this.#z = new Float64Array(size);
    this.#shift = new Float64Array(size);
    this.#lag = Math.max(1, Math.floor(1 / (10 * size * (strategy.c1 + strategy.cMu))));
  }

  /** Draws a step: N(0, C). */
  drawStep(random: Random, out: Float64Array): void {
    const z = this.#z;
    for (let j = 0; j < z.length; j++) z[j] = random.normal();
    this.covariance.shape(z, out);
  }

  /** The standard deviation of a coordinate. */
  deviation(j: number): number {
    return this.sigma * this.covariance.deviation(j);
  }

  /**
   * Learns from a generation.
   *
   * @param steps (x - mean) / sigma of the members by rows, best first. Modified: steps that are improbably long are
   *   shortened.
   * @param evaluated how many members, the first, have a result. Only they move the mean.
   */
  learn(steps: Float64Array, evaluated: number): void {
    if (evaluated === 0) return;
    const n = this.mean.length;
    const { lambda, cSigma, dSigma, cc, c1, cMu, chiN } = this.#strategy;
    const weights = weightsOf(this.#strategy, evaluated);
    const muEff = effectiveSize(weights.filter((w) => w > 0));
    this.#limitLengths(steps, lambda);

    const shift = this.#shift.fill(0);
    for (let i = 0; i < lambda; i++) {
      const w = weights[i]!;
      if (w <= 0) break;
      for (let j = 0; j < n; j++) shift[j] = shift[j]! + w * steps[i * n + j]!;
    }
    for (let j = 0; j < n; j++) {
      this.mean[j] = this.mean[j]! + this.sigma * shift[j]!;
    }

    const whitened = this.#z;
    this.covariance.whiten(shift, whitened);
    const gain = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    let square = 0;
    for (let j = 0; j < n; j++) {
      const p = (1 - cSigma) * this.#sigmaPath[j]! + gain * whitened[j]!;
      this.#sigmaPath[j] = p;
      square += p * p;
    }
    const length = Math.sqrt(square);
    this.#generation++;

    // The path of C stalls while the path of sigma is long, lest the variance grow too fast (equation 45).
    const usual = Math.sqrt(1 - (1 - cSigma) ** (2 * this.#generation));
    const hSigma = length / usual < (1.4 + 2 / (n + 1)) * chiN ? 1 : 0;
    const pathGain = hSigma * Math.sqrt(cc * (2 - cc) * muEff);
    for (let j = 0; j < n; j++) {
      this.#path[j] = (1 - cc) * this.#path[j]! + pathGain * shift[j]!;
    }

    let total = 0;
    for (let i = 0; i < lambda; i++) {
      const w = weights[i]!;
      total += w;
      if (w < 0) weights[i] = w * Math.min(n / this.covariance.squaredLength(steps, i * n), 1e6);
      weights[i] = weights[i]! * cMu;
    }
    const keep = 1 + c1 * (1 - hSigma) * cc * (2 - cc) - c1 - cMu * total;
    this.covariance.learn(keep, c1, this.#path, weights, steps, this.#lag);
    this.sigma *= Math.exp(Math.min(1, (cSigma / dSigma) * (length / chiN - 1)));
  }

  /**
   * Shortens steps to a length that one in ten thousand exceeds. Trials asked for before the last generations closed
   * were drawn from another distribution, and a single one may not blow up this one (Hansen, "Injecting external
   * solutions into CMA-ES", 2011, equation 4).
   */
  #limitLengths(steps: Float64Array, members: number): void {
    const n = this.mean.length;
    const limit = Math.sqrt(n) + 3;
    for (let i = 0; i < members; i++) {
      const length = Math.sqrt(this.covariance.squaredLength(steps, i * n));
      if (length <= limit) continue;
      for (let at = i * n; at < (i + 1) * n; at++) steps[at] = steps[at]! * (limit / length);
    }
  }
}

/** The weights by rank when only the first `evaluated` members may be chosen: the positive ones still sum to 1. */
function weightsOf({ weights, mu }: Strategy, evaluated: number): Float64Array {
  const copy = weights.slice();
  if (evaluated >= mu) return copy;
  const sum = copy.subarray(0, evaluated).reduce((a, b) => a + b, 0);
  for (let i = 0; i < mu; i++) copy[i] = i < evaluated ? copy[i]! / sum : 0;
  return copy;
}
