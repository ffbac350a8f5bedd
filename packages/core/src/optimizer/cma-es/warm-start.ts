import { cholesky, logDeterminant } from '../../math/linear-algebra.ts';
import { STATE_CODES, type History } from '../../study/history.ts';
import { compareTrials } from '../trial-order.ts';
import { toPlace } from './bounds.ts';
import type { Coordinate } from './coordinates.ts';

/** The share of earlier trials that count as promising: gamma of the paper. */
const PROMISING = 0.1;
/** The spread that each promising trial stands for, in unit coordinates: alpha of the paper. */
const SPREAD = 0.1;
/** With fewer complete trials there is no promising tenth to speak of. */
const FEWEST = 10;

/** Where a warm-started run begins. */
export interface WarmStart {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** The covariance matrix by rows, its determinant 1. */
  readonly matrix: Float64Array;
  /** The promising trials, best first. */
  readonly promising: readonly number[];
}

/**
 * The start that the best of some earlier trials suggest: the normal distribution nearest to a mixture of one around each
 * (Nomura, Watanabe, Akimoto, Ozaki & Onishi, "Warm Starting CMA-ES for Hyperparameter Optimization", 2021,
 * equations 10-13, with the paper's gamma = 0.1 and alpha = 0.1). A leaf that was inactive says nothing.
 *
 * @param trials the earlier trials, in any state.
 * @returns undefined with fewer than ten complete ones.
 */
export function warmStartFrom(
  history: History,
  trials: readonly number[],
  coordinates: readonly Coordinate[],
): WarmStart | undefined {
  const complete = trials.filter((trial) => history.states[trial] === STATE_CODES.complete);
  if (complete.length < FEWEST) return undefined;
  complete.sort((a, b) => compareTrials(history, a, b));
  const promising = complete.slice(0, Math.ceil(PROMISING * complete.length));
  const n = coordinates.length;
  const mean = new Float64Array(n);
  const steps = coordinates.map(({ leaf, isDiscrete }, j) => {
    const units = promising.map((trial) => history.units(leaf)[trial]!);
    const places = isDiscrete ? units : units.map(toPlace);
    const known = places.filter((place) => !Number.isNaN(place));
    mean[j] = known.length === 0 ? 0.5 : known.reduce((a, b) => a + b) / known.length;
    return places.map((place) => (Number.isNaN(place) ? 0 : place - mean[j]!));
  });
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < promising.length; k++) sum += steps[i]![k]! * steps[j]![k]!;
      matrix[i * n + j] = sum / promising.length + (i === j ? SPREAD ** 2 : 0);
    }
  }
  const sigma = normalize(matrix, n);
  return { mean, sigma, matrix, promising };
}

/** Divides by the n-th root of the determinant, and returns the root of that: Sigma = sigma^2 C. */
function normalize(matrix: Float64Array, n: number): number {
  const factor = matrix.slice();
  cholesky(factor, n, n);
  const variance = Math.exp(logDeterminant(factor, n, n) / Math.max(1, n));
  for (let i = 0; i < matrix.length; i++) matrix[i] = matrix[i]! / variance;
  return Math.sqrt(variance);
}
