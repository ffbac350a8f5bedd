import { expect, test } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { selectActive } from './active-set.ts';

const N = 200;
const random = createRandom(11);
const points = Float64Array.from({ length: 2 * N }, () => random.uniform());
const loss = (i: number) => (points[2 * i]! - 0.3) ** 2 + (points[2 * i + 1]! - 0.6) ** 2;
const order = Int32Array.from(Array.from({ length: N }, (_, i) => i).toSorted((a, b) => loss(a) - loss(b)));

test('keeps everything while there is room', () => {
  expect([...selectActive(points, 2, order, N)]).toEqual(Array.from({ length: N }, (_, i) => i));
});

test.each([1, 2, 10, 50, 199])('keeps %i different observations, the best ones among them', (limit) => {
  const active = selectActive(points, 2, order, limit);
  expect(active).toHaveLength(limit);
  expect(new Set(active).size).toBe(limit);
  expect([...active]).toEqual([...active].toSorted((a, b) => a - b));
  for (const index of order.subarray(0, Math.max(1, Math.floor(0.4 * limit))))
    expect(active).toContain(index);
});

test('keeps some everywhere: no observation is far from all that were chosen', () => {
  const active = selectActive(points, 2, order, 50);
  for (let i = 0; i < N; i++) {
    const nearest = Math.min(
      ...Array.from(active, (j) =>
        Math.hypot(points[2 * i]! - points[2 * j]!, points[2 * i + 1]! - points[2 * j + 1]!),
      ),
    );
    expect(nearest).toBeLessThan(0.25);
  }
});

test('copes with copies of one point', () => {
  expect(
    selectActive(
      new Float64Array(40),
      2,
      Int32Array.from({ length: 20 }, (_, i) => i),
      10,
    ),
  ).toHaveLength(10);
});

test.each([2, 10])('takes best, nearest, then ever the farthest, %i features', (features) => {
  const n = 120;
  const rows = Array.from({ length: n }, () =>
    // On a coarse grid, so that there are ties, which the lower index wins.
    Float64Array.from({ length: features }, () => random.integer(4)),
  );
  const squared = (i: number, j: number): number =>
    rows[i]!.reduce((sum, x, f) => sum + (x - rows[j]![f]!) ** 2, 0);
  const shuffled = Int32Array.from(random.shuffle(Array.from({ length: n }, (_, i) => i)));
  const expected = Array.from(shuffled.subarray(0, 12));
  const others = Array.from(shuffled.subarray(12)).toSorted(
    (a, b) => squared(shuffled[0]!, a) - squared(shuffled[0]!, b) || a - b,
  );
  expected.push(...others.splice(0, 6));
  while (expected.length < 30) {
    const nearest = (i: number): number => Math.min(...expected.map((j) => squared(i, j)));
    others.sort((a, b) => nearest(b) - nearest(a) || a - b);
    expected.push(others.shift()!);
  }
  const points = Float64Array.from(rows.flatMap((row) => [...row]));
  expect([...selectActive(points, features, shuffled, 30)]).toEqual(expected.toSorted((a, b) => a - b));
});
