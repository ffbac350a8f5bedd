import { InvalidArgumentError, InvalidResultError, TrialPruned, TunableError } from '../errors.ts';
import { plural } from '../plural.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { TrialTable } from './history.ts';
import { checkResult, toFailure, type Outcome } from './objective.ts';
import type { RunningTrial } from './running-trial.ts';

/** The attribute that says why an objective pruned its own trial. */
export const PRUNED_BECAUSE = 'prunedBecause';

const NO_REASON = new TrialPruned().message;

/**
 * What becomes of a trial.
 *
 * @param result what the objective returned; an error if it failed; a `TrialPruned`.
 * @param table the trials so far.
 */
export function outcomeOf(
  trial: RunningTrial,
  result: unknown,
  table: TrialTable,
): Partial<TrialRecord> & Pick<TrialRecord, 'state'> {
  const isFailure = isError(result);
  if (TrialPruned.isInstance(result) || (trial.wasPruned && !isFailure)) {
    const { lastValue } = trial;
    const hasValue = lastValue !== undefined && !Number.isNaN(lastValue) && table.directions.length === 1;
    const reason = ownReason(trial, result);
    return {
      state: 'pruned',
      ...(hasValue && { values: [lastValue] }),
      ...(reason !== undefined && { attributes: { [PRUNED_BECAUSE]: reason } }),
    };
  }
  if (isFailure) {
    return { state: 'failed', failure: toFailure(result) };
  }
  try {
    return { state: 'complete', ...checkOutcome(result, table) };
  } catch (error) {
    return { state: 'failed', failure: toFailure(error) };
  }
}

/** Why the objective threw a `TrialPruned` by itself; that it was told to says nothing new. */
function ownReason(trial: RunningTrial, result: unknown): string | undefined {
  if (!TrialPruned.isInstance(result) || trial.wasPruned || trial.pause !== undefined) return undefined;
  return result.message === NO_REASON ? undefined : result.message;
}

/** Whether a result is the reason why there is none. */
export function isError(result: unknown): result is Error {
  return result instanceof Error || TunableError.isInstance(result);
}

/**
 * Refuses a result that whoever told it has got wrong. NaN is none of these: it is what was measured, and fails the trial;
 * so does another number of constraints than other trials had.
 *
 * @throws {InvalidArgumentError} neither an error nor a well-formed result.
 */
export function checkTold(result: unknown, table: TrialTable): void {
  if (isError(result) || holdsNaN(result)) return;
  try {
    checkResult(result, table.directions.length, 'it was given');
  } catch (error) {
    throw new InvalidArgumentError(
      `tell: ${(error as Error).message}. The trial is still running; tell it again`,
    );
  }
}

function holdsNaN(result: unknown): boolean {
  const { value, values, constraints } = Object(result) as Outcome;
  return [result, value, values, constraints].flat().some(Number.isNaN);
}

/**
 * The fields of a record that a result fills.
 *
 * @param whence how messages begin.
 * @throws {InvalidResultError} an ill-formed result, or another number of constraints than the trials before had.
 */
export function checkOutcome(
  result: unknown,
  table: TrialTable,
  whence = 'the objective returned',
): Partial<TrialRecord> {
  const { completeCount, constraintCount, directions } = table;
  const { value: _, ...fields } = checkResult(result, directions.length, whence);
  const count = fields.constraints?.length ?? 0;
  if (completeCount > 0 && count !== constraintCount) {
    throw new InvalidResultError(
      `${whence} ${plural(count, 'constraint')}; the trials before had ${constraintCount}, and every trial must have the same`,
    );
  }
  return fields;
}
