import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidSpaceError } from '../errors.ts';
import { createRandom } from '../math/random.ts';
import { boolean, categorical } from './categorical.ts';
import { constant } from './constant.ts';
import { drawNumber } from './draw.ts';
import { float } from './float.ts';
import { hyperparameterFromJSON } from './from-json.ts';
import type { Hyperparameter } from './hyperparameter.ts';
import { int } from './int.ts';

const domains: readonly (readonly [string, Hyperparameter])[] = [
  ['float', float(-2, 5)],
  ['log float', float(1e-6, 10, { scale: 'log' })],
  ['stepped float', float(0, 0.9, { step: 0.1 })],
  ['int', int(-3, 12)],
  ['log int', int(1, 1024, { scale: 'log' })],
  ['stepped int', int(8, 64, { step: 8 })],
  ['categorical', categorical(['relu', 'tanh', null, 3, [1, 2]])],
  ['ordered categorical', categorical([16, 32, 64, 128], { ordered: true })],
  ['boolean', boolean()],
];

describe.each(domains)('%s', (_, domain) => {
  test('every unit number decodes to a value of the domain, and snapping twice changes nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.5, max: 6, noNaN: true }), (u) => {
        const x = domain.fromUnit(u);
        expect(domain.encode(domain.decode(x))).toBe(x);
        expect(domain.fromUnit(domain.toUnit(x))).toBeCloseTo(x, 9);
      }),
    );
  });

  test('values survive encoding exactly', () => {
    const random = createRandom(1);
    for (let i = 0; i < 200; i++) {
      const value = domain.decode(drawNumber(domain, random));
      expect(domain.decode(domain.encode(value))).toEqual(value);
    }
  });

  test('goes to JSON and back', () => {
    const json = domain.toJSON();
    const copy = hyperparameterFromJSON(JSON.parse(JSON.stringify(json)) as typeof json);
    expect(copy.toJSON()).toEqual(json);
    expect(copy.cardinality).toBe(domain.cardinality);
  });

  test('rejects what is no value', () => {
    for (const value of [Number.NaN, Infinity, -100, 1e9, 'selu', undefined, {}]) {
      expect(domain.encode(value)).toBeNaN();
    }
  });

  test.skipIf(domain.cardinality === Infinity)('every value is drawn with its share', () => {
    const random = createRandom(7);
    const counts = new Map<unknown, number>();
    const n = 20_000;
    for (let i = 0; i < n; i++) {
      const x = drawNumber(domain, random);
      counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    for (const [x, count] of counts) {
      const share = domain.isNominal
        ? 1 / domain.cardinality
        : domain.unitCellEnd(x as number) - domain.unitCellStart(x as number);
      expect(Math.abs(count / n - share)).toBeLessThan(5 * Math.sqrt(share / n) + 1e-9);
    }
  });
});

test('the cells of a discrete domain tile the unit interval', () => {
  for (const domain of [
    int(1, 9),
    int(1, 100, { scale: 'log' }),
    float(0, 1, { step: 0.25 }),
    categorical(['s', 'm', 'l'], { ordered: true }),
  ]) {
    let edge = 0;
    for (let x = domain.fromUnit(0); edge < 1 - 1e-12; x = domain.fromUnit(edge + 1e-9)) {
      expect(domain.unitCellStart(x)).toBeCloseTo(edge, 12);
      expect(domain.toUnit(x)).toBeGreaterThan(edge);
      edge = domain.unitCellEnd(x);
      expect(domain.toUnit(x)).toBeLessThan(edge);
    }
    expect(edge).toBeCloseTo(1, 12);
  }
});

test('a log scale is even in the logarithm', () => {
  expect(float(1e-4, 1, { scale: 'log' }).fromUnit(0.5)).toBeCloseTo(1e-2, 12);
});

test('steps give clean decimals', () => {
  const domain = float(0, 1, { step: 0.1 });
  expect(Array.from({ length: 11 }, (_, i) => domain.fromUnit((i + 0.5) / 11))).toEqual([
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
  ]);
});

test('equal bounds, one choice and constants leave nothing to search', () => {
  for (const domain of [float(2, 2), int(3, 3), categorical(['only']), constant({ a: 1 })])
    expect(domain.cardinality).toBe(1);
  expect(constant({ a: 1 }).decode(0)).toEqual({ a: 1 });
});

test('defaults are kept as numbers, and checked', () => {
  expect(float(0, 1, { default: 0.25 }).defaultNumber).toBe(0.25);
  expect(categorical(['a', 'b'], { default: 'b' }).defaultNumber).toBe(1);
  expect(int(0, 9).defaultNumber).toBeNaN();
  expect(() => int(0, 9, { default: 10 })).toThrow(/default 10 is not a whole number from 0 to 9/);
});

test.each([
  ['reversed bounds', () => float(1, 0), /reversed/],
  ['NaN', () => float(Number.NaN, 1), /finite/],
  ['infinity', () => int(0, Infinity), /finite/],
  ['text', () => float('0' as never, 1), /finite/],
  ['log scale at zero', () => float(0, 1, { scale: 'log' }), /above zero/],
  ['log scale below zero', () => int(-1, 5, { scale: 'log' }), /above zero/],
  ['fractions', () => int(0.5, 3), /whole/],
  ['a step that does not fit', () => float(0, 1, { step: 0.3 }), /largest bound that fits is 0.9/],
  ['a negative step', () => float(0, 1, { step: -1 }), /positive/],
  ['step and log', () => float(1, 2, { step: 1, scale: 'log' }), /drop one/],
  ['no choices', () => categorical([]), /at least one/],
  ['duplicate choices', () => categorical(['a', 'b', 'a']), /"a" is listed twice/],
  ['equal objects', () => categorical([{ a: 1 }, { a: 1 }]), /listed twice/],
  ['choices that JSON cannot hold', () => categorical([(() => 1) as never]), /JSON/],
  ['a misspelt option', () => float(0, 1, { logScale: true } as never), /unknown option 'logScale'/],
  ['a wrong scale', () => float(1, 2, { scale: 'ln' as never }), /'linear' or 'log'/],
] as const)('refuses %s', (_, make, message) => {
  expect(make).toThrow(InvalidSpaceError);
  expect(make).toThrow(message);
});
