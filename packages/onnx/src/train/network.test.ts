import { expect, test } from 'vitest';

import { crossEntropy } from './loss.ts';
import { createNetwork } from './network.ts';

const architecture = { hidden: [5, 4], activation: 'tanh', batchNorm: true, dropout: 0.5 } as const;

const initial = (seed: number): number[][] =>
  createNetwork(architecture, 3, 2, crossEntropy(2), seed).layers.flatMap(({ variables }) =>
    variables.map(({ initialize }) => [...initialize()]),
  );

test('a network is made of dense layers, normalized, activated and thinned out', () => {
  const { layers, denseNames, widths } = createNetwork(architecture, 3, 2, crossEntropy(2), 1);
  expect(denseNames).toEqual(['hidden0', 'hidden1', 'output']);
  expect(widths).toEqual([3, 5, 4, 2]);
  expect(layers.flatMap(({ variables }) => variables.map(({ name }) => name))).toEqual([
    'hidden0.weights',
    ...['scale', 'shift', 'runningMean', 'runningVariance'].map((name) => `hidden0.${name}`),
    'hidden1.weights',
    ...['scale', 'shift', 'runningMean', 'runningVariance'].map((name) => `hidden1.${name}`),
    'output.weights',
    'output.bias',
  ]);
  expect(layers.flatMap(({ masks }) => [...masks])).toEqual([
    ['hidden0', 5],
    ['hidden1', 4],
  ]);
});

test('initial weights follow from the seed, however often they are asked for', () => {
  expect(initial(1)).toEqual(initial(1));
  expect(initial(1)).not.toEqual(initial(2));
  // A provider that fails has asked for them before the one that trains does.
  for (const { variables } of createNetwork(architecture, 3, 2, crossEntropy(2), 1).layers) {
    for (const { initialize } of variables) expect(initialize()).toEqual(initialize());
  }
});

test('initial weights keep within the bounds of He and of Glorot', () => {
  const largest = (name: string, activation: 'relu' | 'tanh'): number => {
    const hidden = { ...architecture, activation, hidden: [200, 100] };
    const { layers } = createNetwork(hidden, 50, 20, crossEntropy(20), 1);
    const variable = layers.flatMap(({ variables }) => variables).find((one) => one.name === name);
    return Math.max(...variable!.initialize().map(Math.abs));
  };
  expect(largest('hidden1.weights', 'relu')).toBeCloseTo(Math.sqrt(6 / 200), 3);
  expect(largest('hidden1.weights', 'tanh')).toBeCloseTo(Math.sqrt(6 / 300), 3);
  expect(largest('output.weights', 'relu')).toBeCloseTo(Math.sqrt(6 / 120), 3);
});
