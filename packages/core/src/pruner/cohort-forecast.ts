import type { ReportedTrials } from './pruner.ts';

/**
 * Where unfinished trials would probably have ended, told from those that went on: from each depth at which one of them
 * stands to the next, and at last to that of a whole trial, a loss changes by the median change of all trials that
 * reported at both. Crude, but it needs no shape of curve, a single trial that went on is enough to begin with, and the
 * order of trials of equal depth is kept.
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
  const ends = trials.map((trial) => {
    const { steps, losses } = others.of(trial);
    return { trial, step: steps.at(-1) as number, loss: losses.at(-1) as number };
  });
  const depths = [...new Set([...ends.map(({ step }) => step), lastStep])].toSorted((a, b) => a - b);
  const changeToEnd = new Map<number, number>();
  let change = 0;
  for (let i = depths.length - 1; i >= 0; i--) {
    const depth = depths[i] as number;
    const next = depths[i + 1];
    if (next !== undefined && next <= lastStep) change += medianChange(others, depth, next);
    changeToEnd.set(depth, change);
  }
  return new Map(
    ends.map(({ trial, step, loss }) => [
      trial,
      Number.isFinite(loss) ? loss + (changeToEnd.get(step) as number) : Infinity,
    ]),
  );
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
