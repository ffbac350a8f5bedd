import { expect, test } from 'vitest';

import { factorize, type FactorsTraining, type Rating } from './factors.ts';

const training: FactorsTraining = {
  rank: 1,
  learningRate: 0.05,
  decay: 1,
  l2: 0,
  scale: 0.5,
  biases: { type: 'none' },
  seed: 1,
};

function table(f: (user: number, item: number) => number): Rating[] {
  return Array.from({ length: 36 }, (_, i) => {
    const [user, item] = [Math.floor(i / 6), i % 6];
    return { user, item, value: f(user, item) };
  });
}

test('a table of rank one around zero needs one factor', () => {
  const product = table((user, item) => (user - 2.5) * (item - 2.5) * 0.4);
  const losses = [...factorize(product, product, training, 200)];
  expect(losses.at(-1)).toBeLessThan(1e-3);
});

test('a table of sums needs biases', () => {
  const sums = table((user, item) => user + item);
  const none = { ...training, rank: 1, scale: 0 };
  // Without factors, the mean is all there is; its error is the variance, 2 * 35 / 12.
  expect([...factorize(sums, sums, none, 5)].at(-1)).toBeCloseTo(35 / 6, 9);
  const some = { ...none, biases: { type: 'some', l2: 0 } } as const;
  expect([...factorize(sums, sums, some, 200)].at(-1)).toBeLessThan(1e-3);
});

test('what diverges is infinite', () => {
  const product = table((user, item) => user * item);
  expect([...factorize(product, product, { ...training, learningRate: 5 }, 50)].at(-1)).toBe(Infinity);
});
