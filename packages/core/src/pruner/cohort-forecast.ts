import type { ReportedTrials } from './pruner.ts';

/**
 * Where unfinished trials would probably have ended, told from those that went on: from the depth of such a trial to the
 * next at which any trial stands, from there to the next, and at last to that of a whole trial, a loss changes by the median
 * change of all trials that reported at both. Crude, but it needs no shape of curve, a single trial that went on is enough to
 * begin with, and the order of trials of equal depth is kept.
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
  const changesToEnd = new Map([[lastStep, 0]]);
  const changeToEnd = (step: number): number => {
    const known = changesToEnd.get(step);
    if (known !== undefined || step > lastStep) return known ?? 0;
    const next = depths.find((depth) => depth > step) as number;
    const change = medianChange(others, step, next) + changeToEnd(next);
    changesToEnd.set(step, change);
    return change;
  };
  const forecasts = new Map<number, number>();
  for (const trial of trials) {
    const { steps, losses } = others.of(trial);
    const loss = losses.at(-1) as number;
    forecasts.set(trial, Number.isFinite(loss) ? loss + changeToEnd(steps.at(-1) as number) : Infinity);
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

/** Zero when no trial has finite losses at both steps. */
function medianChange(others: ReportedTrials, from: number, to: number): number {
  const before = others.at(from);
  const lossBefore = new Map(before.trials.map((trial, i) => [trial, before.losses[i] as number]));
  const after = others.at(to);
  const changes = after.trials
    .map((trial, i) => (after.losses[i] as number) - (lossBefore.get(trial) ?? Number.NaN))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  return changes[changes.length >> 1] ?? 0;
}
