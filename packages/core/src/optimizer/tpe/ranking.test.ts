import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nonDominatedRanks } from '../../analysis/pareto.ts';
import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { space } from '../../space/search-space.ts';
import type { TrialRecord } from '../../storage/trial-record.ts';
import { TrialTable } from '../../study/history.ts';
import { createRanking } from './ranking.ts';
import { standing } from './standing.ts';

const s = space({ x: float(0, 1) });
const row = Float64Array.of(0.5);

type Result = Partial<TrialRecord> & { state: TrialRecord['state'] };

function historyOf(results: readonly Result[], objectives = 1): TrialTable {
  const history = new TrialTable(
    s,
    Array.from({ length: objectives }, () => 'minimize' as const),
  );
  for (const [number, result] of results.entries()) history.upsert({ number, row, attempt: 1, ...result });
  return history;
}

/** The best `count` trials when they finish in this order. */
function best(
  history: TrialTable,
  order: readonly number[],
  count: number,
  capacity = count,
): readonly number[] {
  const ranking = createRanking(history, capacity);
  for (const trial of order) {
    const outcome = standing(history, trial);
    if (outcome !== undefined) ranking.add(outcome);
  }
  return ranking.best(count);
}

describe('one objective', () => {
  it('puts complete before infeasible before pruned trials, and forgets failed ones', () => {
    const reports = (steps: number[], values: number[]) => ({ reports: { steps, values } });
    const history = historyOf([
      { state: 'complete', values: [3], constraints: [0] },
      { state: 'failed' },
      { state: 'complete', values: [-9], constraints: [2, -5] },
      { state: 'pruned' },
      { state: 'pruned', ...reports([1, 2], [0, 7]) },
      { state: 'pruned', ...reports([1, 2], [9, 6]) },
      { state: 'pruned', ...reports([1], [0]) },
      { state: 'complete', values: [1], constraints: [-1, -1] },
      { state: 'complete', values: [0], constraints: [1, 0.5] },
      { state: 'pruned', ...reports([2, 3], [1, Number.NaN]) },
      { state: 'complete', values: [-Infinity], constraints: [0, 0] },
      { state: 'complete', values: [Infinity], constraints: [0, 0] },
    ]);
    const order = Array.from({ length: 12 }, (_, i) => i);
    expect(best(history, order, 12)).toEqual([10, 7, 0, 11, 8, 2, 9, 5, 4, 6, 3]);
  });

  it('keeps the best by any order of finishing; ties go to the older trial', () => {
    const losses = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(losses, fc.integer(), (values, seed) => {
        const history = historyOf(values.map((value) => ({ state: 'complete', values: [value] })));
        const all = values.map((_, i) => i);
        const sorted = all.toSorted((a, b) => values[a]! - values[b]! || a - b);
        expect(best(history, createRandom(seed).shuffle([...all]), 5, 10)).toEqual(sorted.slice(0, 5));
      }),
    );
  });
});

describe('several objectives', () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }));

  it('takes whole fronts first, whenever and in whatever order trials finish', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 150 }), fc.integer(), (points, seed) => {
        const history = historyOf(
          points.map((values) => ({ state: 'complete', values })),
          2,
        );
        const ranks = nonDominatedRanks(Float64Array.from(points.flat()), 2);
        const order = createRandom(seed).shuffle(points.map((_, i) => i));
        const capacity = 6;
        const ranking = createRanking(history, capacity);
        for (const [i, trial] of order.entries()) {
          ranking.add(standing(history, trial)!);
          // Asking in between must not show later.
          if (i % 3 === 0) ranking.best(1 + (i % capacity));
        }
        const chosen = ranking.best(capacity);
        const sortedRanks = [...ranks].toSorted((a, b) => a - b).slice(0, capacity);
        expect(chosen.map((trial) => ranks[trial]).toSorted((a, b) => a! - b!)).toEqual(sortedRanks);
        expect(chosen).toEqual(
          best(
            history,
            points.map((_, i) => i),
            capacity,
          ),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('thins a front to points that spread', () => {
    // A crowd near one end of a front, and two lone points.
    const values = [...Array.from({ length: 20 }, (_, i) => [i / 1000, 1 - i / 1000]), [0.5, 0.4], [1, 0]];
    const history = historyOf(
      values.map((pair) => ({ state: 'complete', values: pair })),
      2,
    );
    expect(
      best(
        history,
        values.map((_, i) => i),
        2,
      ),
    ).toContain(20);
  });

  it('bears infinite losses, and fronts of thousands', () => {
    const values = Array.from({ length: 3000 }, (_, i) => [i, -i]);
    values.push([Infinity, -Infinity], [-Infinity, Infinity]);
    const history = historyOf(
      values.map((pair) => ({ state: 'complete', values: pair })),
      2,
    );
    expect(
      new Set(
        best(
          history,
          values.map((_, i) => i),
          100,
        ),
      ).size,
    ).toBe(100);
  });

  it('orders the trials of a front by their losses, whatever their numbers', () => {
    const front = Array.from({ length: 10 }, (_, i) => [i ** 2, (9.5 - i) ** 1.5]);
    const lossesInOrder = (seed: number): unknown => {
      const values = createRandom(seed).shuffle([...front]);
      const history = historyOf(
        values.map((pair) => ({ state: 'complete', values: pair })),
        2,
      );
      return best(history, [...values.keys()], 10).map((trial) => values[trial]);
    };
    for (let seed = 1; seed < 10; seed++) expect(lossesInOrder(seed)).toEqual(lossesInOrder(0));
  });

  it.each([3, 4, 6])('keeps the first fronts of %i objectives, however many trials finish', (objectives) => {
    const random = createRandom(5, objectives);
    // Ever better, so that new fronts come before old ones; with ties, and some infinite.
    const values = Array.from({ length: 700 }, (_, i) =>
      Array.from({ length: objectives }, () => Math.floor(random.uniform() * 20) - Math.floor(i / 40)),
    );
    values[100]![0] = -Infinity;
    values[200]![1] = Infinity;
    const history = historyOf(
      values.map((losses) => ({ state: 'complete', values: losses })),
      objectives,
    );
    const ranking = createRanking(history, 20);
    for (let trial = 0; trial < values.length; trial++) {
      ranking.add(standing(history, trial)!);
      if (trial % 50 !== 49) continue;
      const seen = values.slice(0, trial + 1);
      const ranks = nonDominatedRanks(Float64Array.from(seen.flat()), objectives);
      const sorted = [...ranks].toSorted((a, b) => a - b).slice(0, 20);
      expect(ranking.best(20).map((chosen) => ranks[chosen])).toEqual(sorted);
    }
  });
});
