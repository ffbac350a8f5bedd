import { createRandom } from '@tunable/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { paramCodecFromTrials, type TrialOfPython } from './codec-from-trials.ts';
import { internalOf, parseDistribution } from './distribution.ts';
import type { PythonJson } from './python-json.ts';
import type { ParamCodec, TrialParam } from './trial-params.ts';

/** A parameter as a program in Python suggests it: a name, a value and the arguments. */
type Suggested = readonly [name: string, value: PythonJson, distribution: string];

const float = (low: number, high: number, more = ''): string =>
  `{"type": "float", "low": ${low}, "high": ${high}${more}}`;
const int = (low: number, high: number, more = ''): string =>
  `{"type": "int", "low": ${low}, "high": ${high}${more}}`;
const categorical = (...choices: readonly string[]): string =>
  `{"type": "categorical", "choices": [${choices.join(', ')}]}`;

function trial(suggested: readonly Suggested[], state = 'COMPLETE'): TrialOfPython {
  const params = suggested.map(([name, value, distribution]): TrialParam => ({
    name,
    value: internalOf(parseDistribution(distribution), value),
    distribution,
  }));
  return { state, params };
}

/** The values that a trial has once it was read. */
const paramsOf = (codec: ParamCodec, { params }: TrialOfPython): unknown =>
  codec.space.decode(codec.read(params));

const conditionsOf = ({ space }: ParamCodec): Record<string, unknown> =>
  Object.fromEntries(
    space.leaves.map(({ name, condition }) => [
      name,
      condition && [space.leaves[condition.parent]?.name, condition.low, condition.high],
    ]),
  );

/** A program that asks for its parameters while it runs. */
function defineByRun(seed: number): readonly Suggested[] {
  const random = createRandom(seed);
  const optimizers = ['adam', 'sgd', 'nadam', 'rmsprop'];
  const optimizer = optimizers[random.integer(4)] as string;
  const layers = 1 + random.integer(3);
  const suggested: Suggested[] = [
    ['lr', 10 ** -random.integer(5), float(1e-5, 1, ', "log": true')],
    ['optimizer', optimizer, categorical(...optimizers.map((name) => JSON.stringify(name)))],
  ];
  if (optimizer.endsWith('adam')) {
    const bias = random.integer(2) === 1;
    suggested.push(['beta', random.uniform(), float(0, 1)], ['bias', bias, categorical('true', 'false')]);
    if (bias) suggested.push(['init', random.uniform(), float(0, 1)]);
  }
  if (optimizer === 'sgd') suggested.push(['momentum', random.uniform(), float(0, 1)]);
  suggested.push(['layers', layers, int(1, 3)]);
  for (let i = 0; i < layers; i++) suggested.push([`units_${i}`, random.integer(9), int(0, 8)]);
  return suggested;
}

describe('a study of a program that asks for its parameters while it runs', () => {
  const runs = Array.from({ length: 60 }, (_, seed) => defineByRun(seed));
  const trials = runs.map((suggested) => trial(suggested));
  const codec = paramCodecFromTrials(trials);

  test('is flat, in the order of asking, with the conditions that the program has', () => {
    expect(conditionsOf(codec)).toEqual({
      lr: undefined,
      optimizer: undefined,
      // Choices that decide the same stand next to one another: sgd, adam, nadam, rmsprop.
      beta: ['optimizer', 1, 2],
      bias: ['optimizer', 1, 2],
      init: ['bias', 0, 0],
      momentum: ['optimizer', 0, 0],
      layers: undefined,
      units_0: undefined,
      units_1: ['layers', 2, 3],
      units_2: ['layers', 3, 3],
    });
  });

  test('has every value, and nothing else', () => {
    for (const [i, one] of trials.entries()) {
      expect(paramsOf(codec, one)).toEqual(
        Object.fromEntries((runs[i] as Suggested[]).map(([name, value]) => [name, value])),
      );
    }
  });

  test('gets trials from here that look like its own', () => {
    const own = new Map(
      trials.flatMap(({ params }) => params.map(({ name, distribution }) => [name, distribution])),
    );
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const row = codec.space.sampleRow(createRandom(seed));
        const written = codec.write(row);
        for (const { name, distribution } of written) expect(distribution).toBe(own.get(name));
        expect(codec.read(written)).toEqual(row);
        const [optimizer] = written.filter(({ name }) => name === 'optimizer');
        expect(['adam', 'sgd', 'nadam', 'rmsprop'][optimizer?.value ?? -1]).toBe(
          (codec.space.decode(row) as { optimizer: string }).optimizer,
        );
      }),
    );
  });

  test('shows trials that failed half-way with what they had', () => {
    const failed = trial((runs[0] as Suggested[]).slice(0, 2), 'FAIL');
    const again = paramCodecFromTrials([...trials, failed]);
    expect(conditionsOf(again)).toEqual(conditionsOf(codec));
    expect(Object.keys(paramsOf(again, failed) as object)).toEqual(['lr', 'optimizer']);
  });
});

