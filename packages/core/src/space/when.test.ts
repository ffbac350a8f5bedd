import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidParameterError, InvalidSpaceError } from '../errors.ts';
import { boolean, categorical } from '../hyperparameter/categorical.ts';
import { constant } from '../hyperparameter/constant.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { createRandom } from '../math/random.ts';
import { createStudy } from '../study/create-study.ts';
import { gaussianProcess } from '../optimizer/gaussian-process/gaussian-process.ts';
import { tpe } from '../optimizer/tpe/tpe.ts';
import { choice } from './choice.ts';
import { enumerateRows } from './enumerate.ts';
import { spaceFromJSON } from './from-json.ts';
import { space } from './search-space.ts';
import { when, type WhenValues } from './when.ts';

const network = space({
  optimizer: categorical(['sgd', 'adam', 'nadam']),
  momentum: when({ optimizer: 'sgd' }, float(0, 0.9)),
  beta: when({ optimizer: ['adam', 'nadam'] }, float(0.8, 0.99)),
  depth: int(1, 3),
  units2: when({ depth: { min: 2 } }, int(8, 64)),
  units3: when({ depth: { min: 3 } }, int(8, 64)),
  bias: boolean(),
  init: when({ bias: true }, choice({ zero: {}, normal: { deviation: float(0, 1) } })),
});

describe('a configuration', () => {
  test('has what its other parameters call for, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const params = network.sample(seed);
        expect('momentum' in params).toBe(params.optimizer === 'sgd');
        expect('beta' in params).toBe(params.optimizer !== 'sgd');
        expect('units2' in params).toBe(params.depth >= 2);
        expect('units3' in params).toBe(params.depth === 3);
        expect('init' in params).toBe(params.bias);
      }),
    );
  });

  test('comes back from its row', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const row = network.sampleRow(createRandom(seed));
        expect(network.encode(network.decode(row))).toEqual(row);
      }),
    );
  });

  const sgd = { optimizer: 'sgd', momentum: 0.5, depth: 1, bias: false };
  test('that lacks what is called for, or has what is not, is refused', () => {
    expect(() => network.encode({ ...sgd, momentum: undefined })).toThrow("missing parameter 'momentum'");
    expect(() => network.encode({ ...sgd, beta: 0.9 })).toThrow(InvalidParameterError);
    expect(() => network.encode({ ...sgd, beta: 0.9 })).toThrow('beta: there is no such parameter');
    expect(network.encode({ ...sgd, beta: undefined })).toHaveLength(network.leaves.length);
  });

  test('that is incomplete may name what is not decided yet', () => {
    const row = network.encode({ beta: 0.9 }, { partial: true });
    expect(network.complete(row, createRandom(1), { defaults: true })).toHaveLength(row.length);
    expect(() => network.encode({ optimizer: 'sgd', beta: 0.9 }, { partial: true })).toThrow(
      InvalidParameterError,
    );
  });
});

test('a gap in a row is left out, whatever it is', () => {
  const gaps = new Float64Array(network.leaves.length).fill(Number.NaN);
  expect(network.decode(gaps)).toEqual({});
  const nested = space({ a: choice({ b: {}, c: {} }), d: { e: float(0, 1) }, f: constant(1) });
  expect(nested.decode(Float64Array.of(Number.NaN, Number.NaN))).toEqual({ d: {}, f: 1 });
});

test('configurations are counted as many as there are', () => {
  const sizes = fc.record({
    categories: fc.integer({ min: 2, max: 4 }),
    low: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      ({ categories, low }, a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const names = Array.from({ length: categories }, (_, i) => `c${i}`);
        const some = names.slice(first % categories, Math.max(first % categories, last % categories) + 1);
        const finite = space({
          kind: categorical(names),
          steps: when({ kind: some }, int(low, low + 6, { step: 2 })),
          deep: when({ steps: { min: low + 2, max: low + 4 } }, boolean()),
          pair: choice({ x: { n: int(0, 2) }, y: {} }),
          more: when({ pair: 'x' }, int(1, 5)),
          only: when({ pair: ['x', 'y'] }, constant(1)),
        });
        expect(finite.cardinality).toBe([...enumerateRows(finite)].length);
      },
    ),
  );
  expect(network.cardinality).toBe(Infinity);
  const wide = space({ n: int(1, 1e12), m: when({ n: { max: 10 } }, boolean()) });
  expect(wide.cardinality).toBe(1e12 + 10);
});

test('conditions survive JSON', () => {
  const json = JSON.parse(JSON.stringify(network)) as ReturnType<typeof network.toJSON>;
  expect(spaceFromJSON(json).toJSON()).toEqual(network.toJSON());
  expect(spaceFromJSON(json).leaves.map(({ condition }) => condition)).toEqual(
    network.leaves.map(({ condition }) => condition),
  );
});

describe('a condition is refused', () => {
  const under = (condition: Record<string, WhenValues>) => () =>
    space({
      a: categorical(['x', 'y', 'z']),
      n: int(1, 9),
      f: float(0, 1),
      c: constant(1),
      b: when(condition, float(0, 1)),
    });

  test.each<[string, Record<string, WhenValues>, string]>([
    ['without a name', {}, 'expected one name'],
    ['with two names', { a: 'x', n: 1 }, 'expected one name'],
    ['on nothing', { q: 'x' }, "depends on 'q'"],
    ['on itself', { b: 'x' }, "depends on 'b'"],
    ['on a constant', { c: 1 }, "depends on 'c'"],
    ['on a real number', { f: { min: 0.5 } }, 'only whole numbers and categories'],
    ['without values', { a: [] }, 'expected the values'],
    ['with a value that there is not', { a: ['x', 'w'] }, 'never "w"'],
    ['with values that do not stand together', { a: ['x', 'z'] }, 'next to one another'],
    ['with a range of categories', { a: { min: 1 } }, 'list the values'],
    ['with a list of numbers', { n: [1, 2] }, 'give { min, max }'],
    ['with a range outside', { n: { min: 10 } }, 'never from 10 to 9'],
    ['with a reversed range', { n: { min: 5, max: 4 } }, 'never from 5 to 4'],
    ['without bounds', { n: {} }, 'expected { min, max }'],
    ['with a bound that is none', { n: { min: Number.NaN } }, 'expected { min, max }'],
    ['with an unknown option', { n: { minimum: 1 } as object }, 'minimum'],
  ])('%s', (_, condition, message) => {
    expect(under(condition)).toThrow(InvalidSpaceError);
    expect(under(condition)).toThrow(message);
  });

  test('in the place of a branch', () => {
    expect(() => space({ a: boolean(), c: choice({ x: when({ a: true }, {}), y: {} }) })).toThrow(
      'must stand under a name of its own',
    );
  });
});

test.each([tpe, gaussianProcess])('optimizers search it', async (optimizer) => {
  const study = await createStudy({ space: network, optimizer: optimizer(), seed: 1 });
  await study.optimize(
    ({ optimizer: name, momentum, beta, depth, units2 = 0 }) =>
      (name === 'sgd' ? (momentum as number) : (beta as number) - 0.8) + (depth - 2) ** 2 + units2 / 1000,
    { trials: 40 },
  );
  expect(study.best.value).toBeLessThan(0.2);
});
