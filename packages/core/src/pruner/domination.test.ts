import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { aheadOfFirst } from './domination.ts';

/** The front of each point, by peeling. */
function fronts(points: readonly (readonly number[])[]): number[] {
  const ranks = points.map(() => -1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = points.map((_, i) => i).filter((i) => ranks[i] === -1);
    const dominated = (i: number): boolean =>
      left.some(
        (j) =>
          points[j]!.every((x, k) => x <= points[i]![k]!) && points[j]!.some((x, k) => x < points[i]![k]!),
      );
    for (const i of left.filter((one) => !dominated(one))) ranks[i] = rank;
  }
  return ranks;
}

const somePoints = fc.integer({ min: 1, max: 3 }).chain((objectives) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }), {
    minLength: 1,
    maxLength: 15,
  }),
);

/** Each point first by turns. */
const places = (points: readonly (readonly number[])[]): number[] =>
  points.map((point, i) => aheadOfFirst([point, ...points.toSpliced(i, 1)], true));

describe('ahead of a trial', () => {
  test('are those on better fronts', () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const ranks = fronts(points);
        expect(aheadOfFirst(points, false)).toBe(ranks.filter((rank) => rank < ranks[0]!).length);
      }),
    );
  });

  test('are with ties broken all of better fronts, and some of its own', () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const ranks = fronts(points);
        const better = ranks.filter((rank) => rank < ranks[0]!).length;
        const ahead = aheadOfFirst(points, true);
        expect(ahead).toBeGreaterThanOrEqual(better);
        expect(ahead).toBeLessThan(better + ranks.filter((rank) => rank === ranks[0]).length);
      }),
    );
  });

  test('are with one objective those that are better', () => {
    expect(places([[3], [1], [4], [1.5], [9]])).toEqual([2, 0, 3, 1, 4]);
  });

  test('are on a front first its ends, then those farthest from what is there', () => {
    const front = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((x) => [x, 8 - x]);
    // 0, then 8, then the middle, 4; then the quarters.
    const order = places(front);
    expect([order[0], order[8], order[4]]).toEqual([0, 1, 2]);
    expect([order[2]!, order[6]!].every((place) => place >= 3 && place <= 4)).toBe(true);
  });

  test('do not depend on the units', () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const inOtherUnits = points.map((point) =>
          point.map((x, objective) => (x + 1) ** 9 * 1000 ** objective),
        );
        expect(aheadOfFirst(inOtherUnits, true)).toBe(aheadOfFirst(points, true));
      }),
    );
  });

  test('NaN is the worst loss, as bad as an infinite one', () => {
    expect(
      aheadOfFirst(
        [
          [Number.NaN, 5],
          [1, 6],
          [1, 5],
        ],
        false,
      ),
    ).toBe(1);
    expect(
      aheadOfFirst(
        [
          [Number.NaN, 4],
          [1, 6],
          [1, 5],
        ],
        false,
      ),
    ).toBe(0);
    expect(
      places([
        [Number.NaN, 1],
        [Infinity, 1],
        [0, 2],
      ]),
    ).toEqual([1, 1, 0]);
  });
});
