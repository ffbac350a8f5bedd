import { InvalidParameterError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';
import {
  createOptimizer,
  disposeOptimizer,
  learningRateOf,
  optimizerNames,
  setLearningRate,
} from './optimizers.ts';

expectNoTensorsLeft();

/** Where x arrives from 1 after some steps down x², with the learning rates given. */
function descend(optimizer: tf.Optimizer, rates: readonly number[]): number {
  const x = tf.variable(tf.scalar(1));
  const start = x;
  for (const rate of rates) {
    setLearningRate(optimizer, rate);
    optimizer.minimize(() => tf.square(x) as tf.Scalar, false, [x]);
  }
  const [value] = x.dataSync();
  start.dispose();
  disposeOptimizer(optimizer);
  return value!;
}

function fromStart(make: () => tf.Optimizer, rates: readonly number[]): number {
  return tf.tidy(() => descend(make(), rates));
}

test.each(optimizerNames)('%s goes downhill, stands still at rate 0, and leaves nothing behind', (name) => {
  expect(fromStart(() => createOptimizer(name, 0.1), [0.1, 0.1])).toBeLessThan(1);
  expect(fromStart(() => createOptimizer(name, 0.1), [0, 0])).toBe(1);
});

test('the arguments of a choice take effect', () => {
  // Momentum: v1 = 2, x1 = 0.8; v2 = 0.5 * 2 + 1.6 = 2.6, x2 = 0.8 - 0.26.
  expect(fromStart(() => createOptimizer({ type: 'sgd', momentum: 0.5 }, 0.1), [0.1, 0.1])).toBeCloseTo(
    0.54,
    6,
  );
  // Without: x2 = 0.8².
  expect(fromStart(() => createOptimizer({ type: 'sgd' }, 0.1), [0.1, 0.1])).toBeCloseTo(0.64, 6);
  // Adam's first step has the size of the learning rate, whatever the gradient.
  expect(fromStart(() => createOptimizer({ type: 'adam', beta1: 0.5 }, 0.1), [0.1])).toBeCloseTo(0.9, 4);
});

test('the learning rate: among the arguments, beside them, else that of TensorFlow.js', () => {
  const rateOf = (...args: Parameters<typeof createOptimizer>): number | undefined => {
    const optimizer = createOptimizer(...args);
    disposeOptimizer(optimizer);
    return learningRateOf(optimizer);
  };
  expect(rateOf({ type: 'adam', learningRate: 0.5 }, 0.1)).toBe(0.5);
  expect(rateOf('adam', 0.1)).toBe(0.1);
  expect(rateOf('adam', undefined)).toBe(0.001);
  expect(rateOf('sgd', undefined)).toBe(0.01);
});

test.each([
  ['lion', 0.1, /no optimizer 'lion'.*adam/],
  [{ type: 'adam', momentum: 0.9 }, 0.1, /'adam' has no argument 'momentum'.*beta1, beta2/],
  [{ type: 'sgd', nesterov: 1 }, 0.1, /nesterov must be a boolean, not 1/],
  [{ type: 'sgd', momentum: Number.NaN }, 0.1, /momentum must be a number from 0 to below 1, not NaN/],
  [{ type: 'sgd', momentum: 1 }, 0.1, /momentum must be a number from 0 to below 1, not 1/],
  [{ type: 'adam', beta2: -0.1 }, 0.1, /beta2 must be a number from 0 to below 1/],
  [{ type: 'adam', epsilon: 0 }, 0.1, /epsilon must be a number above 0, not 0/],
  [{ type: 'rmsprop', decay: 2 }, 0.1, /decay must be/],
  [{ type: 'adagrad', initialAccumulatorValue: -1 }, 0.1, /at least 0, not -1/],
  ['adam', 0, /learningRate must be a number above 0, not 0/],
  ['adam', Number.NaN, /learningRate must be a number above 0, not NaN/],
] as const)('%j at rate %d is refused', (setting, rate, message) => {
  expect(() => createOptimizer(setting as never, rate)).toThrow(InvalidParameterError);
  expect(() => createOptimizer(setting as never, rate)).toThrow(message);
});
