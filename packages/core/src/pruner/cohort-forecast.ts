import type { ReportedTrials } from './pruner.ts';

/**
 * Where unfinished trials would probably have ended, told from those that went on: from the depth of such a trial to the
 * next at which any trial stands, from there to the next, and at last to that of a whole trial, losses change as those of the
 * trials that reported at both, by a {@link changeOf | line} through them. Crude, but it needs no shape of curve, a single trial
 * that went on is enough to begin with, and the order of trials of equal depth is kept.
 *
 * @param trials numbers of unfinished trials that reported.
 * @param lastStep the last step of a whole trial.
 * @returns the losses, by trial; infinite where the last report is NaN or infinite.
 */
export function forecastByCohort(
  trials: readonly number[],
  others: ReportedTrials,
  lastStep: number,
): Map<number, number> {
  const depths = depthsOf(others, lastStep);
  const changesFrom = new Map<number, (loss: number) => number>();
  const toEnd = (step: number, loss: number): number => {
    if (step >= lastStep) return loss;
    const next = depths.find((depth) => depth > step) as number;
    let change = changesFrom.get(step);
    if (change === undefined) changesFrom.set(step, (change = changeOf(others, step, next)));
    return toEnd(next, change(loss));
  };
  const forecasts = new Map<number, number>();
  for (const trial of trials) {
    const { steps, losses } = others.of(trial);
    const loss = losses.at(-1) as number;
    forecasts.set(trial, Number.isFinite(loss) ? toEnd(steps.at(-1) as number, loss) : Infinity);
  }
  return forecasts;
}

/** Ascending: the steps after which there are fewer trials, and the last one. */
function depthsOf(others: ReportedTrials, lastStep: number): readonly number[] {
  const count = (step: number | undefined): number =>
    step === undefined ? 0 : others.at(step).trials.length;
  const isDepth = (step: number, i: number, steps: readonly number[]): boolean =>
    step < lastStep && count(step) > count(steps[i + 1]);
  return [...others.steps.filter(isDepth), lastStep];
}

/** How many slopes of one the line is told before it sees any: so up to three trials only shift the others. */
const PRIOR_SLOPES = 3;

/** Losses draw together on the way to the end, but never change places. */
const SMALLEST_SLOPE = 0.05;

/** A line needs no more, and the pairs of so many are quickly looked at. */
const MOST_TRIALS = 64;

/**
 * What became at one step of a loss at an earlier one: the Theil-Sen line (Sen, "Estimates of the regression coefficient based on
 * Kendall's tau", JASA 63, 1968) through the trials with finite losses at both, the {@link MOST_TRIALS} with the highest numbers (so that it does not depend on the order of
 * reports): the median of the slopes between any two, and the median of what that leaves. Early losses lie farther apart than final ones; taken as they are, a
 * trial stopped early would look better than any that ended.
 *
 * @returns the loss itself while no trial has losses at both.
 */
function changeOf(others: ReportedTrials, from: number, to: number): (loss: number) => number {
  const before = others.at(from);
  const lossBefore = new Map(before.trials.map((trial, i) => [trial, before.losses[i] as number]));
  const after = others.at(to);
  const points = after.trials
    .map((trial, i) => ({ trial, x: lossBefore.get(trial) ?? Number.NaN, y: after.losses[i] as number }))
    // Finite both, and near enough for their difference to be.
    .filter(({ x, y }) => Number.isFinite(y - x))
    .toSorted((a, b) => a.trial - b.trial)
    .slice(-MOST_TRIALS);
  if (points.length === 0) return (loss) => loss;
  const slopes = Array<number>(PRIOR_SLOPES).fill(1);
  for (const [i, a] of points.entries())
    for (const b of points.slice(0, i)) if (a.x !== b.x) slopes.push((a.y - b.y) / (a.x - b.x));
  // Numbers so large that their differences overflow tell nothing.
  const slope = Math.min(1, Math.max(SMALLEST_SLOPE, middle(slopes.filter((s) => !Number.isNaN(s)))));
  const offset = middle(points.map(({ x, y }) => y - slope * x));
  return (loss) => offset + slope * loss;
}

/** The upper one of two. */
function middle(numbers: readonly number[]): number {
  return Float64Array.from(numbers).toSorted()[numbers.length >> 1] as number;
}
