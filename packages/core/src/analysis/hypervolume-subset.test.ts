import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { selectByHypervolume } from './hypervolume-subset.ts';
import { hypervolume } from './hypervolume.ts';

function rowsOf(points: Float64Array, objectives: number, indices: readonly number[]): Float64Array {
  return Float64Array.from(
    indices.flatMap((i) => [...points.subarray(i * objectives, (i + 1) * objectives)]),
  );
}

describe('selectByHypervolume', () => {
  test('takes the knee first and then what adds most', () => {
    const points = Float64Array.of(0, 9, 2, 2, 9, 0, 1, 6);
    expect(selectByHypervolume(points, Float64Array.of(10, 10), 2)).toEqual([1, 3]);
    expect(selectByHypervolume(points, Float64Array.of(10, 10), 9)).toEqual([1, 3, 2, 0]);
  });

  test.each([1, 2, 3, 4])(
    'with %i objectives each choice adds the most that a point of the front could',
    (objectives) => {
      fc.assert(
        fc.property(
          fc.array(
            fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }),
            {
              minLength: 1,
              maxLength: 15,
            },
          ),
          fc.integer({ min: 0, max: 15 }),
          (rows, count) => {
            const points = Float64Array.from(rows.flat());
            const reference = new Float64Array(objectives).fill(6);
            const chosen = selectByHypervolume(points, reference, count);
            expect(new Set(chosen).size).toBe(Math.min(count, rows.length));
            for (let k = 0; k < chosen.length; k++) {
              const volumes = rows.map((_, i) =>
                hypervolume(rowsOf(points, objectives, [...chosen.slice(0, k), i]), reference),
              );
              expect(volumes[chosen[k] as number]).toBe(Math.max(...volumes));
            }
          },
        ),
      );
    },
  );

  test('leaves dominated points for last', () => {
    expect(selectByHypervolume(Float64Array.of(1, 1, 0, 0, 0.5, 0.5), Float64Array.of(2, 2), 3)).toEqual([
      1, 0, 2,
    ]);
  });
});
