import { TrialPruned, TrialStateError, TrialTimeoutError } from '../errors.ts';
import { show } from '../json.ts';
import type { Objective } from './objective.ts';
import type { RunningTrial } from './running-trial.ts';

/** Why an attempt failed: what the objective threw, which may be anything. */
export class FailedAttempt {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }

  /** The same as an error, for the record. */
  toError(): Error {
    return this.error instanceof Error ? this.error : new Error(`thrown: ${show(this.error)}`);
  }
}

/** Runs an objective once. Resolves to what it returned, a `TrialPruned`, or a {@link FailedAttempt}. */
export async function attempt<P>(objective: Objective<P>, trial: RunningTrial<P>): Promise<unknown> {
  try {
    return await untilAborted(trial, async () => objective(trial.params, trial));
  } catch (error) {
    return TrialPruned.isInstance(error) ? error : new FailedAttempt(error);
  }
}

/** Aborts a trial that has run for too long. */
export function timeOut(trial: RunningTrial, limitMs: number): void {
  trial.abort(
    new TrialTimeoutError(`trial ${trial.number} ran longer than the trialTimeout of ${limitMs} ms`),
  );
}

/** Whether the attempt was taken for lost: somebody else runs or ran the trial. */
export function isStale(error: unknown): error is TrialStateError {
  return error instanceof TrialStateError && error.code === 'stale_trial';
}

/** The result of `work`, or a rejection with the reason as soon as the trial is aborted. */
function untilAborted<T>(trial: RunningTrial, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isAborted = false;
    trial.onAbort((reason) => {
      isAborted = true;
      reject(reason);
    });
    if (!isAborted) work().then(resolve, reject);
  });
}
