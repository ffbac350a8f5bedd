import { describe, expect, test } from 'vitest';
import { InvalidParameterError, InvalidSpaceError } from '../errors.ts';
import { boolean, categorical } from '../hyperparameter/categorical.ts';
import { constant } from '../hyperparameter/constant.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { createRandom } from '../math/random.ts';
import { choice } from './choice.ts';
import { spaceFromJSON } from './from-json.ts';
import { list } from './list.ts';
import { space } from './search-space.ts';

const network = space({
  learningRate: float(1e-5, 1e-1, { scale: 'log', default: 1e-3 }),
  optimizer: choice(
    { adam: { beta1: float(0.8, 0.99) }, sgd: { momentum: float(0, 0.99), nesterov: boolean() }, none: {} },
    { default: 'sgd' },
  ),
  layers: list({ units: int(8, 64), activation: categorical(['relu', 'tanh']) }, { min: 1, max: 3 }),
  data: { augment: boolean(), kind: categorical(['small', 'large']) },
  classes: constant(10),
});

test('flattens to named leaves, parents first', () => {
  expect(network.leaves.map((leaf) => leaf.name)).toEqual([
    'learningRate',
    'optimizer',
    'optimizer.adam.beta1',
    'optimizer.sgd.momentum',
    'optimizer.sgd.nesterov',
    'layers.length',
    'layers.0.units',
    'layers.0.activation',
    'layers.1.units',
    'layers.1.activation',
    'layers.2.units',
    'layers.2.activation',
    'data.augment',
    'data.kind',
  ]);
  expect(network.leaves.map((leaf) => leaf.group)).toEqual([0, 0, 1, 2, 2, 0, 0, 0, 3, 3, 4, 4, 0, 0]);
});

test('random configurations survive encoding, and inactive leaves are NaN', () => {
  const random = createRandom(3);
  for (let i = 0; i < 300; i++) {
    const row = network.sampleRow(random);
    const params = network.decode(row);
    expect(network.encode(params)).toEqual(row);
    expect(Number.isNaN(row[2])).toBe(params.optimizer.type !== 'adam');
    expect(params.layers.length).toBe(row[5]);
    expect(params.classes).toBe(10);
  }
});

test('the same seed gives the same sample', () => {
  expect(network.sample(42)).toEqual(network.sample(42));
  expect(network.sample(42)).not.toEqual(network.sample(43));
});

test('a row is completed: active leaves are drawn or take their defaults, inactive ones are emptied', () => {
  const partial = network.encode({ optimizer: { type: 'adam' } }, { partial: true });
  partial[3] = 0.5;
  const row = network.complete(partial, createRandom(1), { defaults: true });
  expect(row[0]).toBe(1e-3);
  expect(row[3]).toBeNaN();
  expect(network.decode(row).optimizer).toMatchObject({ type: 'adam', beta1: expect.any(Number) });
  expect(network.encode(network.decode(row))).toEqual(row);
  expect(network.complete(partial, createRandom(1))[0]).not.toBe(1e-3);
});

test('defaults fill a configuration', () => {
  const params = network.decode(network.defaultRow());
  expect(params.learningRate).toBe(1e-3);
  expect(params.optimizer.type).toBe('sgd');
  expect(network.hasDefaults).toBe(false);
  expect(space({ a: int(1, 3, { default: 2 }) }).hasDefaults).toBe(true);
});

describe('cardinality', () => {
  test('multiplies, and adds over branches and lengths', () => {
    expect(space({ a: int(1, 3), b: categorical(['x', 'y']) }).cardinality).toBe(6);
    expect(
      space({ a: choice({ x: { p: int(1, 3) }, y: {}, z: { q: boolean(), r: boolean() } }) }).cardinality,
    ).toBe(8);
    expect(space({ a: list(boolean(), { min: 0, max: 3 }) }).cardinality).toBe(1 + 2 + 4 + 8);
    expect(space({ a: list(boolean(), { min: 2, max: 2 }) }).cardinality).toBe(4);
    expect(space({ a: float(0, 1), b: int(1, 2) }).cardinality).toBe(Infinity);
  });
});

