import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { hypervolume, hypervolumeContributions } from './hypervolume.ts';

/** Points on a grid of whole numbers in 0..side, whose volumes can be counted cell by cell. */
function gridPoints(objectives: number, side: number, maxLength: number): fc.Arbitrary<Float64Array> {
  return fc
    .array(fc.array(fc.integer({ min: 0, max: side }), { minLength: objectives, maxLength: objectives }), {
      maxLength,
    })
    .map((rows) => Float64Array.from(rows.flat()));
}

/** The volume by its definition: the unit cells of [0, side)^objectives that some point dominates. */
function countedVolume(points: Float64Array, objectives: number, side: number): number {
  let cells = 0;
  for (let cell = 0; cell < side ** objectives; cell++) {
    let isCovered = false;
    for (let i = 0; i < points.length && !isCovered; i += objectives) {
      isCovered = true;
      for (let j = 0, rest = cell; j < objectives; j++, rest = Math.floor(rest / side)) {
        if ((points[i + j] as number) > rest % side) isCovered = false;
      }
    }
    if (isCovered) cells++;
  }
  return cells;
}

const cases: readonly [objectives: number, side: number][] = [
  [1, 9],
  [2, 7],
  [3, 5],
  [4, 4],
  [5, 3],
  [6, 3],
];

describe('hypervolume', () => {
  test('of one point is its box', () => {
    expect(hypervolume(Float64Array.of(1, 2, 3, 4), Float64Array.of(2, 4, 6, 8))).toBe(1 * 2 * 3 * 4);
  });

  test('of two overlapping boxes counts the overlap once', () => {
    expect(hypervolume(Float64Array.of(0, 1, 1, 0), Float64Array.of(2, 2))).toBe(2 + 2 - 1);
  });

  test('of no points is 0', () => {
    expect(hypervolume(new Float64Array(0), Float64Array.of(1, 1, 1))).toBe(0);
  });

  test('ignores points at or beyond the reference, and NaN', () => {
    expect(hypervolume(Float64Array.of(0, 1, 2, -5, Number.NaN, 0), Float64Array.of(1, 1))).toBe(0);
  });

  test('is infinite with an infinitely good point', () => {
    for (const objectives of [1, 2, 3, 4, 5]) {
      const points = new Float64Array(2 * objectives);
      points[objectives] = -Infinity;
      expect(hypervolume(points, new Float64Array(objectives).fill(1))).toBe(Infinity);
    }
  });

  test('is infinite, not NaN, where an infinite side meets no height', () => {
    const reference = Float64Array.of(1, 1, 1);
    expect(hypervolume(Float64Array.of(-Infinity, 0, 0, 0, 0, 0), reference)).toBe(Infinity);
    expect(hypervolume(Float64Array.of(-Infinity, 0.5, 0, -Infinity, 0, 0.5), reference)).toBe(Infinity);
  });

  test.each(cases)('with %i objectives equals the count of covered cells', (objectives, side) => {
    fc.assert(
      fc.property(gridPoints(objectives, side, 12), (points) => {
        const reference = new Float64Array(objectives).fill(side);
        expect(hypervolume(points, reference)).toBe(countedVolume(points, objectives, side));
      }),
    );
  });

  test('of an even sample of the sphere octant approaches 1 - pi/6', () => {
    const rows: number[] = [];
    for (let i = 0.5; i < 40; i++) {
      for (let j = 0.5; j < 40; j++) {
        const height = i / 40;
        const angle = ((j / 40) * Math.PI) / 2;
        const radius = Math.sqrt(1 - height * height);
        rows.push(radius * Math.cos(angle), radius * Math.sin(angle), height);
      }
    }
    const points = Float64Array.from(rows);
    const volume = hypervolume(points, Float64Array.of(1, 1, 1));
    expect(volume).toBeLessThan(1 - Math.PI / 6);
    expect(volume).toBeGreaterThan(1 - Math.PI / 6 - 0.03);
    // A fourth objective that is 0 everywhere multiplies by its reference.
    const flat = Float64Array.from(
      Array.from({ length: 200 }, (_, i) => [...points.subarray(24 * i, 24 * i + 3), 0]).flat(),
    );
    const some = Float64Array.from(
      Array.from({ length: 200 }, (_, i) => [...points.subarray(24 * i, 24 * i + 3)]).flat(),
    );
    expect(hypervolume(flat, Float64Array.of(1, 1, 1, 2))).toBeCloseTo(
      2 * hypervolume(some, Float64Array.of(1, 1, 1)),
      12,
    );
  });
});

describe('hypervolumeContributions', () => {
  test.each(cases)('with %i objectives are what is lost without the point', (objectives, side) => {
    fc.assert(
      fc.property(gridPoints(objectives, side, 8), (points) => {
        const reference = new Float64Array(objectives).fill(side);
        const rows = Array.from({ length: points.length / objectives }, (_, i) => [
          ...points.subarray(i * objectives, (i + 1) * objectives),
        ]);
        const expected = rows.map((_, i) => {
          const rest = Float64Array.from(rows.filter((_, j) => j !== i).flat());
          return countedVolume(points, objectives, side) - countedVolume(rest, objectives, side);
        });
        expect([...hypervolumeContributions(points, reference)]).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test.each(cases)('with %i objectives are infinite or 0 for infinitely good points', (objectives, side) => {
    fc.assert(
      fc.property(gridPoints(objectives, side, 8), (points) => {
        const reference = new Float64Array(objectives).fill(side);
        const infinite = points.map((x) => (x === 0 ? -Infinity : x));
        // Finite volumes stay below 100 here, and sums below 2^53.
        const far = hypervolumeContributions(
          points.map((x) => (x === 0 ? -300 : x)),
          reference,
        );
        const expected = far.map((volume) => (volume >= 300 ? Infinity : volume));
        expect(hypervolumeContributions(infinite, reference)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
