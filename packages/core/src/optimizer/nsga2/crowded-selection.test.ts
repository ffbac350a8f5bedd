import { describe, expect, it } from 'vitest';

import { float } from '../../hyperparameter/float.ts';
import { space } from '../../space/search-space.ts';
import type { TrialRecord } from '../../storage/trial-record.ts';
import { TrialTable } from '../../study/history.ts';
import { selectByCrowding } from './crowded-selection.ts';

function historyOf(outcomes: readonly Partial<TrialRecord>[]): TrialTable {
  const history = new TrialTable(space({ x: float(0, 1) }), ['minimize', 'maximize']);
  for (const [number, outcome] of outcomes.entries()) {
    history.upsert({ number, row: Float64Array.of(0), state: 'complete', attempt: 1, ...outcome });
  }
  return history;
}

const of = (...pairs: readonly [number, number][]): Partial<TrialRecord>[] =>
  pairs.map((values) => ({ values }));

describe('selectByCrowding', () => {
  it('takes whole fronts, then the least crowded of the next', () => {
    // Trials 0-2 are the front; 3-6 are the next, of which 4 and 5 are close together.
    const history = historyOf(of([0, 5], [1, 6], [2, 7], [1, 4], [2, 5], [2.1, 5.2], [4, 6.5]));
    const { trials, compare } = selectByCrowding(history, history.finished, 5);
    expect(trials.slice(0, 3).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(trials.slice(3)).toEqual([3, 6]);
    const at = (trial: number): number => trials.indexOf(trial);
    expect(compare(at(0), at(3))).toBeLessThan(0);
    expect(compare(at(0), at(1))).toBeLessThan(0);
    expect(compare(at(0), at(2))).toBe(0);
  });

  it('puts infeasible trials behind, by violation, and pruned ones last', () => {
    const history = historyOf([
      { values: [0, 9], constraints: [3] },
      { values: [9, 0], constraints: [-1] },
      { values: [1, 8], constraints: [2] },
      { values: [0, 99], state: 'pruned' },
    ]);
    expect(selectByCrowding(history, [0, 1, 2, 3], 3).trials).toEqual([1, 2, 0]);
  });
});
