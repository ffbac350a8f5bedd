import { signedRankPValue } from '../math/signed-rank.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { JudgedTrial, Pruner, ReportedTrials } from './pruner.ts';

/** Options of {@link wilcoxon}. */
export interface WilcoxonOptions {
  /** A trial is pruned when a difference like this one, or larger, had less than this probability by chance. Default 0.1. */
  pThreshold?: number;
  /** Nothing is pruned before so many steps can be compared; at least 2 in any case. Default 2. */
  startupSteps?: number;
}

/**
 * The metric that holds what a fold gives by itself, in reports whose value is something else: `tune` reports the mean over
 * the folds so far, for pruners that compare at a step.
 */
export const FOLD = 'fold';

/**
 * Prunes a trial that is worse than the best one on the same folds, instances or seeds, beyond chance: steps stand for
 * those, and the differences at the steps that both trials reported are put to a one-sided Wilcoxon signed-rank test. Steps
 * may come in any order, and a shuffled one is best.
 *
 * A trial whose mean is so far at least as good as the best trial's is never pruned; nor is one that reported a number that
 * is not finite, or that is compared with such a one. Same decisions as Optuna's `WilcoxonPruner`, but for the p-values of
 * 14 to 50 differences with ties or zeros, which are exact here.
 *
 * What is compared is the metric `fold` of the reports, if they have it, as those of `tune` do; otherwise the value, which
 * must then be what each fold gives, not the mean so far. A learning curve is not for this pruner: its steps are not
 * independent. With `n` steps compared the p-value is at least `2^-n`, so by default four worse ones in a row are the fewest
 * that end a trial.
 *
 * With several objectives it judges nothing by itself, as none of the trials is the best; point it at a metric
 * (`onMetric`): the best trial is then the one whose last report of it is best.
 *
 * @param options when to judge.
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function wilcoxon(options: WilcoxonOptions = {}): Pruner {
  checkOptions('wilcoxon', options, ['pThreshold', 'startupSteps']);
  const { pThreshold = 0.1, startupSteps = 2 } = options;
  checkNumber('wilcoxon', 'pThreshold', pThreshold, { min: 0, max: 1 });
  checkNumber('wilcoxon', 'startupSteps', startupSteps, { min: 0, integer: true });
  return {
    name: 'wilcoxon',
    looksAt: 'objectives',
    shouldPrune(trial, others) {
      if (others.objectives.length > 1 || others.best === undefined) return false;
      const { own, best } = seriesOf(trial, others, others.best);
      if (!own.losses.every(Number.isFinite) || !best.losses.every(Number.isFinite)) return false;
      if (!(mean(own.losses) > mean(best.losses))) return false;
      const bestAt = new Map(best.steps.map((step, i) => [step, best.losses[i] as number]));
      const differences: number[] = [];
      for (const [i, step] of own.steps.entries()) {
        const loss = bestAt.get(step);
        if (loss !== undefined) differences.push((own.losses[i] as number) - loss);
      }
      return differences.length >= Math.max(2, startupSteps) && signedRankPValue(differences) < pThreshold;
    },
  };
}

type Series = Pick<JudgedTrial, 'steps' | 'losses'>;

/** What is compared of a trial and of the best one. Whoever points the pruner at a metric has chosen already. */
function seriesOf(
  trial: JudgedTrial,
  others: ReportedTrials,
  best: number,
): { readonly own: Series; readonly best: Series } {
  if (others.metricName === undefined) {
    const folds = others.metric(FOLD, others.direction);
    const own = folds.of(trial.number);
    if (own.steps.length > 0) return { own, best: folds.of(best) };
  }
  return { own: trial, best: others.of(best) };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
