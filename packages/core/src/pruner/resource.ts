import { checkNumber } from '../options.ts';
import type { ReportedTrials } from './pruner.ts';

/**
 * How much of a trial, in units of resource: steps reported, counted from 1, so that a report at step s has spent s + 1.
 * `'auto'`: told from the trials.
 */
type Resource = number | 'auto';

/** Rejects what is no resource of at least `min` units. */
export function checkResource(owner: string, name: string, value: unknown, min = 1): void {
  if (value === 'auto') return;
  checkNumber(owner, `${name} (if not 'auto')`, value, { min, max: Number.MAX_SAFE_INTEGER });
}

/** The units of a whole trial; `'auto'` are those of the longest complete one, and unknown while none is complete. */
export function wholeTrial(maxResource: Resource, others: ReportedTrials): number | undefined {
  return maxResource === 'auto' ? longestComplete(others) : maxResource;
}

/** The units after which trials are compared first; `'auto'` is a hundredth of a whole trial, at least one. */
export function firstComparison(minResource: Resource, whole: number): number {
  return minResource === 'auto' ? Math.max(1, Math.floor(whole / 100)) : minResource;
}

/** The units that the longest complete trial spent; undefined while none is complete. */
export function longestComplete(others: ReportedTrials): number | undefined {
  if (others.completeCount === 0) return undefined;
  const { steps } = others;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i] as number;
    if (others.at(step).trials.some((trial) => others.isComplete(trial))) return step + 1;
  }
  return undefined;
}
