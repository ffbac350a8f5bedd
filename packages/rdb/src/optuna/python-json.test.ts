import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  parsePythonJson,
  printPythonFloat,
  printPythonJson,
  toJsonValue,
  type PythonJson,
} from './python-json.ts';

const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 54n }).map((odd) => 2n * odd + 1n),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 5e-324),
);
const values: fc.Arbitrary<PythonJson> = fc.letrec<{ value: PythonJson }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.string({ unit: 'binary' }),
    numbers,
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

describe('printPythonJson and parsePythonJson', () => {
  test('give every value back, with and without blanks', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, compact) => {
        expect(parsePythonJson(printPythonJson(value, { compact }))).toEqual(value);
      }),
    );
  });

  test('write ASCII only, and nothing that ends a line', () => {
    const isPlain = fc.property(values, (value) => /^[ -~]*$/.test(printPythonJson(value)));
    expect(() => fc.assert(isPlain)).not.toThrow();
  });

  test('read whatever the built-in parser reads, alike', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify({ 'a NaN': value }, null, indent);
        const plain = (key: string, item: unknown): unknown =>
          typeof item === 'bigint' ? Number(item) : item;
        expect(JSON.parse(JSON.stringify(parsePythonJson(text), plain))).toEqual(JSON.parse(text));
      }),
    );
  });

  // Written by json.dumps of Python 3.11.
  test('match Python', () => {
    const value = {
      a: [1, 1.5, -0, 1e16, 1e-5, true, null],
      'é\u007f😀\n': Number.NaN,
      b: [Infinity, -Infinity, 2n ** 63n + 1n],
    };
    const text =
      '{"a": [1, 1.5, -0.0, 1e+16, 1e-05, true, null], "\\u00e9\\u007f\\ud83d\\ude00\\n": NaN, "b": [Infinity, -Infinity, 9223372036854775809]}';
    expect(printPythonJson(value)).toBe(text);
    expect(printPythonJson(value, { compact: true })).toBe(
      '{"a":[1,1.5,-0.0,1e+16,1e-05,true,null],"\\u00e9\\u007f\\ud83d\\ude00\\n":NaN,"b":[Infinity,-Infinity,9223372036854775809]}',
    );
    expect(parsePythonJson(text)).toEqual(value);
  });

  test('leave texts alone that speak of NaN and Infinity', () => {
    expect(parsePythonJson('["NaN, Infinity", "-Infinity", NaN, "\\"NaN"]')).toEqual([
      'NaN, Infinity',
      '-Infinity',
      Number.NaN,
      '"NaN',
    ]);
  });

  test('keep whole numbers that a double cannot hold', () => {
    expect(
      parsePythonJson('[9007199254740993, -9007199254740993, 9007199254740992, 12345678901234567.0]'),
    ).toEqual([9007199254740993n, -9007199254740993n, 9007199254740992, 12345678901234568]);
  });

  test('take a member called __proto__ for what it is', () => {
    const value = parsePythonJson('{"__proto__": NaN}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
  });

  test('read a long text', () => {
    const text = `["${'x\\n'.repeat(1_000_000)}", NaN]`;
    expect((parsePythonJson(text) as string[])[0]).toHaveLength(2_000_000);
  });

  test.each([
    '',
    '[1,',
    '{"a" NaN}',
    'NaN NaN',
    '[NaN',
    '{NaN: 1}',
    '[01, NaN]',
    '["\u0001", NaN]',
    '+Infinity',
    'NaNs',
  ])('refuse %j', (text) => expect(() => parsePythonJson(text)).toThrow(SyntaxError));

  test('say where a text is ill-formed', () => {
    expect(() => parsePythonJson('[NaN, oops]')).toThrow('expected a value at position 6, not "oops]"');
  });
});

test('toJsonValue spells what JSON lacks', () => {
  expect(toJsonValue({ a: [Number.NaN, -Infinity, 2n ** 60n, 1.5, null, true, 'NaN'] })).toEqual({
    a: ['NaN', '-Infinity', '1152921504606846976', 1.5, null, true, 'NaN'],
  });
});

// repr(x) of Python 3.11.
test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [100, '100.0'],
  [0.0001, '0.0001'],
  [9.999e-5, '9.999e-05'],
  [1.25e-7, '1.25e-07'],
  [5e-324, '5e-324'],
  [1e15, '1000000000000000.0'],
  [-66926478731690.96, '-66926478731690.96'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [0.1 + 0.2, '0.30000000000000004'],
  [-3.0168212434893705e21, '-3.0168212434893705e+21'],
  [7.654927133881691e-231, '7.654927133881691e-231'],
])('printPythonFloat(%d) is %s', (x, text) => expect(printPythonFloat(x)).toBe(text));
