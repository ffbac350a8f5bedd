import { expect, test } from 'vitest';

import { trainNetwork, type Samples, type Training } from './network.ts';

const training: Training = {
  learningRate: 0.1,
  batchSize: 4,
  width: 8,
  layers: 1,
  weightDecay: 0,
  activation: 'tanh',
  method: 'sgd',
  momentum: 0.9,
  seed: 1,
};

const xor: Samples = {
  inputs: [
    [-1, -1],
    [-1, 1],
    [1, -1],
    [1, 1],
  ].map((row) => Float64Array.from(row)),
  outputs: [
    [1, 0],
    [0, 1],
    [0, 1],
    [1, 0],
  ].map((row) => Float64Array.from(row)),
  isClassification: true,
};

test.each(['sgd', 'adam'] as const)('learns exclusive or by %s', (method) => {
  for (const activation of ['tanh', 'relu'] as const) {
    const losses = [...trainNetwork(xor, xor, { ...training, method, activation, layers: 2 }, 300)];
    expect(losses.at(-1)).toBeLessThan(0.01);
  }
});

test('without a hidden unit to spare, it cannot', () => {
  const losses = [...trainNetwork(xor, xor, { ...training, width: 1 }, 300)];
  expect(losses.at(-1)).toBeGreaterThan(0.3);
});

test('one step of plain gradient descent is that of finite differences', () => {
  // A linear network on one sample: loss (wx + b - y)^2 / 2 has the gradient (wx + b - y)(x, 1).
  const one: Samples = {
    inputs: [Float64Array.of(2)],
    outputs: [Float64Array.of(1)],
    isClassification: false,
  };
  const options = { ...training, layers: 0, momentum: 0, learningRate: 0.01 };
  const [first, second] = [...trainNetwork(one, one, options, 2)] as [number, number];
  // The residual shrinks by the factor 1 - rate * (x^2 + 1) = 0.95, and the loss is its square.
  expect(second / first).toBeCloseTo(0.95 ** 2, 10);
});

test('the same seed gives the same curve', () => {
  const [a, b] = [1, 2].map(() => [...trainNetwork(xor, xor, training, 20)]);
  expect(a).toEqual(b);
});
