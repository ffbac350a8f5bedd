/**
 * An objective that keeps a core busy for some tens of milliseconds and allocates next to nothing: a fixed number of steps of a
 * logistic regression on data that it makes once.
 */
import { createRandom } from '@tunable/core';

const ROWS = 1000;
const FEATURES = 20;
const EPOCHS = 200;

const random = createRandom(1);
const features = Float64Array.from({ length: ROWS * FEATURES }, () => random.normal());
const labels = Uint8Array.from({ length: ROWS }, (_, i) => ((features[i * FEATURES] as number) > 0 ? 1 : 0));

/** The log loss after training with this learning rate. */
export function train({ rate }: { readonly rate: number }): number {
  const weights = new Float64Array(FEATURES);
  const gradient = new Float64Array(FEATURES);
  let loss = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    gradient.fill(0);
    loss = 0;
    for (let row = 0; row < ROWS; row++) {
      let score = 0;
      for (let j = 0; j < FEATURES; j++)
        score += (weights[j] as number) * (features[row * FEATURES + j] as number);
      const probability = 1 / (1 + Math.exp(-score));
      const error = probability - (labels[row] as number);
      loss -= Math.log(Math.max(1e-12, labels[row] === 1 ? probability : 1 - probability));
      for (let j = 0; j < FEATURES; j++) {
        gradient[j] = (gradient[j] as number) + error * (features[row * FEATURES + j] as number);
      }
    }
    for (let j = 0; j < FEATURES; j++)
      weights[j] = (weights[j] as number) - (rate * (gradient[j] as number)) / ROWS;
  }
  return loss / ROWS;
}
