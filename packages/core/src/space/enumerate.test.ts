import { describe, expect, test } from 'vitest';

import { boolean, categorical } from '../hyperparameter/categorical.ts';
import { constant } from '../hyperparameter/constant.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { choice } from './choice.ts';
import { enumerateRows, enumerateSpace, listedValues } from './enumerate.ts';
import { list } from './list.ts';
import { space, type SearchSpace } from './search-space.ts';

const conditional = space({
  depth: int(2, 6, { step: 2 }),
  model: choice({
    linear: {},
    tree: { leaves: categorical(['few', 'many']), kind: choice({ a: {}, b: { flag: boolean() } }) },
    net: { layers: list({ units: int(1, 4, { scale: 'log' }), skip: boolean() }, { min: 0, max: 2 }) },
  }),
  rate: float(0, 0.3, { step: 0.1 }),
  name: constant('x'),
});

function configurations(searched: SearchSpace): string[] {
  const { size, rowAt } = enumerateSpace(searched);
  return Array.from({ length: size }, (_, k) => JSON.stringify(searched.decode(rowAt(k))));
}

describe('enumerateSpace', () => {
  test('runs through a flat space like nested loops', () => {
    expect(configurations(space({ a: boolean(), b: int(1, 3) }))).toEqual([
      '{"a":false,"b":1}',
      '{"a":false,"b":2}',
      '{"a":false,"b":3}',
      '{"a":true,"b":1}',
      '{"a":true,"b":2}',
      '{"a":true,"b":3}',
    ]);
  });

  test('takes each configuration of a conditional space once, active leaves only', () => {
    const all = configurations(conditional);
    expect(all).toHaveLength(3 * (1 + 2 * 3 + (1 + 8 + 64)) * 4);
    expect(all).toHaveLength(conditional.cardinality);
    expect(new Set(all).size).toBe(all.length);
    const { rowAt, size } = enumerateSpace(conditional);
    for (let k = 0; k < size; k++) {
      const row = rowAt(k);
      expect(conditional.deactivate(row.slice())).toEqual(row);
      expect(conditional.encode(conditional.decode(row))).toEqual(row);
    }
  });

  test('yields the same rows one by one', () => {
    const { rowAt, size } = enumerateSpace(conditional);
    expect([...enumerateRows(conditional)]).toEqual(Array.from({ length: size }, (_, k) => rowAt(k)));
  });

  test('finds the index of every row again', () => {
    const { rowAt, indexOf, size } = enumerateSpace(conditional);
    for (let k = 0; k < size; k++) expect(indexOf(rowAt(k))).toBe(k);
  });

  test('gives -1 for rows outside: another value, a missing one, one that should be inactive', () => {
    const { indexOf } = enumerateSpace(space({ a: choice({ on: { n: int(1, 3) }, off: {} }) }));
    expect(indexOf(Float64Array.of(0, 2))).toBe(1);
    expect(indexOf(Float64Array.of(0, 2.5))).toBe(-1);
    expect(indexOf(Float64Array.of(0, Number.NaN))).toBe(-1);
    expect(indexOf(Float64Array.of(1, Number.NaN))).toBe(3);
    expect(indexOf(Float64Array.of(1, 2))).toBe(-1);
    expect(indexOf(Float64Array.of(Number.NaN, Number.NaN))).toBe(-1);
  });

  test('takes given values of continuous leaves', () => {
    const mixed = space({ x: float(0, 1), b: boolean() });
    const { size, rowAt, indexOf } = enumerateSpace(mixed, ({ name }) =>
      listedValues(name === 'x' ? [0.1, 0.7] : [1]),
    );
    expect(size).toBe(2);
    expect([...rowAt(1)]).toEqual([0.7, 1]);
    expect(indexOf(Float64Array.of(0.7, 1))).toBe(1);
    expect(indexOf(Float64Array.of(0.7, 0))).toBe(-1);
  });

  test('reaches into spaces of more than 2^32 configurations', () => {
    const large = space(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`n${i}`, int(1, 1000)])));
    const { size, rowAt, indexOf } = enumerateSpace(large);
    expect(size).toBe(1e15);
    expect([...rowAt(123_456_789_012_345)]).toEqual([124, 457, 790, 13, 346]);
    expect(indexOf(rowAt(999_999_999_999_999))).toBe(999_999_999_999_999);
  });

  test('holds one configuration when there is nothing to choose', () => {
    const { size, rowAt, indexOf } = enumerateSpace(space({ a: constant(1) }));
    expect(size).toBe(1);
    expect(indexOf(rowAt(0))).toBe(0);
  });
});
