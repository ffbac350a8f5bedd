import { checkNumber, checkOptions } from '../options.ts';
import { createIntervalTest, type IntervalOptions } from './interval.ts';
import { aheadOfFirst, byObjectives } from './domination.ts';
import type { JudgedTrial, Pruner, ReportedTrials } from './pruner.ts';
import { smallest } from './smallest.ts';

/** Options of {@link percentile} and `median`. */
export interface PercentileOptions extends IntervalOptions {
  /** Nothing is pruned before so many trials are complete. Default 5. */
  startupTrials?: number;
  /** Nothing is pruned at a step that fewer complete trials have reported. Default 1. */
  minTrials?: number;
}

/**
 * Prunes a trial whose best value so far is worse than a percentile of what the complete trials reported at the same step.
 * Same decisions as Optuna's `PercentilePruner`. The percentile is interpolated linearly; NaN reports of others
 * are left out, and a trial that has reported nothing but NaN is pruned.
 *
 * With several objectives it is the newest values that count, and trials are better that are on a better front of non-dominated
 * sorting among the complete trials at that step: a trial that none of them dominates is never pruned.
 *
 * @param percent which share of the trials to keep, the better ones: 0 to 100. 25 keeps the best quarter.
 * @param options when to judge.
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function percentile(percent: number, options: PercentileOptions = {}): Pruner {
  checkNumber('percentile', 'percent', percent, { min: 0, max: 100 });
  return percentilePruner('percentile', percent, options);
}

/** The pruner under a name of its own. */
export function percentilePruner(name: string, percent: number, options: PercentileOptions): Pruner {
  checkOptions(name, options, ['startupTrials', 'warmupSteps', 'intervalSteps', 'minTrials']);
  const { startupTrials = 5, minTrials = 1 } = options;
  checkNumber(name, 'startupTrials', startupTrials, { min: 0, integer: true });
  checkNumber(name, 'minTrials', minTrials, { min: 1, integer: true });
  const isDue = createIntervalTest(name, options);
  return {
    name,
    looksAt: 'objectives',
    shouldPrune(trial, others) {
      if (others.completeCount < Math.max(1, startupTrials) || !isDue(trial)) return false;
      if (others.objectives.length > 1) return isBehind(trial, others, percent, minTrials);
      const best = smallest(trial.losses);
      if (Number.isNaN(best)) return true;
      const { trials, losses } = others.at(trial.steps.at(-1) as number);
      let reported = 0;
      let count = 0;
      let smaller = 0;
      let nearestBelow = -Infinity;
      let nearestAbove = Infinity;
      for (let i = 0; i < trials.length; i++) {
        if (!others.isComplete(trials[i] as number)) continue;
        reported++;
        const loss = losses[i] as number;
        if (loss < best) {
          smaller++;
          nearestBelow = Math.max(nearestBelow, loss);
        } else if (loss >= best) nearestAbove = Math.min(nearestAbove, loss);
        if (!Number.isNaN(loss)) count++;
      }
      if (count === 0 || reported < minTrials) return false;
      // The percentile lies between the losses of these two ranks; only between them does its value matter.
      const rank = ((count - 1) * percent) / 100;
      const lower = Math.floor(rank);
      if (smaller !== lower + 1 || rank === lower) return smaller > lower;
      return best > nearestBelow + (nearestAbove - nearestBelow) * (rank - lower);
    },
  };
}

/** The same for several objectives. */
function isBehind(trial: JudgedTrial, others: ReportedTrials, percent: number, minTrials: number): boolean {
  const { own, rivals } = byObjectives(
    trial,
    others,
    (view) => view.at(trial.step),
    (other) => others.isComplete(other),
  );
  if (own.every(Number.isNaN)) return true;
  if (rivals.length < minTrials) return false;
  return aheadOfFirst([own, ...rivals], false) > Math.ceil(((rivals.length - 1) * percent) / 100);
}
