import { describe, expect, it } from 'vitest';

import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { selectByCrowding } from '../nsga2/crowded-selection.ts';
import { Population } from './population.ts';

const losses = [5, 3, undefined, 8, 1, 9, 2, undefined, undefined, undefined, 7];

function historyOf(count: number): TrialTable {
  const history = new TrialTable(space({ x: float(0, 1) }), ['minimize']);
  for (const [number, loss] of losses.slice(0, count).entries()) {
    const record = { number, row: Float64Array.of(0), attempt: 1 };
    history.upsert(
      loss === undefined ? { ...record, state: 'failed' } : { ...record, state: 'complete', values: [loss] },
    );
  }
  return history;
}

describe('Population', () => {
  it('holds the best of all closed generations, without the failed', () => {
    const members = Array.from({ length: 11 }, (_, count) => {
      const population = new Population(3, 3, selectByCrowding, 3);
      population.advance(historyOf(count + 1));
      return population.trials;
    });
    expect(members[1]).toEqual([]);
    expect(members[4]).toEqual([1, 0]);
    expect(members[5]).toEqual([4, 1, 0]);
    expect(members[9]).toEqual([4, 6, 1]);
  });

  it('counts the generations of children from the one whose parents are the initial trials', () => {
    const generations = Array.from({ length: 12 }, (_, count) => {
      const population = new Population(3, 3, selectByCrowding, 3);
      population.advance(historyOf(count));
      return population.generation;
    });
    // The first three trials leave only two survivors.
    expect(generations).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
  });

  it('prefers better parents in a tournament of two', () => {
    const population = new Population(3, 3, selectByCrowding, 3);
    population.advance(historyOf(6));
    const random = createRandom(1);
    const drawn = Array.from({ length: 9000 }, () => population.drawParent(random));
    // The best of three wins unless it is not drawn at all: 1 - (2/3)^2; the worst must be drawn twice: 1/9.
    expect(drawn.filter((trial) => trial === 4).length / 9000).toBeCloseTo(5 / 9, 1);
    expect(drawn.filter((trial) => trial === 0).length / 9000).toBeCloseTo(1 / 9, 1);
  });
});
