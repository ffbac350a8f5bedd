import { describe, expect, it } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import type { TrialState } from '../storage/trial-record.ts';
import { TrialTable } from '../study/history.ts';
import { TrialSequence } from './trial-sequence.ts';

function table(): { history: TrialTable; set: (number: number, state: TrialState, by?: string) => void } {
  const history = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
  const set = (number: number, state: TrialState, by = 'me'): void =>
    history.upsert({ number, state, by, row: Float64Array.of(0), attempt: 1 });
  return { history, set };
}

describe('TrialSequence', () => {
  it('cuts trials into generations in the order in which they finish', () => {
    const { history, set } = table();
    const sequence = new TrialSequence();
    for (let trial = 0; trial < 5; trial++) set(trial, 'running');
    for (const trial of [3, 1]) set(trial, 'complete');
    expect(sequence.next(history, 3)).toBeUndefined();
    set(4, 'failed');
    expect(sequence.next(history, 3)).toEqual([3, 1, 4]);
    set(0, 'pruned');
    expect(sequence.next(history, 2)).toBeUndefined();
    set(2, 'complete');
    expect(sequence.next(history, 2)).toEqual([0, 2]);
    expect(sequence.count).toBe(5);
  });

  it('passes over the trials of others', () => {
    const { history, set } = table();
    const sequence = new TrialSequence(({ by }) => by === 'me');
    for (let trial = 0; trial < 6; trial++) set(trial, 'complete', trial % 2 === 0 ? 'me' : 'somebody');
    expect(sequence.next(history, 3)).toEqual([0, 2, 4]);
  });
});
