import { createRandom } from '@tunable/core';
import { expect, test } from 'vitest';

import { fitMixture, type MixtureTraining } from './mixture.ts';

const training: MixtureTraining = {
  components: 1,
  ridge: 0,
  spread: 1,
  damping: 1,
  pseudoCount: 0,
  seed: 1,
};

const random = createRandom(3);
const clusters = Array.from({ length: 200 }, (_, i) => Float64Array.of((i % 2) * 10 + random.normal()));

test('one component is the mean and the variance', () => {
  const rows = [Float64Array.of(0), Float64Array.of(2)];
  // Mean 1, variance 1: the mean negative log-likelihood is (1 + log(2 pi)) / 2.
  const [first] = [...fitMixture(rows, rows, training, 1)];
  expect(first).toBeCloseTo((1 + Math.log(2 * Math.PI)) / 2, 12);
});

test('expectation maximization never makes it worse, and finds two clusters', () => {
  const losses = [...fitMixture(clusters, clusters, { ...training, components: 2 }, 60)];
  for (let i = 1; i < losses.length; i++) expect(losses[i]!).toBeLessThanOrEqual(losses[i - 1]! + 1e-12);
  // The entropy of two distant clusters of unit variance: log 2 + (1 + log(2 pi)) / 2.
  expect(losses.at(-1)).toBeCloseTo(Math.log(2) + (1 + Math.log(2 * Math.PI)) / 2, 0);
});

test('rows added to a component hold it back', () => {
  const rows = [Float64Array.of(0), Float64Array.of(2)];
  const free = [...fitMixture(rows, rows, training, 5)].at(-1)!;
  const held = [...fitMixture(rows, rows, { ...training, pseudoCount: 50, spread: 3 }, 5)].at(-1)!;
  expect(held).toBeGreaterThan(free + 0.3);
});
