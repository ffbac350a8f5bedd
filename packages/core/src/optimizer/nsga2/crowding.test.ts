import { describe, expect, it } from 'vitest';

import { crowdingDistances } from './crowding.ts';

function distances(points: readonly (readonly number[])[], front = points.map((_, i) => i)): number[] {
  const result = new Float64Array(points.length).fill(-1);
  crowdingDistances(Float64Array.from(points.flat()), points[0]!.length, front, result);
  return [...result];
}

describe('crowdingDistances', () => {
  it('adds up relative side lengths of the box between the neighbours', () => {
    const points = [
      [0, 10],
      [4, 0],
      [1, 6],
      [2, 2],
    ];
    expect(distances(points)).toEqual([Infinity, Infinity, 2 / 4 + 8 / 10, 3 / 4 + 6 / 10]);
  });

  it('touches the front only', () => {
    expect(
      distances(
        [
          [0, 1],
          [9, 9],
          [1, 0],
        ],
        [0, 2],
      ),
    ).toEqual([Infinity, -1, Infinity]);
  });

  it('bears equal and infinite losses', () => {
    expect(
      distances([
        [1, 1],
        [1, 1],
        [1, 1],
      ])[1],
    ).toBe(0);
    expect(
      distances([
        [-Infinity, 3],
        [0, 2],
        [1, 1],
        [Infinity, 0],
      ]),
    ).toEqual([Infinity, 1 + 2 / 3, 1 + 2 / 3, Infinity]);
    for (const distance of distances([
      [Infinity, 0],
      [Infinity, 1],
      [-Infinity, 2],
      [-Infinity, 3],
    ]))
      expect(distance).not.toBeNaN();
  });
});
