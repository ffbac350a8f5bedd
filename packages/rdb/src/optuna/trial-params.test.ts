import {
  boolean,
  categorical,
  choice,
  constant,
  createRandom,
  float,
  int,
  list,
  space,
  StorageError,
} from '@tunable/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parsePythonJson } from './python-json.ts';
import { paramCodec } from './trial-params.ts';

const nested = space({
  rate: float(1e-5, 1, { scale: 'log' }),
  size: int(0, 100, { step: 10 }),
  shape: categorical([[64, 32], { units: 8 }, 'auto', null, 3]),
  bias: boolean(),
  version: constant('v1'),
  optimizer: choice({ adam: { beta: float(0, 1), eps: constant(1e-8) }, sgd: {} }),
  layers: list({ units: int(1, 9) }, { min: 0, max: 3 }),
});
const codec = paramCodec(nested);

test('a row comes back from its parameters', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const row = nested.sampleRow(createRandom(seed));
      expect(codec.read(codec.write(row))).toEqual(row);
      expect(codec.readFixed(parsePythonJson(codec.writeFixed(row)))).toEqual(row);
    }),
  );
});

test('parameters have the names of the leaves, and those of a single value are there where they are active', () => {
  const row = nested.encode({
    rate: 0.01,
    size: 20,
    shape: [64, 32],
    bias: true,
    version: 'v1',
    optimizer: { type: 'adam', beta: 0.5, eps: 1e-8 },
    layers: [{ units: 4 }],
  });
  expect(Object.fromEntries(codec.write(row).map(({ name, value }) => [name, value]))).toEqual({
    rate: 0.01,
    size: 20,
    shape: 0,
    bias: 1,
    version: 0,
    optimizer: 0,
    'optimizer.adam.beta': 0.5,
    'optimizer.adam.eps': 0,
    'layers.length': 1,
    'layers.0.units': 4,
  });
  expect(codec.writeFixed(row)).toBe(
    '{"rate": 0.01, "size": 20, "shape": "[64,32]", "bias": true, "optimizer": "adam", "optimizer.adam.beta": 0.5, "layers.length": 1, "layers.0.units": 4, "version": "v1", "optimizer.adam.eps": 1e-08}',
  );
});

test('a row with gaps stays one', () => {
  const partial = nested.encode({ size: 20, layers: [{}] }, { partial: true });
  expect(codec.read(codec.write(partial))).toEqual(partial);
  expect(codec.readFixed(parsePythonJson(codec.writeFixed(partial)))).toEqual(partial);
});

describe('parameters that Python wrote otherwise', () => {
  const read = (name: string, value: number, distribution: string): number | undefined => {
    const leaf = nested.leaves.findIndex((candidate) => candidate.name === name);
    return codec.read([{ name, value, distribution }])[leaf];
  };

  test('count by their value', () => {
    expect(read('rate', 3, '{"type": "float", "low": 1e-9, "high": 5, "log": true}')).toBe(3);
    expect(read('size', 25, '{"type": "int", "low": 0, "high": 100}')).toBe(25);
    expect(read('bias', 0, '{"type": "categorical", "choices": [true, false]}')).toBe(1);
    expect(read('shape', 1, '{"type": "categorical", "choices": ["auto", 3.0]}')).toBe(4);
    expect(read('shape', 1, '{"type": "categorical", "choices": ["auto", "[64,32]"]}')).toBe(0);
  });

  test('are passed over when the space does not have them', () => {
    expect(read('shape', 0, '{"type": "categorical", "choices": ["new"]}')).toBeNaN();
    expect(read('shape', 7, '{"type": "categorical", "choices": ["auto"]}')).toBeNaN();
    const alone = codec.read([
      { name: 'other', value: 1, distribution: '{"type": "int", "low": 0, "high": 1}' },
    ]);
    expect(alone.every(Number.isNaN)).toBe(true);
  });

  test('are refused when they cannot be read, by name', () => {
    expect(() => read('rate', 1, '{"name": "Mystery"}')).toThrow(StorageError);
    expect(() => read('rate', 1, '{"name": "Mystery"}')).toThrow(/'rate'/);
  });
});