describe('a parameter that only some trials have', () => {
  const x: Suggested = ['x', 0.5, float(0, 1)];
  const y: Suggested = ['y', 2, int(1, 4)];
  const z: Suggested = ['z', 3, int(1, 4)];

  test('for no reason that can be seen is there if an added one says so, one for all that go together', () => {
    const trials = [[x, y, z], [x], [x, y, z], [x]].map((suggested) => trial(suggested));
    const codec = paramCodecFromTrials(trials);
    expect(conditionsOf(codec)).toEqual({ x: undefined, 'y?': undefined, y: ['y?', 1, 1], z: ['y?', 1, 1] });
    expect(trials.map((one) => paramsOf(codec, one))).toEqual([
      { x: 0.5, 'y?': true, y: 2, z: 3 },
      { x: 0.5, 'y?': false },
      { x: 0.5, 'y?': true, y: 2, z: 3 },
      { x: 0.5, 'y?': false },
    ]);
    for (const { params } of trials) expect(codec.write(codec.read(params))).toEqual(params);
  });

  test('and whose reason cannot be told from chance depends on what has the fewest values', () => {
    const wide = (value: number): Suggested => ['wide', value, int(1, 1000)];
    const n = (value: number): Suggested => ['n', value, int(1, 3)];
    const inner: Suggested = ['inner', 4, int(1, 9)];
    const trials = [
      [n(1), wide(500)],
      [n(3), wide(20), inner, y],
      [n(2), wide(600), inner],
      [n(3), wide(30), inner, y],
    ].map((suggested) => trial(suggested));
    expect(conditionsOf(paramCodecFromTrials(trials))).toMatchObject({ inner: ['n', 2, 3], y: ['n', 3, 3] });
  });

  test('that was seen only where the program failed is judged by those', () => {
    const on = (letter: string, ...rest: Suggested[]): Suggested[] => [
      ['k', letter, categorical('"a"', '"b"')],
      ...rest,
    ];
    const codec = paramCodecFromTrials([
      trial(on('a')),
      trial(on('b', y), 'FAIL'),
      trial(on('a')),
      trial([], 'FAIL'),
    ]);
    expect(conditionsOf(codec)).toEqual({ k: undefined, y: ['k', 1, 1] });
  });

  test('depends on a choice that may be None', () => {
    const on = (value: PythonJson, ...rest: Suggested[]) =>
      trial([['k', value, categorical('null', '"a"')], ...rest]);
    const codec = paramCodecFromTrials([on(null), on('a', y), on(null), on('a', y)]);
    expect(conditionsOf(codec)).toEqual({ k: undefined, y: ['k', 1, 1] });
  });

  test('since some trial is always there', () => {
    const trials = [[x], [x], [x, y], [x, y]].map((suggested) => trial(suggested));
    const codec = paramCodecFromTrials(trials);
    expect(conditionsOf(codec)).toEqual({ x: undefined, y: undefined });
    expect(trials.map((one) => paramsOf(codec, one))).toEqual([
      { x: 0.5 },
      { x: 0.5 },
      { x: 0.5, y: 2 },
      { x: 0.5, y: 2 },
    ]);
  });

  test('depends on choices that cannot stand together for two reasons at once', () => {
    const choices = ['"a"', '"b"', '"c"'];
    const on = (letter: string, ...rest: Suggested[]) =>
      trial([['k', letter, categorical(...choices)], ...rest]);
    const w: Suggested = ['w', 1, int(1, 2)];
    // y with a and b, z with b and c, w with a and c: no order has all three together.
    const trials = [on('a', y, w), on('b', y, z), on('c', z, w), on('a', y, w), on('b', y, z), on('c', z, w)];
    const codec = paramCodecFromTrials(trials);
    const flags = codec.space.leaves.filter(({ name }) => name.endsWith('?'));
    expect(flags).toHaveLength(1);
    for (const { params } of trials)
      expect(codec.write(codec.read(params)).toSorted(byName)).toEqual(params.toSorted(byName));
  });
});

