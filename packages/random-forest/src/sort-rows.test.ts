import { createRandom } from '@tunable/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { sortRows } from './sort-rows.ts';

const anyClasses = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 60 });

test('reorders the rows and loses none', () => {
  fc.assert(
    fc.property(anyClasses, fc.constantFrom(0, 3), fc.nat(), (classes, classCount, seed) => {
      const rows = createRandom(seed, 1).shuffle(Int32Array.from(classes, (_, i) => i));
      const sorted = sortRows(rows, Float64Array.from(classes), classCount, createRandom(seed));
      expect(sorted.toSorted()).toEqual(rows.toSorted());
    }),
  );
});

test('the first and last √n rows stay as they are; between them each class follows in one run', () => {
  fc.assert(
    fc.property(anyClasses, fc.nat(), (classes, seed) => {
      const rows = Int32Array.from(classes, (_, i) => i);
      const sorted = sortRows(rows, Float64Array.from(classes), 3, createRandom(seed));
      const end = Math.ceil(Math.sqrt(rows.length));
      expect(sorted.slice(0, end)).toEqual(rows.slice(0, end));
      expect(sorted.slice(-end)).toEqual(rows.slice(-end));
      const middle = Array.from(sorted.slice(end, -end), (row) => classes[row]);
      const runs = middle.filter((value, i) => value !== middle[i - 1]);
      expect(runs).toHaveLength(new Set(middle).size);
    }),
  );
});

test('numbers go up in some trees and down in others', () => {
  const target = Float64Array.of(0, 0, 0, 5, 9, 7, 0, 0, 0);
  const orders = Array.from({ length: 20 }, (_, seed) =>
    sortRows(Int32Array.from(target.keys()), target, 0, createRandom(seed)).slice(3, 6).join(),
  );
  expect(new Set(orders)).toEqual(new Set(['3,5,4', '4,5,3']));
});
