import { describe, expect, test } from 'vitest';
import { categorical, constant } from '../index.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { choice } from './choice.ts';
import { list } from './list.ts';
import { space, type SearchSpace } from './search-space.ts';
import { translateRows } from './translate-rows.ts';

const translated = (from: SearchSpace, to: SearchSpace, params: unknown): unknown =>
  to.decode(translateRows(from.toJSON(), to.toJSON())(from.encode(params)));

describe('translateRows', () => {
  test('keeps values under their names, whatever the order, the bounds and the indices', () => {
    const before = space({
      x: float(0, 1),
      c: categorical(['a', 'b']),
      o: choice({ p: { n: int(1, 3) }, q: {} }),
    });
    const after = space({
      c: categorical(['z', 'b', 'a']),
      o: choice({ r: { m: int(1, 3) }, q: {}, p: { n: int(0, 9) } }),
      x: float(-1, 2),
    });
    const params = { x: 0.25, c: 'b', o: { type: 'p', n: 2 } };
    expect(translated(before, after, params)).toEqual(params);
    expect(translated(before, after, { ...params, o: { type: 'q' } })).toEqual({
      ...params,
      o: { type: 'q' },
    });
  });

  test('reads what had a single value and so was no leaf', () => {
    const before = space({ n: int(3, 3), o: choice({ p: {} }), l: list(int(1, 2), { min: 2, max: 2 }) });
    const after = space({
      n: int(1, 5),
      o: choice({ p: {}, q: {} }),
      l: list(int(1, 2), { min: 1, max: 3 }),
    });
    const params = { n: 3, o: { type: 'p' }, l: [1, 2] };
    expect(translated(before, after, params)).toEqual(params);
  });

  test('gives NaN for what was not there, and for values outside the domain', () => {
    const before = space({ x: float(0, 1), c: categorical([1, 2]) });
    const after = space({ x: float(0, 0.5), c: categorical([2, 3]), y: float(0, 1), z: constant(1) });
    const row = translateRows(before.toJSON(), after.toJSON())(before.encode({ x: 0.75, c: 1 }));
    expect([...row]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('does without constraints', () => {
    const constrained = space(
      { g: space({ x: int(1, 3) }, { where: [({ x }) => x > 1] }) },
      { where: [() => true] },
    );
    expect(translated(constrained, constrained, { g: { x: 2 } })).toEqual({ g: { x: 2 } });
  });
});
