import { describe, expect, test } from 'vitest';
import { TrialStateError } from '../errors.ts';
import { admits } from './admits.ts';
import type { TrialRecord } from './trial-record.ts';

const record = (fields: Partial<TrialRecord> = {}): TrialRecord => ({
  number: 7,
  state: 'complete',
  row: new Float64Array(),
  attempt: 2,
  values: [1, Infinity],
  finishedAt: 1000,
  ...fields,
});
const running = record({ state: 'running' });
const waiting = record({ state: 'waiting' });

function codeOf(kept: TrialRecord | undefined, change: TrialRecord): string {
  try {
    return String(admits(kept, change));
  } catch (error) {
    return error instanceof TrialStateError ? error.code : String(error);
  }
}

describe('admits', () => {
  test.each([
    ['a result of the running attempt', running, record(), 'true'],
    ['a report of the running attempt', running, running, 'true'],
    ['the next attempt', running, record({ state: 'running', attempt: 3 }), 'true'],
    ['a release of the running attempt', running, waiting, 'true'],
    ['the same result once more', record(), record(), 'false'],
    ['the same release once more', waiting, waiting, 'false'],
    ['another result', record(), record({ values: [1, 2] }), 'trial_state'],
    ['an equal result told at another time', record(), record({ finishedAt: 1001 }), 'trial_state'],
    ['a report after the end', record(), running, 'trial_state'],
    ['a result of an earlier attempt', running, record({ attempt: 1 }), 'stale_trial'],
    ['a report of an earlier attempt', running, record({ state: 'running', attempt: 1 }), 'stale_trial'],
    ['a result of an earlier attempt that ended', record(), record({ attempt: 1 }), 'stale_trial'],
    ['a result when the trial waits again', waiting, record(), 'stale_trial'],
    [
      'a result of a trial never started',
      record({ state: 'waiting', attempt: 0 }),
      record({ attempt: 1 }),
      'trial_state',
    ],
    ['an unknown trial', undefined, record(), 'trial_state'],
  ])('%s', (_, kept, change, expected) => {
    expect(codeOf(kept, change)).toBe(expected);
  });
});
