import { describe, expect, test } from 'vitest';

import { hypervolume } from '../../analysis/hypervolume.ts';
import { paretoFront } from '../../analysis/pareto.ts';
import { createRandom } from '../../math/random.ts';
import { improvableBoxes, type Boxes } from './boxes.ts';

/** Random points of the unit cube that do not dominate one another; with a coarse grid some coordinates are equal. */
function randomFront(objectives: number, count: number, seed: number, grid = 0): Float64Array {
  const random = createRandom(seed);
  const points = Float64Array.from({ length: count * objectives }, () =>
    grid === 0 ? random.uniform() : random.integer(grid) / grid,
  );
  const rows = paretoFront(points, objectives).map((i) => points.slice(i * objectives, (i + 1) * objectives));
  const distinct = new Map(rows.map((row) => [row.join(','), row]));
  return Float64Array.from([...distinct.values()].flatMap((row) => [...row]));
}

function contains({ objectives, lower, upper }: Boxes, k: number, y: Float64Array): boolean {
  return y.every((x, j) => x > lower[k * objectives + j]! && x < upper[k * objectives + j]!);
}

/** The volume by which `y` improves on the front, from the boxes. */
function improvement({ objectives, count, lower, upper }: Boxes, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    let product = 1;
    for (let j = 0; j < objectives; j++) {
      const i = k * objectives + j;
      product *= Math.max(0, upper[i]! - Math.max(lower[i]!, y[j]!));
    }
    sum += product;
  }
  return sum;
}

describe.each([2, 3])('boxes of a front of %i objectives', (objectives) => {
  const reference = new Float64Array(objectives).fill(1.1);

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('give the hypervolume improvement of any point, front %i', (seed) => {
    const front = randomFront(objectives, 4 * seed, seed, seed % 2 === 0 ? 6 : 0);
    const boxes = improvableBoxes(front, reference);
    const random = createRandom(seed, 1);
    for (let trial = 0; trial < 30; trial++) {
      const y = Float64Array.from({ length: objectives }, () => 1.4 * random.uniform() - 0.2);
      const gain =
        hypervolume(Float64Array.from([...front, ...y]), reference) - hypervolume(front, reference);
      expect(improvement(boxes, y)).toBeCloseTo(gain, 10);
    }
  });

  test.each([1, 2, 3, 4])('are disjoint and cover what is not dominated, front %i', (seed) => {
    const front = randomFront(objectives, 12, seed + 50);
    const boxes = improvableBoxes(front, reference);
    const random = createRandom(seed, 2);
    for (let trial = 0; trial < 200; trial++) {
      const y = Float64Array.from({ length: objectives }, () => 1.5 * random.uniform() - 0.3);
      let isImprovable = y.every((x) => x < 1.1);
      for (let i = 0; i < front.length; i += objectives) {
        if (y.every((x, j) => x > front[i + j]!)) isImprovable = false;
      }
      let inside = 0;
      for (let k = 0; k < boxes.count; k++) if (contains(boxes, k, y)) inside++;
      expect(inside).toBe(isImprovable ? 1 : 0);
    }
  });

  test('are one when nothing is known, and few when much is', () => {
    expect(improvableBoxes(new Float64Array(0), reference).count).toBe(1);
    const front = randomFront(objectives, 400, 3);
    const count = front.length / objectives;
    expect(improvableBoxes(front, reference).count).toBeLessThanOrEqual(3 * count + 1);
  });
});
