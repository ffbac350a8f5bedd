import { expect, test } from 'vitest';

import { parsePythonJson, type PythonJson } from './python-json.ts';
import { readConstraints, writeConstraints } from './system-attributes.ts';

const attributesOf = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, PythonJson> =>
  new Map(pairs.map(([key, json]) => [key, parsePythonJson(json)]));

test('constraint values come back', () => {
  const values = [0, -1.5, Infinity, -Infinity, 1e-5];
  expect(readConstraints(attributesOf(writeConstraints(values)))).toEqual(values);
  expect(writeConstraints([0.5])).toEqual([['constraints:0', '0.5']]);
});

test('a trial without constraints has none', () => {
  expect(readConstraints(attributesOf([['fixed_params', '{}']]))).toBeUndefined();
});

test('the list of older versions is read, and entries of it replaced', () => {
  const old: [string, string] = ['constraints', '[1.0, -2.0]'];
  expect(readConstraints(attributesOf([old]))).toEqual([1, -2]);
  expect(readConstraints(attributesOf([['constraints:size', '3'], old, ['constraints:1', '0.0']]))).toEqual([
    1, 0, 3,
  ]);
});
