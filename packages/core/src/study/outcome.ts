import { InvalidResultError, TrialPruned, TunableError } from '../errors.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { TrialTable } from './history.ts';
import { checkResult, toFailure } from './objective.ts';
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
  const isError = result instanceof Error || TunableError.isInstance(result);
  if (TrialPruned.isInstance(result) || (trial.wasPruned && !isError)) {
    const { lastValue } = trial;
    const hasValue = lastValue !== undefined && !Number.isNaN(lastValue) && table.directions.length === 1;
    const reason = ownReason(trial, result);
    return {
      state: 'pruned',
      ...(hasValue && { values: [lastValue] }),
      ...(reason !== undefined && { attributes: { [PRUNED_BECAUSE]: reason } }),
    };
  }
  if (isError) {
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

/**
 * The fields of a record that a result fills.
 *
 * @throws {InvalidResultError} an ill-formed result, or another number of constraints than the trials before had.
 */
export function checkOutcome(result: unknown, table: TrialTable): Partial<TrialRecord> {
  const { completeCount, constraintCount, directions } = table;
  const { value: _, ...fields } = checkResult(result, directions.length);
  const count = fields.constraints?.length ?? 0;
  if (completeCount > 0 && count !== constraintCount) {
    throw new InvalidResultError(
      `the objective returned ${count} constraints; the trials before had ${constraintCount}, and every trial must have the same`,
    );
  }
  return fields;
}
