import { InvalidArgumentError } from '../errors.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { lossSign } from '../study/direction.ts';
import { createIntervalTest, type IntervalOptions } from './interval.ts';
import type { Pruner } from './pruner.ts';

/** Options of {@link threshold}; at least one limit is needed. */
export interface ThresholdOptions extends IntervalOptions {
  /** Values below this are not tolerated. Default: none. */
  lower?: number;
  /** Values above this are not tolerated. Default: none. */
  upper?: number;
}

/**
 * Prunes a trial that reports a value outside limits, or NaN. The limits are on the values as reported, whatever the
 * direction of the study. Same decisions as Optuna's `ThresholdPruner`. With several objectives the values of all must be
 * outside; for a limit on one number, point it at a metric (`onMetric`).
 *
 * @param options the limits, and when to judge.
 * @throws {InvalidArgumentError} ill-formed options, no limit, limits the wrong way round.
 * @example threshold({ upper: 10 }) // stops what diverges
 */
export function threshold(options: ThresholdOptions): Pruner {
  if (options !== undefined)
    checkOptions('threshold', options, ['lower', 'upper', 'warmupSteps', 'intervalSteps']);
  if (options?.lower === undefined && options?.upper === undefined) {
    throw new InvalidArgumentError(
      'threshold: give lower, upper or both; without a limit nothing would be pruned',
    );
  }
  const { lower = -Infinity, upper = Infinity } = options;
  checkNumber('threshold', 'lower', lower);
  checkNumber('threshold', 'upper', upper, { min: lower });
  const isDue = createIntervalTest('threshold', options);
  return {
    name: 'threshold',
    shouldPrune(trial, others) {
      const value = lossSign(others.direction) * (trial.losses.at(-1) as number);
      return isDue(trial) && !(value >= lower && value <= upper);
    },
  };
}