const byName = (a: TrialParam, b: TrialParam): number => (a.name < b.name ? -1 : 1);

describe('ranges that changed', () => {
  const spaceOf = (...suggested: readonly Suggested[]): unknown =>
    paramCodecFromTrials(suggested.map((one) => trial([one]))).space.toJSON().shape['x'];

  test('are as wide as the widest, and around values beyond', () => {
    expect(spaceOf(['x', 1, float(0, 1)], ['x', -1, float(-2, 0.5)])).toEqual({
      kind: 'float',
      low: -2,
      high: 1,
    });
    expect(spaceOf(['x', 50, int(0, 10)])).toEqual({ kind: 'int', low: 0, high: 50 });
    expect(spaceOf(['x', 1, float(1, 2, ', "log": true')], ['x', 4, float(2, 4, ', "log": true')])).toEqual({
      kind: 'float',
      low: 1,
      high: 4,
      scale: 'log',
    });
  });

  test('keep their step if all have it, and lose it otherwise', () => {
    const step = (width: number): string => `, "step": ${width}`;
    expect(spaceOf(['x', 0.5, float(0, 1, step(0.25))], ['x', 1.5, float(1, 2, step(0.25))])).toEqual({
      kind: 'float',
      low: 0,
      high: 2,
      step: 0.25,
    });
    expect(spaceOf(['x', 0.5, float(0, 1, step(0.25))], ['x', 1.5, float(1, 2, step(0.5))])).toEqual({
      kind: 'float',
      low: 0,
      high: 2,
    });
    expect(spaceOf(['x', 3, int(0, 8, step(2))])).toEqual({ kind: 'int', low: 0, high: 8 });
    expect(spaceOf(['x', 0.3, float(0, 1, step(0.25))])).toEqual({ kind: 'float', low: 0, high: 1 });
  });

  test('of choices hold all, of any type, whatever Python thinks equal', () => {
    const mixed = categorical('null', 'true', '1', '"1"', '1.5', 'NaN', '"adam"');
    expect(spaceOf(['x', null, mixed], ['x', 'sgd', categorical('"sgd"', '"adam"')])).toEqual({
      kind: 'categorical',
      choices: [null, true, 1, '1', 1.5, 'NaN', 'adam', 'sgd'],
    });
    const trials = [null, true, 1, '1', 1.5, Number.NaN, 'adam'].map((value) => trial([['x', value, mixed]]));
    const codec = paramCodecFromTrials(trials);
    expect(trials.map((one) => paramsOf(codec, one))).toEqual(
      [null, true, 1, '1', 1.5, 'NaN', 'adam'].map((value) => ({ x: value })),
    );
    for (const { params } of trials) expect(codec.write(codec.read(params))).toEqual(params);
  });

  test('of another kind lose nothing', () => {
    const trials = [trial([['x', 0.5, float(0, 1)]]), trial([['x', 'auto', categorical('"auto"', 'null')]])];
    const codec = paramCodecFromTrials(trials);
    expect(trials.map((one) => paramsOf(codec, one))).toEqual([{ x: 0.5 }, { x: 'auto' }]);
  });
});

test('whole numbers beyond 2^53 stay what they are', () => {
  const seed = trial([['seed', 2 ** 60, int(0, 2 ** 63)]]);
  const codec = paramCodecFromTrials([seed]);
  expect(paramsOf(codec, seed)).toEqual({ seed: 2 ** 60 });
  const [param] = codec.write(Float64Array.of(1234.5));
  expect(param).toEqual({ name: 'seed', value: 1235, distribution: int(0, 2 ** 63) });
});

test('a parameter with a single value is a constant, and written as Python has it', () => {
  const trials = [trial([['x', 3, categorical('3.0')]]), trial([['x', 3, categorical('3.0')]])];
  const codec = paramCodecFromTrials(trials);
  expect(paramsOf(codec, trials[0] as TrialOfPython)).toEqual({ x: 3 });
  expect(codec.write(new Float64Array(0))).toEqual([
    {
      name: 'x',
      value: 0,
      distribution: '{"name": "CategoricalDistribution", "attributes": {"choices": [3]}}',
    },
  ]);
});

test('a study without trials has an empty space', () => {
  const codec = paramCodecFromTrials([]);
  expect(codec.space.leaves).toEqual([]);
  expect(codec.write(codec.read([]))).toEqual([]);
});
