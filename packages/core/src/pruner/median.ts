import { percentilePruner, type PercentileOptions } from './percentile.ts';
import type { Pruner } from './pruner.ts';

/**
 * Prunes a trial whose best value so far is worse than the median of what the complete trials reported at the same step:
 * `percentile(50)`. Same decisions as Optuna's `MedianPruner`; the rule is Google Vizier's (Golovin et al., KDD 2017,
 * section 3.2) with values instead of running averages.
 *
 * @param options when to judge.
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function median(options: PercentileOptions = {}): Pruner {
  return percentilePruner('median', 50, options);
}
