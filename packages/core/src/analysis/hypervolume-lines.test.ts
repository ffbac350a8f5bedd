import { expect, test } from 'vitest';

import { createRandom } from '../math/random.ts';
import { selectByLines } from './hypervolume-lines.ts';
import { selectByHypervolume } from './hypervolume-subset.ts';
import { hypervolume } from './hypervolume.ts';

/** Random points of a sphere's octant: all on one front. */
function sphere(objectives: number, count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const points = new Float64Array(count * objectives);
  for (let at = 0; at < points.length; at += objectives) {
    const row = points.subarray(at, at + objectives);
    for (let j = 0; j < objectives; j++) row[j] = -Math.abs(random.normal());
    const radius = Math.hypot(...row);
    for (let j = 0; j < objectives; j++) row[j] = 1 + (row[j] as number) / radius;
  }
  return points;
}

function volumeOf(points: Float64Array, reference: Float64Array, chosen: readonly number[]): number {
  const m = reference.length;
  return hypervolume(
    Float64Array.from(chosen.flatMap((i) => [...points.subarray(i * m, i * m + m)])),
    reference,
  );
}

test.each([2, 3, 4, 5])('with %i objectives nearly the volume of a choice by exact gains', (objectives) => {
  const reference = new Float64Array(objectives).fill(1.1);
  for (let seed = 0; seed < 5; seed++) {
    const points = sphere(objectives, 60, seed);
    const reached = volumeOf(points, reference, selectByLines(points, reference, 10));
    const exact = volumeOf(points, reference, selectByHypervolume(points, reference, 10));
    const first = volumeOf(
      points,
      reference,
      Array.from({ length: 10 }, (_, i) => i),
    );
    expect(reached).toBeGreaterThan(0.97 * exact);
    expect(reached).toBeGreaterThan(first);
  }
});

test('takes each point once, dominated and equal ones last', () => {
  const points = Float64Array.of(1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 2, 2, 2, 2);
  const chosen = selectByLines(points, new Float64Array(4).fill(2), 9);
  expect(new Set(chosen.slice(0, 2))).toEqual(new Set([1, 3]));
  expect(chosen.slice(2)).toEqual([0, 2, 4]);
});

test('does not depend on the scales of the objectives', () => {
  const points = sphere(4, 40, 7);
  const scales = [1, 1024, 2 ** -20, 8];
  const scaled = points.map((x, i) => x * (scales[i % 4] as number));
  expect(
    selectByLines(
      scaled,
      Float64Array.from(scales, (x) => 1.5 * x),
      12,
    ),
  ).toEqual(selectByLines(points, new Float64Array(4).fill(1.5), 12));
});
