import {
  boolean,
  categorical,
  choice,
  constant,
  float,
  int,
  list,
  space,
  when,
  type JsonValue,
} from '@tunable/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  areCompatible,
  distributionOf,
  hyperparameterOf,
  internalOf,
  parseDistribution,
  printDistribution,
  valueOf,
  type Distribution,
} from './distribution.ts';
import { fixedParameters } from './fixed-parameters.ts';

// Written by optuna.distributions.distribution_to_json of Optuna 5.0.0.
const PYTHON = [
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}',
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}',
  '{"name": "FloatDistribution", "attributes": {"step": 0.1, "low": -0.5, "high": 0.5, "log": false}}',
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-300, "high": 1e+22, "log": false}}',
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0001, "high": 123456789.125, "log": false}}',
  '{"name": "IntDistribution", "attributes": {"log": false, "step": 10, "low": 0, "high": 100}}',
  '{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 1, "high": 1024}}',
  '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": -5, "high": 5}}',
  '{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd", null, 3, true, 1.5]}}',
  '{"name": "CategoricalDistribution", "attributes": {"choices": ["\\u00e9\\n\\"\\\\", "\\ud83d\\ude00", "\\u007f", ""]}}',
  '{"name": "CategoricalDistribution", "attributes": {"choices": [NaN, Infinity, -Infinity]}}',
];

describe('distributions as JSON', () => {
  test.each(PYTHON)('are written as Python writes them: %s', (json) =>
    expect(printDistribution(parseDistribution(json))).toBe(json),
  );

  // Written by Optuna 2's classes, and the short form that Optuna reads as well.
  test.each<[string, string]>([
    ['{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}', PYTHON[1] as string],
    ['{"name": "LogUniformDistribution", "attributes": {"low": 1e-05, "high": 0.1}}', PYTHON[0] as string],
    [
      '{"name": "DiscreteUniformDistribution", "attributes": {"low": -0.5, "high": 0.5, "q": 0.1}}',
      PYTHON[2] as string,
    ],
    [
      '{"name": "IntUniformDistribution", "attributes": {"step": 10, "low": 0, "high": 100}}',
      PYTHON[5] as string,
    ],
    ['{"name": "IntUniformDistribution", "attributes": {"low": -5, "high": 5}}', PYTHON[7] as string],
    [
      '{"name": "IntLogUniformDistribution", "attributes": {"step": 1, "low": 1, "high": 1024}}',
      PYTHON[6] as string,
    ],
    ['{"type": "float", "low": 1e-05, "high": 0.1, "log": true}', PYTHON[0] as string],
    ['{"type": "int", "low": 0, "high": 100, "step": 10}', PYTHON[5] as string],
    ['{"type": "categorical", "choices": ["adam", "sgd", null, 3, true, 1.5]}', PYTHON[8] as string],
  ])('of other versions are read: %s', (old, now) =>
    expect(printDistribution(parseDistribution(old))).toBe(now),
  );

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"name": "NormalDistribution", "attributes": {}}',
    '{"name": "toString", "attributes": {}}',
    '{"name": "FloatDistribution", "attributes": {"low": 2.0, "high": 1.0}}',
    '{"name": "FloatDistribution", "attributes": {"high": 1.0}}',
    '{"name": "IntDistribution", "attributes": {"low": 1, "high": 2, "step": 0}}',
    '{"name": "CategoricalDistribution", "attributes": {"choices": []}}',
  ])('are refused when they are none: %s', (json) => {
    expect(() => parseDistribution(json)).toThrow(SyntaxError);
  });
});

const floats = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
  .map(([low, width]) => float(low, low + width));
const stepped = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }))
  .map(([low, step, steps]) => float(low / 10, (low + step * steps) / 10, { step: step / 10 }));
const ints = fc
  .tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }), fc.boolean())
  .map(([low, width, log]) => int(low, low + width, log ? { scale: 'log' } : {}));
const scalars: fc.Arbitrary<JsonValue> = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer());
const categories = fc
  .uniqueArray(scalars, { minLength: 2, maxLength: 6, selector: (choice) => JSON.stringify(choice) })
  .map((choices) => categorical(choices));

test('a hyperparameter comes back from its distribution', () => {
  fc.assert(
    fc.property(fc.oneof(floats, stepped, ints, categories), (parameter) => {
      const json = printDistribution(distributionOf(parameter.toJSON()));
      expect(hyperparameterOf(parseDistribution(json)).toJSON()).toEqual(parameter.toJSON());
    }),
  );
});

test('every value has the number in Optuna that it has here', () => {
  fc.assert(
    fc.property(
      fc.oneof(stepped, ints, categories),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (parameter, u) => {
        const x = parameter.fromUnit(parameter.isNominal ? Math.floor(u * parameter.cardinality) : u);
        const distribution = distributionOf(parameter.toJSON());
        expect(valueOf(distribution, x)).toEqual(parameter.decode(x));
        expect(internalOf(distribution, parameter.decode(x) as JsonValue)).toBe(x);
      },
    ),
  );
});

