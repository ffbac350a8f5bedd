import { InvalidArgumentError } from '@tunable/core';
import { expect, it } from 'vitest';

import { checkNames } from './check-names.ts';

it('lets any text pass that every database keeps as it is', () => {
  const names = ["it's a 'név' \u{1F600}", 'a"b', '%s; DROP TABLE studies; --', '\n', 'x'.repeat(512), ''];
  expect(() => checkNames('an attribute', names)).not.toThrow();
});

it.each([
  ['x'.repeat(513), /an attribute has a name of 513 characters .*take 512/],
  ['a\0b', /an attribute has the name "a\\u0000b", with a character that databases do not take/],
  ['a\ud800', /an attribute has the name "a\\ud800"/],
])('refuses %j', (name, message) => {
  expect(() => checkNames('an attribute', ['fine', name])).toThrow(InvalidArgumentError);
  expect(() => checkNames('an attribute', ['fine', name])).toThrow(message);
});
