import { expect, test } from 'vitest';

import type { Samples } from '../network.ts';
import { trainLinear, type LinearTraining } from './linear.ts';

const training: LinearTraining = {
  loss: 'softmax',
  learningRate: 0.5,
  schedule: { type: 'constant' },
  batchSize: 1,
  l2: 0,
  seed: 1,
};

/** Two classes on one axis. */
function onAxis(...points: readonly (readonly [number, 0 | 1])[]): Samples {
  return {
    inputs: points.map(([x]) => Float64Array.of(x)),
    outputs: points.map(([, label]) => Float64Array.of(1 - label, label)),
    isClassification: true,
  };
}

const separable = onAxis([-2, 0], [-1, 0], [1, 1], [2, 1]);

test.each(['softmax', 'hinge'] as const)('learns what is linear by %s', (loss) => {
  const losses = [...trainLinear(separable, separable, { ...training, loss }, 200)];
  expect(losses.at(-1)).toBeLessThan(0.05);
});

test('one step of cross-entropy from zero weights is half the input', () => {
  // At zero weights p = 1/2, so the scores after a step of rate r are +-(r / 2) (x^2 + 1), the bias included.
  const one = onAxis([2, 1]);
  const [first] = [...trainLinear(one, one, { ...training, learningRate: 0.1 }, 1)];
  expect(first).toBeCloseTo(Math.log(1 + Math.exp(-0.1 * 5)), 12);
});

test('one step of the hinge loss, and none where the margin is kept', () => {
  const one = onAxis([2, 1]);
  const losses = [...trainLinear(one, one, { ...training, loss: 'hinge', learningRate: 0.05 }, 4)];
  // Each step moves the margin by 2 r (x^2 + 1) = 0.5.
  expect(losses.map((loss) => Number(loss.toFixed(9)))).toEqual([0.5, 0, 0, 0]);
});

test('schedules shrink the step', () => {
  const one = onAxis([2, 1]);
  const hinge = { ...training, loss: 'hinge', learningRate: 0.01 } as const;
  const margins = (schedule: LinearTraining['schedule']): number[] =>
    [...trainLinear(one, one, { ...hinge, schedule }, 2)].map((loss) => (1 - loss) * 10);
  expect(margins({ type: 'constant' })[1]).toBeCloseTo(2, 9);
  expect(margins({ type: 'power', exponent: 1 })[1]).toBeCloseTo(1.5, 9);
  expect(margins({ type: 'cosine' })[1]).toBeCloseTo(1.5, 9);
});

test('what diverges is infinite', () => {
  const losses = [...trainLinear(separable, separable, { ...training, learningRate: 1e3, l2: 1 }, 400)];
  expect(losses.at(-1)).toBe(Infinity);
});
