import { expect, it } from 'vitest';

import { fromValueColumns, toValueColumns } from './value-type.ts';

it.each([
  [0.1, [0.1, 'FINITE']],
  [Number.POSITIVE_INFINITY, [null, 'INF_POS']],
  [Number.NEGATIVE_INFINITY, [null, 'INF_NEG']],
  [Number.NaN, [null, 'NAN']],
])('keeps %d as Optuna does, and reads it back', (x, columns) => {
  expect(toValueColumns(x)).toEqual(columns);
  expect(fromValueColumns(columns[0] as number | null, columns[1] as string)).toBe(x);
});

it('takes a lacking number for NaN, as old databases have it', () => {
  expect(fromValueColumns(null, 'FINITE')).toBeNaN();
});
