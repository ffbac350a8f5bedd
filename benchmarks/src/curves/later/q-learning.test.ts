import { expect, test } from 'vitest';

import { learnCliffWalk, type QTraining } from './q-learning.ts';

const training: QTraining = {
  learningRate: 0.5,
  discount: 1,
  exploration: 0.1,
  explorationDecay: 0.8,
  optimism: 0,
  target: { type: 'best' },
  seed: 1,
};

test('Q-learning finds the shortest way, of 13 steps', () => {
  expect([...learnCliffWalk(training, 27, 20)].at(-1)).toBeCloseTo(1, 1);
});

test('Sarsa finds a way too', () => {
  const losses = [...learnCliffWalk({ ...training, target: { type: 'made', trace: 0.5 } }, 27, 20)];
  expect(losses.at(-1)).toBeLessThan(1.5);
  expect(losses[0]).toBeGreaterThan(losses.at(-1)!);
});

test('while exploring, the way along the cliff that Q-learning takes costs more than that of Sarsa', () => {
  // Example 6.6 of Sutton & Barto, with exploration kept at 0.1.
  const exploring = { ...training, explorationDecay: 1 };
  const [best, made] = ([{ type: 'best' }, { type: 'made', trace: 0 }] as const).map((target) => {
    const costs = [...learnCliffWalk({ ...exploring, target }, 27, 40)].slice(13);
    return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  }) as [number, number];
  expect(best).toBeGreaterThan(made);
});

test('without learning, nothing is learned', () => {
  const losses = [...learnCliffWalk({ ...training, learningRate: 0 }, 5, 20)];
  expect(losses.at(-1)).toBeGreaterThan(4);
});
