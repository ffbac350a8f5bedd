import { assert, nat, property, uniqueArray } from 'fast-check';
import { expect, it } from 'vitest';

import { inLists, placeholders } from './in-list.ts';

it('holds the same ids, in lists whose lengths are powers of two', () => {
  assert(
    property(uniqueArray(nat(), { maxLength: 3000 }), (ids) => {
      const lists = inLists(ids);
      expect([...new Set(lists.flat())]).toEqual(ids);
      for (const { length } of lists) expect([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]).toContain(length);
    }),
    { numRuns: 50 },
  );
});

it('writes a place for each', () => {
  expect(placeholders([7, 8, 9])).toBe('(?, ?, ?)');
});
