import { TrialStateError } from '../errors.ts';
import { isFinished, type TrialRecord } from './trial-record.ts';

/** What a storage must know of a trial to decide about a change. */
export type KeptTrial = Pick<TrialRecord, 'number' | 'state' | 'attempt' | 'values' | 'finishedAt'>;

/**
 * Whether a storage shall write a change of a started trial (its `report`, `tell` or `release`): the rule that all storages
 * share. The attempt is the fence: what an attempt sends after it was given up is refused.
 *
 * @param kept the trial as it is kept now, read in the transaction that writes; undefined if there is none.
 *   `values` and `finishedAt` are needed for finished trials only.
 * @param record what is to be written.
 * @returns true to write it; false when it was written already: the caller repeats itself, since the answer to its first
 *   call was lost.
 * @throws {TrialStateError} `stale_trial` when another attempt has begun or is about to; `trial_state` when the trial is
 *   unknown, was never started, or has another result.
 */
export function admits(kept: KeptTrial | undefined, record: TrialRecord): boolean {
  if (kept === undefined) throw new TrialStateError(`trial ${record.number} is unknown to the storage`);
  const { number, state, attempt } = kept;
  const isNext = record.state === 'running' && record.attempt === attempt + 1;
  if (state === 'running' && (record.attempt === attempt || isNext)) return true;
  if (state === record.state && record.attempt === attempt) {
    if (state === 'waiting') return false;
    if (record.finishedAt === kept.finishedAt && isSame(record.values, kept.values)) return false;
  }
  if (record.attempt < attempt || (state === 'waiting' && attempt > 0)) {
    throw new TrialStateError(
      `attempt ${record.attempt} at trial ${number} was given up, since its worker did not renew the lease in time; the trial ${
        state === 'waiting' ? 'waits to be run again' : `is ${state} in attempt ${attempt}`
      }. Work that keeps the thread busy for longer than the lease belongs on worker threads, or needs a longer lease`,
      'stale_trial',
    );
  }
  throw new TrialStateError(
    `trial ${number} is ${state}${isFinished(state) ? ' already' : ''}; only a running trial can be changed`,
  );
}

function isSame(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((value, i) => value === b?.[i]);
}
