import { createRandom } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { onBackend, useBackend } from './backend.ts';
import { makeWasmFaster } from './faster-wasm.ts';
import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
expectNoTensorsLeft();

/** Shapes below and above the size from which it is worth transposing; one row, one column; several matrices. */
const shapes: [number[], number[]][] = [
  [
    [3, 4],
    [4, 5],
  ],
  [
    [40, 50],
    [50, 60],
  ],
  [
    [1, 400],
    [400, 200],
  ],
  [
    [400, 300],
    [300, 1],
  ],
  [
    [3, 40, 50],
    [3, 50, 30],
  ],
  [
    [1, 40, 50],
    [3, 50, 30],
  ],
  [
    [2, 3, 20, 30],
    [2, 3, 30, 40],
  ],
];

const cases = shapes.flatMap(([a, b]) =>
  [
    [false, true],
    [true, false],
    [true, true],
    [false, false],
  ].map(([ta, tb]) => ({ a, b, ta: ta!, tb: tb! })),
);

const turned = (shape: readonly number[], isTurned: boolean): number[] =>
  isTurned ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : [...shape];

test.each(cases)('$a times $b, transposed $ta and $tb, is what plain JavaScript says', ({ a, b, ta, tb }) => {
  const random = createRandom(1);
  const draw = (shape: readonly number[]): Float32Array =>
    Float32Array.from({ length: shape.reduce((size, n) => size * n, 1) }, () => random.normal());
  const [left, right] = [draw(a), draw(b)];
  const product = (backend: string): { shape: number[]; values: Float32Array } =>
    onBackend(backend, () =>
      tf.tidy(() => {
        const found = tf.matMul(tf.tensor(left, turned(a, ta)), tf.tensor(right, turned(b, tb)), ta, tb);
        return { shape: found.shape, values: found.dataSync<'float32'>() };
      }),
    );
  const [ours, plain] = [product('wasm'), product('cpu')];
  expect(ours.shape).toEqual(plain.shape);
  const worst = ours.values.reduce((most, x, i) => Math.max(most, Math.abs(x - plain.values[i]!)), 0);
  expect(worst).toBeLessThan(1e-4);
});

test('is done once, and leaves no memory behind', () => {
  const kernel = tf.getKernel('BatchMatMul', 'wasm');
  makeWasmFaster();
  expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(kernel);
  const multiply = (): void =>
    onBackend('wasm', () => tf.tidy(() => void tf.matMul(tf.ones([90, 80]), tf.ones([90, 70]), true, false)));
  multiply();
  const held = tf.engine().backend.numDataIds();
  for (let i = 0; i < 10; i++) multiply();
  expect(tf.engine().backend.numDataIds()).toBe(held);
});

test('other code on the thread gets the operation of TensorFlow.js', () => {
  const backend = tf.engine().backend as unknown as { dataIdNextNumber: number };
  const multiply = (): void =>
    tf.tidy(() => void tf.matMul(tf.ones([90, 80]), tf.ones([90, 70]), true, false));
  const tensorsMadeBy = (run: () => void): number => {
    const before = backend.dataIdNextNumber;
    run();
    return backend.dataIdNextNumber - before;
  };
  tf.tidy(() => {
    const others = tensorsMadeBy(multiply);
    expect(tensorsMadeBy(() => onBackend('wasm', multiply))).toBeGreaterThan(others);
    expect(tensorsMadeBy(multiply)).toBe(others);
  });
});
