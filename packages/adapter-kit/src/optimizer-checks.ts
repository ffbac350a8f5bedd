import type { Optimizer } from '@tunable/core';
import type { Check } from './check.ts';
import { optimizerFunctionChecks } from './optimizer-function-checks.ts';
import { optimizerHistoryChecks } from './optimizer-history-checks.ts';
import { optimizerRowChecks } from './optimizer-row-checks.ts';
import type { OptimizerSupport } from './optimizer-support.ts';

/**
 * Checks that an optimizer keeps the contract of `Optimizer`, driving it through studies. Suggestions are looked at before the
 * study mends or replaces them.
 *
 * @param make makes the optimizer, with the options to be checked; called often.
 * @param support what it serves.
 * @example for (const check of optimizerChecks(() => myOptimizer())) test(check.name, check.run);
 */
export function optimizerChecks(make: () => Optimizer, support: OptimizerSupport = {}): readonly Check[] {
  return [
    ...optimizerRowChecks(make, support),
    ...optimizerFunctionChecks(make, support),
    ...optimizerHistoryChecks(make, support),
  ];
}
