/**
 * The `share` quantile of sorted values, between neighbours interpolated linearly (type 7 of Hyndman and Fan, 1996, which NumPy
 * uses by default).
 *
 * @param sorted ascending, at least one.
 * @param share 0 to 1: 0.5 is the median.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/** The median; `values` keeps its order. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).toSorted(), 0.5);
}

/** How one setting's time compares with another's. */
export interface Comparison {
  /** The time of the first divided by that of the second, per sample: 0.5 is twice as fast. The median over rounds. */
  readonly ratio: number;
  /** The lower end of an interval that holds the true ratio with a probability of at least 95 %. */
  readonly low: number;
  /** Its upper end. Infinity, and `low` 0, with fewer than six rounds. */
  readonly high: number;
  /** 'faster' or 'slower' only if the interval does not hold 1, that is, if noise does not explain the difference. */
  readonly verdict: 'faster' | 'slower' | 'same';
  /** How many interleaved rounds it rests on. */
  readonly rounds: number;
}

/** An interval covers the truth with at least this probability. */
const CONFIDENCE = 0.95;

/**
 * Compares two settings that were timed in the same rounds.
 *
 * The interval is that of the median by order statistics (the sign test turned round; Conover, Practical Nonparametric
 * Statistics, 3.2): it assumes nothing of how times are distributed, only that rounds are independent.
 *
 * @param ratios one per round: time of the first divided by time of the second.
 */
export function compareRounds(ratios: readonly number[]): Comparison {
  const sorted = Float64Array.from(ratios).toSorted();
  const rounds = sorted.length;
  const k = orderOfLimit(rounds);
  const low = k === 0 ? 0 : (sorted[k - 1] as number);
  const high = k === 0 ? Infinity : (sorted[rounds - k] as number);
  const verdict = high < 1 ? 'faster' : low > 1 ? 'slower' : 'same';
  return { ratio: quantile(sorted, 0.5), low, high, verdict, rounds };
}

/** The largest k such that the k-th smallest and k-th largest of n values enclose their median with {@link CONFIDENCE}; 0 if none does. */
function orderOfLimit(n: number): number {
  // The number of values below the median is binomial with p = 1/2; `term` is P(k), `tail` P(at most k).
  let term = 0.5 ** n;
  let tail = term;
  let k = 0;
  while (2 * tail <= 1 - CONFIDENCE) {
    k++;
    term *= (n - k + 1) / k;
    tail += term;
  }
  return k;
}
