import { expect, test } from 'vitest';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { createRandom } from '../math/random.ts';
import { findRow } from './find-row.ts';
import { space } from './search-space.ts';

const pairs = space({ a: int(1, 300), b: int(1, 300) });

test('finds the one configuration in 90,000 that is wanted', () => {
  const row = findRow(pairs, createRandom(1), ([a, b]) => a === 17 && b === 288);
  expect(row).toEqual(Float64Array.of(17, 288));
});

test('finds none where none is, or where there are too many to visit', () => {
  expect(findRow(pairs, createRandom(1), () => false)).toBeUndefined();
  expect(findRow(space({ x: float(0, 1) }), createRandom(1), () => true)).toBeUndefined();
});

test('every wanted one is equally likely', () => {
  const counts = [0, 0, 0, 0];
  for (let seed = 0; seed < 400; seed++) {
    const row = findRow(space({ a: int(0, 99) }), createRandom(seed), ([a]) => a! % 25 === 0);
    counts[row![0]! / 25]!++;
  }
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(75));
});
