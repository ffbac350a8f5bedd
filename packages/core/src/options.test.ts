import { expect, test } from 'vitest';

import { random } from './optimizer/random/random.ts';
import { sobol } from './optimizer/sobol/sobol.ts';
import { tpe } from './optimizer/tpe/tpe.ts';
import { checkNumber, type NumberRule } from './options.ts';

test.each<[NumberRule, unknown, string]>([
  [{ min: Number.MIN_VALUE, max: 1 }, 0, 'a number above 0, at most 1, not 0'],
  [{ min: Number.MIN_VALUE }, -1, 'a number above 0, not -1'],
  [{ min: 2, max: Number.MAX_VALUE }, 1, 'a number of at least 2, not 1'],
  [{ min: 2, max: Number.MAX_VALUE }, Infinity, 'a finite number of at least 2, not Infinity'],
  [{ min: 1, max: Number.MAX_SAFE_INTEGER }, 0, 'a number of at least 1, not 0'],
  [{ min: 1, max: Number.MAX_SAFE_INTEGER }, 1e300, 'a number from 1 to 9007199254740991, not 1e+300'],
  [{ max: Number.MAX_SAFE_INTEGER }, 'x', 'a number, not "x"'],
  [{ min: 0, max: 9, integer: true }, 0.5, 'a whole number from 0 to 9, not 0.5'],
  [{ max: 9 }, 10, 'a number of at most 9, not 10'],
])('%j, given %s: must be %s', (rule, value, expected) => {
  expect(() => checkNumber('call', 'size', value, rule)).toThrow(`call: size must be ${expected}`);
});

test('optimizers without options refuse all, and say whose the seed is', () => {
  expect(random({}).name).toBe('random');
  expect(sobol({}).name).toBe('sobol');
  const hint = /unknown option 'seed'; .*the seed of the study, createStudy\(\{ seed \}\)/;
  for (const make of [random, sobol, tpe])
    expect(() => (make as (options: object) => unknown)({ seed: 1 })).toThrow(hint);
  expect(() => sobol({ scramble: 3 } as never)).toThrow(/^sobol: unknown option 'scramble'; it has none$/);
  expect(() => random(3 as never)).toThrow(/random: options must be an object, not 3/);
});
