import { describe, expect, it } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import { TrialTable } from '../study/history.ts';
import { compareTrials, hasResult } from './trial-order.ts';

type Outcome = Pick<TrialRecord, 'state' | 'values' | 'constraints' | 'reports'>;

/** Numbers of the trials with these outcomes, best first. */
function order(outcomes: readonly Outcome[]): { ranked: readonly number[]; history: TrialTable } {
  const history = new TrialTable(space({ x: float(0, 1) }), ['maximize']);
  for (const [number, outcome] of outcomes.entries()) {
    history.upsert({ number, row: Float64Array.of(0), attempt: 1, ...outcome });
  }
  return { ranked: [...outcomes.keys()].toSorted((a, b) => compareTrials(history, a, b)), history };
}

describe('compareTrials', () => {
  it('puts feasible before infeasible before pruned before failed and running trials', () => {
    const outcomes: Outcome[] = [
      { state: 'running' },
      { state: 'failed' },
      { state: 'pruned' },
      { state: 'pruned', reports: { steps: [0, 1], values: [9, 1] }, values: [1] },
      { state: 'pruned', reports: { steps: [0], values: [9] }, values: [9] },
      { state: 'complete', values: [99] },
      { state: 'complete', values: [99], constraints: [5, 0] },
      { state: 'complete', values: [1], constraints: [2, 1] },
      { state: 'complete', values: [-Infinity], constraints: [0, -1] },
      { state: 'complete', values: [7], constraints: [-3, 0] },
    ];
    const { ranked, history } = order(outcomes);
    // Trial 5 told no constraints, before any trial did: it counts as feasible.
    expect(ranked).toEqual([5, 9, 8, 7, 6, 3, 4, 2, 0, 1]);
    expect(ranked.map((trial) => hasResult(history, trial))).toEqual([
      ...Array(7).fill(true),
      false,
      false,
      false,
    ]);
  });

  it('puts equal ones in the order of their numbers, and unknown violations last', () => {
    const { ranked } = order([
      { state: 'complete', values: [1], constraints: [1] },
      { state: 'complete', values: [2] },
      { state: 'complete', values: [1], constraints: [1] },
      { state: 'complete', values: [1], constraints: [Infinity] },
    ]);
    expect(ranked).toEqual([0, 2, 3, 1]);
  });
});
