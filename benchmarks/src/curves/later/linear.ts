import { createRandom } from '@tunable/core';

import type { Samples } from '../network.ts';

/** How the step of {@link trainLinear} shrinks: not at all, as a power of the epoch, or along half a cosine to 0. */
type Schedule =
  | { readonly type: 'constant' }
  | { readonly type: 'power'; readonly exponent: number }
  | { readonly type: 'cosine' };

/** How a linear model is trained. */
export interface LinearTraining {
  /** `softmax`: cross-entropy; `hinge`: the multiclass hinge loss (Crammer & Singer 2001), the SVM's. */
  readonly loss: 'softmax' | 'hinge';
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly batchSize: number;
  /** Of the squared weights, biases included. */
  readonly l2: number;
  readonly seed: number;
}

/** Trains one linear score per class by stochastic gradient descent, and yields the mean loss on `validation` after each epoch. */
export function* trainLinear(
  train: Samples,
  validation: Samples,
  training: LinearTraining,
  epochs: number,
): Generator<number> {
  const { loss, learningRate, schedule, batchSize, l2, seed } = training;
  const random = createRandom(seed);
  const features = train.inputs[0]!.length;
  const labels = train.outputs[0]!.length;
  const weights = new Float64Array(labels * (features + 1));
  const gradient = new Float64Array(weights.length);
  const scores = new Float64Array(labels);
  const order = Int32Array.from(train.inputs.keys());

  /** Fills `scores` and returns the loss, `scores` then being its derivatives. */
  const judge = (input: Float64Array, wanted: Float64Array): number => {
    for (let k = 0; k < labels; k++) {
      let sum = weights[k * (features + 1) + features]!;
      for (let i = 0; i < features; i++) sum += weights[k * (features + 1) + i]! * input[i]!;
      scores[k] = sum;
    }
    const label = wanted.indexOf(1);
    return loss === 'softmax' ? crossEntropy(scores, label) : hinge(scores, label);
  };

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate * shrink(schedule, epoch, epochs);
    random.shuffle(order);
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.subarray(start, start + batchSize);
      gradient.fill(0);
      for (const row of batch) {
        const input = train.inputs[row]!;
        judge(input, train.outputs[row]!);
        for (let k = 0; k < labels; k++) {
          const slope = scores[k]! / batch.length;
          if (slope === 0) continue;
          for (let i = 0; i < features; i++) gradient[k * (features + 1) + i]! += slope * input[i]!;
          gradient[k * (features + 1) + features]! += slope;
        }
      }
      for (let w = 0; w < weights.length; w++) weights[w]! -= rate * (gradient[w]! + l2 * weights[w]!);
    }
    let total = 0;
    for (const [row, input] of validation.inputs.entries()) total += judge(input, validation.outputs[row]!);
    const mean = total / validation.inputs.length;
    yield mean < 1e6 ? mean : Infinity;
  }
}

function shrink(schedule: Schedule, epoch: number, epochs: number): number {
  if (schedule.type === 'power') return (epoch + 1) ** -schedule.exponent;
  return schedule.type === 'cosine' ? (1 + Math.cos((Math.PI * epoch) / epochs)) / 2 : 1;
}

function crossEntropy(scores: Float64Array, label: number): number {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - largest);
  const logSum = largest + Math.log(sum);
  const loss = logSum - scores[label]!;
  for (let k = 0; k < scores.length; k++) scores[k] = Math.exp(scores[k]! - logSum) - (k === label ? 1 : 0);
  return loss;
}

function hinge(scores: Float64Array, label: number): number {
  let rival = label === 0 ? 1 : 0;
  for (let k = 0; k < scores.length; k++) if (k !== label && scores[k]! > scores[rival]!) rival = k;
  // Not a comparison with 0: what has become NaN stays so.
  const loss = Math.max(0, 1 + scores[rival]! - scores[label]!);
  scores.fill(0);
  if (loss > 0) {
    scores[rival] = 1;
    scores[label] = -1;
  }
  return loss;
}
