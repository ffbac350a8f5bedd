import { TrialPruned, TrialStateError, TrialTimeoutError, TunableError } from '../errors.ts';
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

/** The result of a trial that left its objective to pause, and is to be paused still in a later run. */
export const RELEASED: unique symbol = Symbol('released');

/**
 * Runs an objective, again whenever it has left to pause and is promoted; one that an earlier run has paused begins with that.
 * Resolves to what it returned, a `TrialPruned`, a {@link FailedAttempt}, or `RELEASED`.
 */
export async function attempt<P>(objective: Objective<P>, trial: RunningTrial<P>): Promise<unknown> {
  trial.leavesToPause = objective.canPause === 'checkpoint';
  let result: unknown = trial.pause === undefined ? await once(objective, trial) : undefined;
  for (;;) {
    const { pause } = trial;
    if (pause === undefined) return result;
    const end = await once(() => pause.end, trial);
    if (end === 'prune') return prunedAtPause(trial);
    // Aborted.
    if (end !== 'continue' && end !== 'release') return end;
    // What it failed with while it left (a checkpoint that could not be written) counts when it is wanted again.
    if (result instanceof FailedAttempt && !isPause(result.error)) return result;
    if (end === 'release') return RELEASED;
    trial.resume();
    result = await once(objective, trial);
  }
}

async function once<P>(
  work: (params: P, trial: RunningTrial<P>) => unknown,
  trial: RunningTrial<P>,
): Promise<unknown> {
  try {
    return await untilAborted(trial, async () => work(trial.params, trial));
  } catch (error) {
    return TrialPruned.isInstance(error) ? error : new FailedAttempt(error);
  }
}

function isPause(error: unknown): boolean {
  return TunableError.isInstance(error) && error.code === 'trial_paused';
}

function prunedAtPause({ number }: { readonly number: number }): TrialPruned {
  return new TrialPruned(`trial ${number} was pruned while it was paused`);
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
function untilAborted<P, T>(trial: RunningTrial<P>, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isAborted = false;
    trial.onAbort((reason) => {
      isAborted = true;
      reject(reason);
    });
    if (!isAborted) work().then(resolve, reject);
  });
}
