import { expect, test } from 'vitest';
import { isJsonValue, show } from './json.ts';

class Point {
  readonly x = 0;
}
const cycle: { self?: unknown } = {};
cycle.self = cycle;

test.each([null, true, 0, -1.5, 'text', [], [1, ['a']], {}, { a: { b: null } }])('%j is JSON', (value) => {
  expect(isJsonValue(value)).toBe(true);
  expect(show(value)).toBe(JSON.stringify(value));
});

test.each([
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  [undefined, 'undefined'],
  [1n, '1'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 1, 'a function'],
  [new Point(), 'an object of class Point'],
  [new Map(), 'an object of class Map'],
  [{ f: () => 1 }, 'an object of class Object'],
  [cycle, 'an object of class Object'],
  [Object.create({ inherited: 1 }), 'an object of class Object'],
])('%o is not, and is shown as text', (value, text) => {
  expect(isJsonValue(value)).toBe(false);
  expect(show(value)).toBe(text);
});

test('the same object twice is no cycle', () => {
  const part = { a: 1 };
  expect(isJsonValue([part, part])).toBe(true);
});

test('long values are cut', () => {
  expect(show('x'.repeat(200))).toHaveLength(80);
});
