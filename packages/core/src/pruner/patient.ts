import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { isPruned } from './is-pruned.ts';
import type { Pruner } from './pruner.ts';
import { smallest } from './smallest.ts';

/** Options of {@link patient}. */
export interface PatientOptions {
  /** How many reports in a row may bring no improvement before the trial is judged. A whole number of at least 0. */
  patience: number;
  /** By how much a value must be better than the best before it to count as an improvement; at least 0. Default 0. */
  minDelta?: number;
}

/**
 * Prunes a trial that stopped improving by itself: its last `patience + 1` reports are all no better than the best before
 * them, by more than `minDelta`. NaN reports are left out; while one of the two sides has nothing else, the trial goes on.
 *
 * Unlike Optuna's `PatientPruner`, which prunes only when they are worse by more than `minDelta`, a plateau counts as no
 * improvement, as in the early stopping of training libraries. With several objectives it must have stopped improving in all.
 *
 * @param options the patience.
 * @throws {InvalidArgumentError} ill-formed options.
 * @example patient({ patience: 5 })
 */
export function patient(options: PatientOptions): Pruner;
/**
 * Lets another pruner judge only trials that stopped improving.
 *
 * @param wrapped the pruner that decides then; undefined: such trials are pruned.
 * @param options the patience.
 * @throws {InvalidArgumentError} ill-formed arguments.
 * @example patient(median(), { patience: 3 })
 */
export function patient(wrapped: Pruner | undefined, options: PatientOptions): Pruner;
export function patient(first: Pruner | PatientOptions | undefined, second?: PatientOptions): Pruner {
  const options = second ?? (first as PatientOptions);
  const wrapped = second === undefined ? undefined : (first as Pruner | undefined);
  checkOptions('patient', options, ['patience', 'minDelta']);
  if (wrapped !== undefined && typeof wrapped?.shouldPrune !== 'function') {
    throw new InvalidArgumentError(
      `patient: the first argument must be a pruner such as median(), not ${show(wrapped)}`,
    );
  }
  const { patience, minDelta = 0 } = options;
  checkNumber('patient', 'patience', patience, { min: 0, integer: true });
  checkNumber('patient', 'minDelta', minDelta, { min: 0 });
  const hasStalled = (losses: readonly number[]): boolean => {
    const start = losses.length - patience - 1;
    return start >= 1 && smallest(losses, start) >= smallest(losses, 0, start) - minDelta;
  };
  return {
    name: 'patient',
    looksAt: 'objectives',
    shouldPrune(trial, others) {
      const { objectives } = others;
      return (
        hasStalled(trial.losses) &&
        (objectives.length === 1 || objectives.every((view) => hasStalled(view.of(trial.number).losses))) &&
        (wrapped === undefined || isPruned(wrapped, trial, others))
      );
    },
  };
}
