import { describe, expect, it } from 'vitest';

import { float } from '../../hyperparameter/float.ts';
import { space } from '../../space/search-space.ts';
import type { TrialRecord } from '../../storage/trial-record.ts';
import { TrialTable } from '../../study/history.ts';
import { referencePoints } from './reference-points.ts';
import { selectByReferences } from './reference-selection.ts';

function historyOf(outcomes: readonly Partial<TrialRecord>[]): TrialTable {
  const history = new TrialTable(space({ x: float(0, 1) }), ['minimize', 'minimize']);
  for (const [number, outcome] of outcomes.entries()) {
    history.upsert({ number, row: Float64Array.of(0), state: 'complete', attempt: 1, ...outcome });
  }
  return history;
}

/** Selection by the two axes and the diagonal. */
const select = () => selectByReferences(2, referencePoints(2, 2), 1);

describe('selectByReferences', () => {
  // On a straight front from (0, 1) to (1, 0): the ends, one point near the middle and three between it and an end.
  const front = [
    [0, 1],
    [0.1, 0.9],
    [0.2, 0.8],
    [0.25, 0.75],
    [0.52, 0.48],
    [1, 0],
  ].map((values) => ({ values, constraints: [-1] }));

  it('takes whole fronts, then the members that are nearest to lines nobody serves', () => {
    const history = historyOf([...front, { values: [2, 2], constraints: [-1] }]);
    expect(new Set(select()(history, history.finished, 3).trials)).toEqual(new Set([0, 4, 5]));
    expect(new Set(select()(history, history.finished, 6).trials)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it.each<[string, Partial<TrialRecord>]>([
    ['infeasible', { constraints: [3] }],
    ['of unknown violation', {}],
    ['pruned', { state: 'pruned' }],
  ])('does not scale objectives by trials that are %s, once others are feasible', (_, trouble) => {
    const history = historyOf([
      ...front,
      { values: [-1000, -10], ...trouble },
      { values: [-10, -1000], ...trouble },
      { values: [-500, -500], ...trouble },
    ]);
    const persistent = select();
    expect(persistent(history, [6, 7, 8], 2).trials).toHaveLength(2);
    expect(new Set(persistent(history, [6, 7, 0, 1, 2, 3, 4, 5], 3).trials)).toEqual(new Set([0, 4, 5]));
  });

  it('prefers feasible parents, then those with less violation, and those of unknown violation last', () => {
    const history = historyOf([
      { values: [5, 5], constraints: [-1] },
      { values: [4, 4], constraints: [2] },
      { values: [3, 3], constraints: [7] },
      { values: [1, 1] },
      { values: [1, 0], state: 'pruned', constraints: [-1] },
    ]);
    const { trials, compare } = select()(history, history.finished, 5);
    expect(trials).toHaveLength(5);
    const order = [...trials.keys()].toSorted(compare).map((place) => trials[place]);
    expect(order.slice(0, 3)).toEqual([0, 1, 2]);
    const [unknown, pruned] = [trials.indexOf(3), trials.indexOf(4)];
    expect([compare(unknown, pruned), compare(pruned, unknown)]).toEqual([0, 0]);
  });
});