describe('what Optuna has no word for', () => {
  test('lists and objects among choices become their JSON text, at the same place', () => {
    const distribution = distributionOf(
      categorical([[64, 32], { units: 8 }, 'x'], { ordered: true }).toJSON(),
    );
    expect(distribution).toEqual({ kind: 'categorical', choices: ['[64,32]', '{"units":8}', 'x'] });
    expect(internalOf(distribution, '{"units":8}')).toBe(1);
  });

  test('a constant is a category of one', () => {
    expect(distributionOf(constant('v1').toJSON())).toEqual({ kind: 'categorical', choices: ['v1'] });
  });
});

describe('what Optuna allows and the core does not', () => {
  test('a range that no step divides ends at its last step', () => {
    const read = (json: string) => hyperparameterOf(parseDistribution(json)).toJSON();
    expect(read('{"type": "float", "low": 0, "high": 1, "step": 0.3}')).toEqual({
      kind: 'float',
      low: 0,
      high: 0.9,
      step: 0.3,
    });
    expect(read('{"type": "float", "low": 0, "high": 0.1, "step": 0.3}')).toEqual({
      kind: 'float',
      low: 0,
      high: 0,
    });
    expect(read('{"type": "int", "low": 1, "high": 10, "step": 4}')).toEqual({
      kind: 'int',
      low: 1,
      high: 9,
      step: 4,
    });
  });

  test('whole numbers beyond 2^53 are searched as floats', () => {
    const seed: Distribution = { kind: 'int', low: 0, high: 2 ** 63, log: false, step: 1 };
    expect(hyperparameterOf(seed).toJSON()).toEqual({ kind: 'float', low: 0, high: 2 ** 63 });
  });

  test('choices that are one in JavaScript are one, and NaN is a text', () => {
    const read = parseDistribution('{"type": "categorical", "choices": [1, 1.0, NaN, true]}');
    expect(hyperparameterOf(read).toJSON()).toEqual({ kind: 'categorical', choices: [1, 'NaN', true] });
    expect(hyperparameterOf({ kind: 'categorical', choices: [1, 1] }).toJSON()).toEqual({
      kind: 'constant',
      value: 1,
    });
    expect(hyperparameterOf({ kind: 'categorical', choices: [false, true] }).toJSON()).toEqual(
      boolean().toJSON(),
    );
  });
});

test('distributions of one parameter agree as Optuna demands', () => {
  const of = (json: string) => parseDistribution(json);
  const wide = of('{"type": "float", "low": 0, "high": 9}');
  expect(areCompatible(wide, of('{"type": "float", "low": 1, "high": 2, "step": 0.5}'))).toBe(true);
  expect(areCompatible(wide, of('{"type": "float", "low": 1, "high": 2, "log": true}'))).toBe(false);
  expect(areCompatible(wide, of('{"type": "int", "low": 0, "high": 9}'))).toBe(false);
  const colours = of('{"type": "categorical", "choices": ["red", 1, NaN]}');
  expect(areCompatible(colours, of('{"type": "categorical", "choices": ["red", true, NaN]}'))).toBe(true);
  expect(areCompatible(colours, of('{"type": "categorical", "choices": [1, "red", NaN]}'))).toBe(false);
  expect(areCompatible(colours, wide)).toBe(false);
});

test('parameters with a single value are found wherever they stand', () => {
  const fixed = fixedParameters(
    space({
      version: constant('v1'),
      rate: float(0.5, 0.5),
      size: int(0, 3),
      optimizer: choice({ adam: { eps: constant(1e-8) }, sgd: { momentum: float(0, 1) } }),
      only: choice({ one: { depth: int(2, 2) } }),
      layers: list({ activation: categorical(['relu']) }, { min: 1, max: 2 }),
      inner: { bias: boolean(), init: when({ bias: true }, constant('zero')) },
      deep: when({ size: { min: 2 } }, { rate: constant(1) }),
    }),
  );
  const relu = { kind: 'categorical', choices: ['relu'] };
  expect(fixed).toEqual([
    { name: 'version', distribution: { kind: 'categorical', choices: ['v1'] }, internal: 0 },
    {
      name: 'rate',
      distribution: { kind: 'float', low: 0.5, high: 0.5, log: false, step: null },
      internal: 0.5,
    },
    {
      name: 'optimizer.adam.eps',
      distribution: { kind: 'categorical', choices: [1e-8] },
      internal: 0,
      condition: { parent: 1, low: 0, high: 0 },
    },
    { name: 'only', distribution: { kind: 'categorical', choices: ['one'] }, internal: 0 },
    {
      name: 'only.one.depth',
      distribution: { kind: 'int', low: 2, high: 2, log: false, step: 1 },
      internal: 2,
    },
    { name: 'layers.0.activation', distribution: relu, internal: 0 },
    {
      name: 'layers.1.activation',
      distribution: relu,
      internal: 0,
      condition: { parent: 3, low: 2, high: 2 },
    },
    {
      name: 'inner.init',
      distribution: { kind: 'categorical', choices: ['zero'] },
      internal: 0,
      condition: { parent: 4, low: 1, high: 1 },
    },
    {
      name: 'deep.rate',
      distribution: { kind: 'categorical', choices: [1] },
      internal: 0,
      condition: { parent: 0, low: 2, high: Infinity },
    },
  ]);
});
