import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { GraphBuilder } from './graph-builder.ts';
import { readModel } from './read-model.ts';

/** y = x W + 0.5, with W constant. */
function affine(floatType: 'float32' | 'float64'): GraphBuilder {
  const builder = new GraphBuilder(floatType);
  const x = builder.input('x', ['rows', 2]);
  const product = builder.add('MatMul', [x, builder.floats([1, 2, 3, 4, 5, 6], [2, 3], 'weights')]);
  builder.output('y', builder.add('Add', [product, builder.scalar(0.5)]), ['rows', 3]);
  return builder;
}

async function run(
  model: Uint8Array,
  feeds: { [name: string]: ort.Tensor },
): Promise<ort.InferenceSession.ReturnType> {
  const session = await ort.InferenceSession.create(model);
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

describe('a built model', () => {
  test.each([
    ['float32', Float32Array],
    ['float64', Float64Array],
  ] as const)('computes in %s what it was built to', async (floatType, ArrayType) => {
    const x = new ort.Tensor(floatType, ArrayType.of(1, 0, 0, 1, 1, 1) as never, [3, 2]);
    const { y } = await run(affine(floatType).toModel('affine'), { x });
    expect(y?.dims).toEqual([3, 3]);
    expect(y?.data).toEqual(ArrayType.of(1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 5.5, 7.5, 9.5));
  });

  test('tells what it is', () => {
    expect(readModel(affine('float32').toModel('affine', { author: 'ü', empty: '' }))).toEqual({
      inputs: [{ name: 'x', type: 'float32', dimensions: ['rows', 2] }],
      outputs: [{ name: 'y', type: 'float32', dimensions: ['rows', 3] }],
      operators: ['Add', 'MatMul'],
      opset: 17,
      metadata: { author: 'ü', empty: '' },
    });
  });

  test('holds attributes of every kind, and loops', async () => {
    const body = new GraphBuilder('float32', 'body/');
    const count = body.input('body/count', [], 'int64');
    const going = body.input('body/going', [], 'bool');
    const sum = body.input('body/sum', []);
    body.output('body/stillGoing', going, [], 'bool');
    body.output('body/next', body.add('Add', [sum, body.add('Cast', [count], { to: 1 })]), []);

    const builder = new GraphBuilder();
    const trips = builder.input('trips', [], 'int64');
    const total = builder.add('Loop', [trips, '', builder.scalar(10)], { body: body.toGraph('body') });
    const leaky = builder.add('LeakyRelu', [builder.add('Neg', [total])], { alpha: { float: 0.25 } });
    const list = builder.add('Unsqueeze', [leaky, builder.integers([0])]);
    builder.output('y', builder.add('Pad', [list, builder.integers([1, 1])], { mode: 'edge' }), [3]);
    const { y } = await run(builder.toModel('loop'), { trips: new ort.Tensor('int64', [5n], []) });
    expect(y?.data).toEqual(Float32Array.of(-5, -5, -5));
    expect(readModel(builder.toModel('loop')).operators).toContain('Cast');
  });

  test('gives a value several names, an input and a constant too, and goes on with what is an output already', async () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', [2]);
    const twice = builder.add('Add', [x, x]);
    builder.output('a', twice, [2]);
    builder.output('b', twice, [2]);
    builder.output('c', builder.add('Neg', [twice]), [2]);
    builder.output('d', x, [2]);
    builder.output('e', builder.scalar(7), []);
    const model = builder.toModel('names');
    const results = await run(model, { x: new ort.Tensor('float32', [1, 2], [2]) });
    const data = Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, [...(tensor.data as Float32Array)]]),
    );
    expect(data).toEqual({ a: [2, 4], b: [2, 4], c: [-2, -4], d: [1, 2], e: [7] });
    expect(readModel(model).outputs.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('shares equal constants', () => {
    const builder = new GraphBuilder();
    expect(builder.scalar(0.5)).toBe(builder.scalar(0.5));
    expect(builder.integers([1, 2])).toBe(builder.integers([1, 2]));
    expect(builder.integers([1, 2])).not.toBe(builder.integers([1, 2], [1, 2]));
  });
});

describe('readModel', () => {
  test('rejects what is no ONNX file, or a part of one', () => {
    const whole = affine('float32').toModel('affine');
    expect(() => readModel(whole.subarray(0, whole.length - 20))).toThrow(/cut short/);
    expect(() => readModel(new Uint8Array(0))).toThrow(
      /expected the content of an \.onnx file, not these 0 bytes/,
    );
    expect(() => readModel(new TextEncoder().encode('<!doctype html><p>Not found'))).toThrow(/\.onnx file/);
  });
});
