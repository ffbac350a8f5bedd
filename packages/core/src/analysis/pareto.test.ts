import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { dominates, nonDominatedRanks, paretoFront } from './pareto.ts';

/** Points on a coarse grid, so that ties and duplicates are common. */
const clouds = fc.integer({ min: 1, max: 5 }).chain((objectives) =>
  fc.record({
    objectives: fc.constant(objectives),
    points: fc
      .array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: objectives, maxLength: objectives }), {
        maxLength: 40,
      })
      .map((rows) => Float64Array.from(rows.flat())),
  }),
);

/** Ranks from their definition: peel off what no remaining point dominates. */
function peeledRanks(count: number, beats: (a: number, b: number) => boolean): number[] {
  const ranks = Array.from({ length: count }, () => -1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = ranks.flatMap((r, i) => (r === -1 ? [i] : []));
    for (const i of left.filter((i) => !left.some((j) => beats(j, i)))) ranks[i] = rank;
  }
  return ranks;
}

describe('dominates', () => {
  test('asks for nowhere worse and somewhere better', () => {
    const points = Float64Array.of(1, 2, 1, 3, 2, 1, 1, 2);
    expect(dominates(points, 2, 0, 1)).toBe(true);
    expect(dominates(points, 2, 1, 0)).toBe(false);
    expect(dominates(points, 2, 0, 2)).toBe(false);
    expect(dominates(points, 2, 0, 3)).toBe(false);
  });
});

describe('nonDominatedRanks', () => {
  test('ranks a staircase behind a staircase', () => {
    const points = Float64Array.of(0, 2, 1, 1, 2, 0, 1, 3, 2, 2, 3, 1, 3, 3);
    expect([...nonDominatedRanks(points, 2)]).toEqual([0, 0, 0, 1, 1, 1, 2]);
  });

  test('is the dense rank of the value with one objective', () => {
    expect([...nonDominatedRanks(Float64Array.of(3, 1, 2, 1, Infinity), 1)]).toEqual([2, 0, 1, 0, 3]);
  });

  test('counts NaN as the worst value', () => {
    expect([...nonDominatedRanks(Float64Array.of(1, Number.NaN, 1, 1e300), 2)]).toEqual([1, 0]);
  });

  test('of no points are none', () => {
    expect(nonDominatedRanks(new Float64Array(0), 3)).toHaveLength(0);
  });

  test('equals peeling by the definition', () => {
    fc.assert(
      fc.property(clouds, ({ points, objectives }) => {
        const expected = peeledRanks(points.length / objectives, (a, b) =>
          dominates(points, objectives, a, b),
        );
        expect([...nonDominatedRanks(points, objectives)]).toEqual(expected);
      }),
    );
  });

  test('puts less violation before more, and losses between equals', () => {
    fc.assert(
      fc.property(
        clouds,
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        ({ points, objectives }, stream) => {
          const count = points.length / objectives;
          const violations = Float64Array.from({ length: count }, () => stream.next().value as number);
          const beats = (a: number, b: number) =>
            (violations[a] as number) < (violations[b] as number) ||
            (violations[a] === violations[b] && dominates(points, objectives, a, b));
          expect([...nonDominatedRanks(points, objectives, violations)]).toEqual(peeledRanks(count, beats));
        },
      ),
    );
  });

  test('puts an unknown violation after every known one', () => {
    const ranks = nonDominatedRanks(Float64Array.of(0, 1, 2), 1, Float64Array.of(Number.NaN, 5, 0));
    expect([...ranks]).toEqual([2, 1, 0]);
  });
});

describe('paretoFront', () => {
  test('is the points of rank 0', () => {
    fc.assert(
      fc.property(
        clouds,
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        ({ points, objectives }, stream) => {
          const violations = Float64Array.from(
            { length: points.length / objectives },
            () => stream.next().value as number,
          );
          for (const given of [undefined, violations]) {
            const ranks = nonDominatedRanks(points, objectives, given);
            const expected = [...ranks.keys()].filter((i) => ranks[i] === 0);
            expect(paretoFront(points, objectives, given)).toEqual(expected);
          }
        },
      ),
    );
  });

  test('keeps every copy of a point', () => {
    expect(paretoFront(Float64Array.of(1, 1, 0, 2, 1, 1, 2, 2), 2)).toEqual([0, 1, 2]);
  });
});
