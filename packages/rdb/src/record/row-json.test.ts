import { array, assert, constant, double, oneof, property } from 'fast-check';
import { expect, it } from 'vitest';

import { printRow, readRow } from './row-json.ts';

it('keeps every number of a row exactly, and NaN where there is none', () => {
  const number = oneof(double({ noDefaultInfinity: true }), constant(Number.NaN));
  assert(
    property(array(number.filter((x) => !Object.is(x, -0))), (numbers) => {
      const row = Float64Array.from(numbers);
      expect(readRow(JSON.parse(printRow(row)) as (number | null)[])).toEqual(row);
    }),
  );
});
