import { minimizeInBox } from '../../math/lbfgs.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters, Likelihood, parameterBounds } from './likelihood.ts';

/** What a model is fitted to. */
export interface Sample {
  /** One row of features per target. */
  readonly points: Float64Array;
  readonly targets: Float64Array;
}

/**
 * The kernel parameters of greatest posterior density, by L-BFGS from a start.
 *
 * @param kernel the covariance function.
 * @param sample the data.
 * @param start where to begin; the fixed first start if absent.
 */
export function fit(kernel: Kernel, { points, targets }: Sample, start?: Float64Array): Float64Array {
  const theta = start?.slice() ?? initialParameters(kernel);
  const likelihood = new Likelihood(kernel, points, targets);
  const { lower, upper } = parameterBounds(kernel);
  const isWarm = start !== undefined;
  minimizeInBox((x, gradient) => likelihood.evaluate(x, gradient), theta, lower, upper, {
    maxIterations: isWarm ? 15 : 30,
    maxEvaluations: isWarm ? 20 : 45,
    gradientTolerance: 1e-2,
    valueTolerance: isWarm ? 1e-2 : 1e-3,
  });
  return theta;
}

/**
 * The number of observations at which the parameters in use for `n` observations were fitted: `n` itself while fits
 * are cheap, then the largest multiple of a growing step. In between only the data are brought up to date.
 */
export function scheduledSize(n: number): number {
  const step = n < 60 ? 1 : n < 120 ? 4 : n < 250 ? 10 : 2 ** Math.floor(Math.log2(n / 8));
  return n - (n % step);
}

/**
 * The size, at most `n`, whose fit is the start of the fit at `n`: one of a geometric series, whose fits in turn begin
 * at the fixed start. Whatever the past, at most two fits therefore rebuild a model from its data.
 */
export function anchorSize(n: number): number {
  if (n < FIRST_ANCHOR) return 0;
  let anchor = FIRST_ANCHOR;
  for (;;) {
    const next = Math.ceil(anchor * 1.25);
    if (next > n) return anchor;
    anchor = next;
  }
}

const FIRST_ANCHOR = 8;

/**
 * The fits of one study, kept for as long as they are of use. A fit is a function of the data it was made of: the
 * cache only saves time, and a fresh one leads to the same parameters.
 */
export class FitCache {
  readonly #fits = new Map<string, { trials: Int32Array; theta: Float64Array }>();

  /**
   * The parameters to use for a model.
   *
   * @param name tells the models of a study apart.
   * @param kernel the covariance function.
   * @param trials numbers of the trials observed, ascending.
   * @param sample the data of the first so many of these trials.
   */
  parameters(
    name: string,
    kernel: Kernel,
    trials: Int32Array,
    sample: (trials: Int32Array) => Sample,
  ): Float64Array {
    const size = scheduledSize(trials.length);
    const anchor = anchorSize(size);
    const start =
      anchor === 0 || anchor === size
        ? undefined
        : this.#fit(`${name} anchor`, kernel, trials.subarray(0, anchor), sample);
    return this.#fit(name, kernel, trials.subarray(0, size), sample, start);
  }

  #fit(
    key: string,
    kernel: Kernel,
    trials: Int32Array,
    sample: (trials: Int32Array) => Sample,
    start?: Float64Array,
  ): Float64Array {
    const known = this.#fits.get(key);
    if (known !== undefined && areEqual(known.trials, trials)) return known.theta;
    const theta = fit(kernel, sample(trials), start);
    this.#fits.set(key, { trials: trials.slice(), theta });
    return theta;
  }
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
