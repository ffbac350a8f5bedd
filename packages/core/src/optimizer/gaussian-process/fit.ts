import { minimizeInBox } from '../../math/lbfgs.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters, Likelihood, parameterBounds } from './likelihood.ts';

/** What a model is fitted to. */
export interface Sample {
  /** One row of features per target. */
  readonly points: Float64Array;
  readonly targets: Float64Array;
}

/** Where a fit ended. */
export interface Fit {
  readonly theta: Float64Array;
  /** Minus the logarithm of the posterior density there, up to a constant. */
  readonly value: number;
}

/**
 * The kernel parameters of greatest posterior density, by L-BFGS from a start.
 *
 * @param kernel the covariance function.
 * @param sample the data.
 * @param start where to begin; the fixed first start if absent.
 */
export function fit(kernel: Kernel, { points, targets }: Sample, start?: Float64Array): Fit {
  const theta = start?.slice() ?? initialParameters(kernel);
  const likelihood = new Likelihood(kernel, points, targets);
  const { lower, upper } = parameterBounds(kernel);
  const isWarm = start !== undefined;
  const { value } = minimizeInBox((x, gradient) => likelihood.evaluate(x, gradient), theta, lower, upper, {
    maxIterations: isWarm ? 10 : 30,
    maxEvaluations: isWarm ? 12 : 40,
    gradientTolerance: 1e-2,
    valueTolerance: isWarm ? 1e-2 : 1e-3,
  });
  return { theta, value };
}

/**
 * The number of observations at which the parameters in use for `n` observations were fitted: `n` itself while fits
 * are cheap, then the largest multiple of a growing step. In between only the data are brought up to date.
 */
export function scheduledSize(n: number): number {
  const step = n < 60 ? 1 : n < 120 ? 8 : 20 * 2 ** Math.floor(Math.log2(n / 120));
  return n - (n % step);
}

/**
 * Sizes whose fits the others start from: a geometric series. Each starts from the one before it, so that a model is
 * rebuilt from its data by a few fits that together cost about twice the last.
 *
 * @returns the largest of them that is at most `n`; 0 if there is none.
 */
export function anchorSize(n: number): number {
  let anchor = 0;
  for (let next = FIRST_ANCHOR; next <= n; next = Math.ceil(next * 1.25)) anchor = next;
  return anchor;
}

const FIRST_ANCHOR = 8;

/** Most observations that parameters are fitted to: they need fewer than predictions do, and cost more per observation. */
export const LARGEST_SAMPLE = 160;

/** Up to this size an anchor is also fitted from the fixed first start, and the better fit kept. */
const LARGEST_RESTART = 64;

/**
 * The fits of one study, kept for as long as they are of use. A fit is a function of the data it was made of: the
 * cache only saves time, and a fresh one leads to the same parameters.
 */
export class FitCache {
  readonly #fits = new Map<string, Kept<Fit>>();
  readonly #derived = new Map<string, Kept<Float64Array>>();

  /**
   * The parameters to use for a model.
   *
   * @param name tells the models of a study apart: of one name, `sample` must be the same function of the trials.
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
    const prefix = trials.subarray(0, size);
    if (anchor === size) return this.#anchor(name, kernel, prefix, sample)!;
    const start = (): Float64Array | undefined =>
      this.#anchor(name, kernel, trials.subarray(0, anchor), sample);
    return remember(this.#fits, `${name}, latest`, prefix, () => fit(kernel, sample(prefix), start())).theta;
  }

  /**
   * Something else that is made of the trials to which the parameters in use were fitted, computed when they change.
   *
   * @param name of the model.
   * @param trials numbers of the trials observed, ascending.
   * @param compute makes it of the first so many of these trials; not of the others.
   */
  derive(name: string, trials: Int32Array, compute: (trials: Int32Array) => Float64Array): Float64Array {
    const prefix = trials.subarray(0, scheduledSize(trials.length));
    return remember(this.#derived, name, prefix, () => compute(prefix));
  }

  #anchor(
    name: string,
    kernel: Kernel,
    trials: Int32Array,
    sample: (trials: Int32Array) => Sample,
  ): Float64Array | undefined {
    if (trials.length === 0) return undefined;
    return remember(this.#fits, `${name}, ${trials.length}`, trials, () => {
      const before = anchorSize(trials.length - 1);
      const start = this.#anchor(name, kernel, trials.subarray(0, before), sample);
      const data = sample(trials);
      const warm = fit(kernel, data, start);
      if (start === undefined || trials.length > LARGEST_RESTART) return warm;
      const cold = fit(kernel, data);
      return cold.value < warm.value ? cold : warm;
    }).theta;
  }
}

/** What was made of the data of some trials. */
interface Kept<T> {
  readonly trials: Int32Array;
  readonly value: T;
}

function remember<T>(kept: Map<string, Kept<T>>, key: string, trials: Int32Array, compute: () => T): T {
  const known = kept.get(key);
  if (known !== undefined && areEqual(known.trials, trials)) return known.value;
  const value = compute();
  kept.set(key, { trials: trials.slice(), value });
  return value;
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