describe('encode', () => {
  test.each([
    [{ a: 1 }, /missing parameter 'b'/],
    [{ a: 1, b: { type: 'x', p: 1 }, c: 2 }, /unknown parameter 'c'; the valid names are a, b/],
    [{ a: 9, b: { type: 'x', p: 1 } }, /a: expected a whole number from 0 to 3, not 9/],
    [{ a: 1, b: { type: 'q' } }, /b: expected \{ type, \.\.\. \} with type one of x, y/],
    [{ a: 1, b: { type: 'x', p: 1, extra: 1 } }, /unknown parameter 'b.extra'/],
    [{ a: 1, b: 'x' }, /with type one of x, y/],
    [null, /expected an object with a, b/],
  ])('refuses %j', (params, message) => {
    const s = space({ a: int(0, 3), b: choice({ x: { p: int(0, 3) }, y: {} }) });
    expect(() => s.encode(params)).toThrow(InvalidParameterError);
    expect(() => s.encode(params)).toThrow(message);
  });

  test('takes part of a configuration when asked to', () => {
    const s = space({ a: int(0, 3), b: choice({ x: { p: int(0, 3) }, y: {} }) });
    expect([...s.encode({ b: { type: 'x' } }, { partial: true })]).toEqual([Number.NaN, 0, Number.NaN]);
  });
});

describe('where', () => {
  const ordered = space({ low: int(0, 9), high: int(0, 9) }, { where: [(p) => p.low < p.high] });

  test('holds for every sample', () => {
    const random = createRandom(5);
    for (let i = 0; i < 200; i++) {
      const { low, high } = ordered.decode(ordered.sampleRow(random));
      expect(low).toBeLessThan(high);
    }
  });

  test('is checked by encode', () => {
    expect(() => ordered.encode({ low: 5, high: 5 })).toThrow(/violates a constraint/);
  });

  test('of a nested space counts while that branch is active', () => {
    const nested = space({
      c: choice({ on: space({ p: int(0, 9), q: int(0, 9) }, { where: [(p) => p.p < p.q] }), off: {} }),
    });
    expect(nested.isConstrained).toBe(true);
    expect(() => nested.encode({ c: { type: 'on', p: 3, q: 1 } })).toThrow(/constraint/);
    expect(nested.decode(nested.encode({ c: { type: 'off' } }))).toEqual({ c: { type: 'off' } });
  });

  test('that nothing satisfies gives a clear error', () => {
    expect(() => space({ a: int(0, 1) }, { where: [() => false] }).sample(1)).toThrow(
      /rejected 10000 random configurations/,
    );
  });
});

describe('JSON', () => {
  test('round trip', () => {
    const json = network.toJSON();
    const copy = spaceFromJSON(JSON.parse(JSON.stringify(json)) as typeof json);
    expect(copy.toJSON()).toEqual(json);
    expect(copy.leaves.map((leaf) => leaf.name)).toEqual(network.leaves.map((leaf) => leaf.name));
    expect(copy.sample(9)).toEqual(network.sample(9));
  });

  test('asks for constraints, which it cannot hold', () => {
    const where = [(p: { a: number }) => p.a > 0];
    const json = space({ a: int(0, 1) }, { where }).toJSON();
    expect(() => spaceFromJSON(json)).toThrow(/has 1 constraints .* and 0 were given/);
    expect(spaceFromJSON(json, { where }).isConstrained).toBe(true);
  });
});

test('the name `kind` is free for a hyperparameter', () => {
  expect(space({ inner: { kind: int(0, 1), other: int(0, 1) } }).leaves.map((leaf) => leaf.name)).toEqual([
    'inner.kind',
    'inner.other',
  ]);
});

test.each([
  [
    'two leaves of one name',
    () => space({ 'a.b': int(0, 1), a: { b: int(0, 1) } }),
    /two hyperparameters are named 'a.b'/,
  ],
  ['a bare value', () => space({ a: 3 as never }), /a: expected a hyperparameter .* constant\(\)/],
  ['an array', () => space({ a: [1, 2] as never }), /a: expected a hyperparameter/],
  ['a choice without branches', () => choice({}), /at least one branch/],
  ['a list of names as a choice', () => choice(['a', 'b'] as never), /categorical/],
  [
    'a branch parameter called type',
    () => space({ c: choice({ x: { type: int(0, 1) }, y: {} }) }),
    /'type' is taken/,
  ],
  [
    'a branch that is a single knob',
    () => space({ c: choice({ x: int(0, 1) as never, y: {} }) }),
    /a branch holds named parameters/,
  ],
  ['reversed lengths', () => list(int(0, 1), { min: 3, max: 2 }), /0 <= min <= max/],
  ['an unknown default branch', () => choice({ a: {} }, { default: 'b' as never }), /not a branch/],
  ['no object at all', () => space(undefined as never), /expected an object/],
  [
    'where that is no list',
    () => space({ a: int(0, 1) }, { where: (() => true) as never }),
    /list of functions/,
  ],
])('refuses %s', (_, make, message) => {
  expect(make).toThrow(InvalidSpaceError);
  expect(make).toThrow(message);
});
