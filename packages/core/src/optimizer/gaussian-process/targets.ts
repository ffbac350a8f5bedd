import { STATE_CODES, type History } from '../../study/history.ts';

/** What is done to losses before a model sees them: only standardized, or their logarithm taken first. */
export type TargetScale = 'linear' | 'log';

/**
 * The losses of some trials with every gap filled in, all finite:
 *
 * - A failed trial, or an infinitely bad one, counts as a little worse than the worst seen (by a tenth of the distance
 *   from the median to the worst): the search stays away, and the model is not torn by an arbitrary large number.
 * - An infinitely good one counts as the best seen.
 * - A pruned trial counts as its last report, but as no better than the median of the complete ones, since it was
 *   judged hopeless; as the median if it reported nothing.
 *
 * All zeros when no trial has a finite loss.
 *
 * @param history what is known.
 * @param objective which of the losses.
 * @param trials numbers of finished trials.
 */
export function filledLosses(history: History, objective: number, trials: Int32Array): Float64Array {
  const losses = history.losses(objective);
  const complete: number[] = [];
  for (const trial of trials) {
    const loss = losses[trial]!;
    if (history.states[trial] === STATE_CODES.complete && Number.isFinite(loss)) complete.push(loss);
  }
  const filled = new Float64Array(trials.length);
  if (complete.length === 0) return filled;
  const sorted = Float64Array.from(complete).toSorted();
  const best = sorted[0]!;
  const worst = sorted.at(-1)!;
  const middle = median(sorted);
  const failed = worst + Math.min(0.1 * (worst - middle), Number.MAX_VALUE - worst);
  for (let i = 0; i < trials.length; i++) {
    const trial = trials[i]!;
    const loss = losses[trial]!;
    const state = history.states[trial];
    if (state === STATE_CODES.pruned) {
      filled[i] = Number.isNaN(loss) ? middle : Math.min(failed, Math.max(middle, loss));
    } else if (state !== STATE_CODES.complete || !(loss < Infinity)) {
      filled[i] = failed;
    } else {
      filled[i] = Math.max(best, loss);
    }
  }
  return filled;
}

/**
 * The values of a constraint with infinities replaced by the largest finite value of that sign (or 1 and -1).
 *
 * @param history what is known.
 * @param constraint index of the constraint.
 * @param trials numbers of trials for which the constraint is known.
 */
export function finiteConstraints(history: History, constraint: number, trials: Int32Array): Float64Array {
  const column = history.constraint(constraint);
  let low = 0;
  let high = 0;
  for (const trial of trials) {
    const value = column[trial]!;
    if (Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return Float64Array.from(trials, (trial) => Math.min(high || 1, Math.max(low || -1, column[trial]!)));
}

/** Targets of zero mean and unit variance, and how values map to them. */
export interface Targets {
  readonly targets: Float64Array;
  /** The target that belongs to a value; increasing. */
  of(value: number): number;
  /** The logarithm of its derivative at one of the values, which turns densities of targets into densities of values. */
  logSlope(value: number): number;
}

/**
 * Turns values into targets for a model: zero mean, unit (population) variance; all zeros if they are all equal.
 *
 * On the logarithmic scale, value y becomes ln(y - min + c) first, with c the distance from the smallest to the
 * median (to the mean, where half of the values equal the smallest): it spreads the good half and compresses outliers.
 *
 * @param values finite.
 * @param scale which of the two.
 */
export function toTargets(values: Float64Array, scale: TargetScale): Targets {
  // Sums of squares of the largest doubles would overflow.
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const unit = largest > 1e100 || largest < 1e-100 ? largest || 1 : 1;
  let map = (value: number) => value / unit;
  let logSlopeOfMap = (_value: number) => -Math.log(unit);
  if (scale === 'log') {
    const sorted = values.map(map).toSorted();
    const best = sorted[0] ?? 0;
    const offset = median(sorted) - best || meanOf(sorted) - best;
    if (offset > 0) {
      map = (value) => Math.log(Math.max(0, value / unit - best) + offset);
      logSlopeOfMap = (value) => -Math.log(unit) - map(value);
    }
  }
  const targets = values.map(map);
  const mean = meanOf(targets);
  let variance = 0;
  for (const target of targets) variance += (target - mean) ** 2;
  variance /= Math.max(1, targets.length);
  // Rounding alone gives equal values a variance of this order.
  const isConstant = !(variance > 1e-28 * mean * mean);
  const deviation = Math.sqrt(variance);
  const of = (value: number) => (isConstant ? 0 : (map(value) - mean) / deviation);
  const logSlope = (value: number) => (isConstant ? 0 : logSlopeOfMap(value) - Math.log(deviation));
  return { targets: values.map(of), of, logSlope };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}

/** The middle of an ascending list, the upper of the two if their number is even. */
function median(sorted: Float64Array): number {
  return sorted[sorted.length >> 1] ?? 0;
}
