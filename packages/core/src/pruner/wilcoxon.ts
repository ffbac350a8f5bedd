import { signedRankPValue } from '../math/signed-rank.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { Pruner } from './pruner.ts';

/** Options of {@link wilcoxon}. */
export interface WilcoxonOptions {
  /** A trial is pruned when a difference like this one, or larger, had less than this probability by chance. Default 0.1. */
  pThreshold?: number;
  /** Nothing is pruned before so many steps can be compared; at least 2 in any case. Default 2. */
  startupSteps?: number;
}

/**
 * Prunes a trial that is worse than the best one on the same folds, instances or seeds, beyond chance: steps stand for
 * those, and the differences at the steps that both trials reported are put to a one-sided Wilcoxon signed-rank test. Steps
 * may come in any order, and a shuffled one is best.
 *
 * A trial whose mean is so far at least as good as the best trial's is never pruned; nor is one that reported a number that
 * is not finite, or that is compared with such a one. Same decisions as Optuna's `WilcoxonPruner`, but for the p-values of
 * 14 to 50 differences with ties or zeros, which are exact here.
 *
 * Report what each fold gives, not the mean so far. A learning curve is not for this pruner: its steps are not independent.
 * With several objectives it judges nothing by itself, as none of the trials is the best; point it at a metric
 * (`onMetric`).
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
      const best = others.of(others.best);
      if (!trial.losses.every(Number.isFinite) || !best.losses.every(Number.isFinite)) return false;
      if (!(mean(trial.losses) > mean(best.losses))) return false;
      const bestAt = new Map(best.steps.map((step, i) => [step, best.losses[i] as number]));
      const differences: number[] = [];
      for (const [i, step] of trial.steps.entries()) {
        const loss = bestAt.get(step);
        if (loss !== undefined) differences.push((trial.losses[i] as number) - loss);
      }
      return differences.length >= Math.max(2, startupSteps) && signedRankPValue(differences) < pThreshold;
    },
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
