import { InvalidArgumentError } from '../errors.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { Pruner } from './pruner.ts';
import { checkResource, firstComparison, longestComplete } from './resource.ts';
import { checkHalving, failsRung } from './rungs.ts';

/** Options of {@link successiveHalving}. */
export interface SuccessiveHalvingOptions {
  /**
   * Units of resource (steps reported; step s is unit s + 1) before a trial is judged first. `'auto'`, the default: a
   * hundredth of the longest complete trial, at least 1; nothing is pruned before one is complete.
   */
  minResource?: number | 'auto';
  /** Eta: one in so many trials passes each rung, and rungs lie this factor apart. At least 2; default 4. */
  reductionFactor?: number;
  /** Leaves out so many of the first rungs. Default 0. */
  minEarlyStoppingRate?: number;
  /** The first so many trials at each rung are pruned there. Needs a `minResource`. Default 0. */
  bootstrapCount?: number;
}

/**
 * Asynchronous successive halving (ASHA; Li et al., MLSys 2020), in the form that stops trials rather than pausing them: at
 * `minResource * reductionFactor^(minEarlyStoppingRate + k)` units, k = 0, 1, ..., a trial goes on only if its value is
 * among the best `1 / reductionFactor` of all trials that came so far, whatever became of them. The first at a rung always
 * passes.
 *
 * Decides like Optuna's `SuccessiveHalvingPruner` at `step = s + 1`, except that rungs are computed from the reports
 * alone, that a report which leaps over several rungs is judged once, and that a trial as long as the longest complete one
 * is not stopped at its very end.
 *
 * With several objectives the best trials are those of the first non-dominated fronts, and of a front that passes in part
 * those that spread over it, as in multi-objective ASHA (Schmucker et al. 2021).
 *
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function successiveHalving(options: SuccessiveHalvingOptions = {}): Pruner {
  const owner = 'successiveHalving';
  checkOptions(owner, options, ['minResource', 'reductionFactor', 'minEarlyStoppingRate', 'bootstrapCount']);
  const { minResource = 'auto', reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
  checkResource(owner, 'minResource', minResource);
  checkNumber(owner, 'minEarlyStoppingRate', minEarlyStoppingRate, { min: 0, integer: true });
  checkHalving(owner, reductionFactor, bootstrapCount);
  if (minResource === 'auto' && bootstrapCount > 0) {
    throw new InvalidArgumentError("successiveHalving: bootstrapCount needs a minResource other than 'auto'");
  }
  return {
    name: 'successive-halving',
    looksAt: 'objectives',
    shouldPrune(trial, others) {
      const longest = longestComplete(others);
      if (minResource === 'auto' && longest === undefined) return false;
      const maxResource = longest ?? Infinity;
      return failsRung(trial, others, {
        firstRung: firstComparison(minResource, maxResource) * reductionFactor ** minEarlyStoppingRate,
        reductionFactor,
        maxResource,
        bootstrapCount,
        competes: () => true,
      });
    },
  };
}
