import { createRandom, type Random } from '@tunable/core';

/** Rows of inputs, and of outputs: one-hot classes, or numbers of zero mean and unit variance. */
export interface Samples {
  readonly inputs: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
  /** Classes are trained by cross-entropy, numbers by squared error. */
  readonly isClassification: boolean;
}

/** How a network is trained. */
export interface Training {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly width: number;
  readonly layers: number;
  readonly weightDecay: number;
  readonly activation: 'tanh' | 'relu';
  readonly method: 'sgd' | 'adam';
  /** Of the gradient's mean; sgd: classical momentum, adam: beta 1. */
  readonly momentum: number;
  readonly seed: number;
}

/**
 * Trains a fully connected network and yields its mean loss on `validation` after each epoch. Plain back-propagation in
 * mini-batches, with momentum (Polyak 1964) or Adam (Kingma & Ba 2015).
 */
export function* trainNetwork(
  train: Samples,
  validation: Samples,
  training: Training,
  epochs: number,
): Generator<number> {
  const random = createRandom(training.seed);
  const network = new Network(train, training, random);
  const order = Int32Array.from(train.inputs.keys());
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    for (let start = 0; start < order.length; start += training.batchSize)
      network.learn(train, order.subarray(start, start + training.batchSize));
    yield network.loss(validation);
  }
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major, one row per output, the bias last. */
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
  readonly activations: Float64Array;
  readonly errors: Float64Array;
}

class Network {
  readonly #layers: Layer[] = [];
  readonly #training: Training;
  readonly #isClassification: boolean;
  #updates = 0;

  constructor({ inputs, outputs, isClassification }: Samples, training: Training, random: Random) {
    this.#training = training;
    this.#isClassification = isClassification;
    let width = inputs[0]!.length;
    for (let i = 0; i <= training.layers; i++) {
      const next = i < training.layers ? training.width : outputs[0]!.length;
      const column = (): Float64Array => new Float64Array(next * (width + 1));
      // He et al. 2015 for relu, Glorot & Bengio 2010 for tanh.
      const scale = Math.sqrt((training.activation === 'relu' ? 2 : 1) / width);
      const weights = column().map((_, w) => (w % (width + 1) === width ? 0 : scale * random.normal()));
      this.#layers.push({
        inputs: width,
        outputs: next,
        weights,
        gradient: column(),
        mean: column(),
        square: column(),
        activations: new Float64Array(next),
        errors: new Float64Array(next),
      });
      width = next;
    }
  }

  learn(samples: Samples, batch: Int32Array): void {
    for (const sample of batch) {
      this.#forward(samples.inputs[sample]!);
      this.#backward(samples.inputs[sample]!, samples.outputs[sample]!);
    }
    this.#update(batch.length);
  }

  loss({ inputs, outputs }: Samples): number {
    let total = 0;
    for (const [i, input] of inputs.entries()) {
      const predicted = this.#forward(input);
      const wanted = outputs[i]!;
      for (let k = 0; k < wanted.length; k++) {
        total += this.#isClassification
          ? -wanted[k]! * Math.log(Math.max(1e-12, predicted[k]!))
          : (wanted[k]! - predicted[k]!) ** 2;
      }
    }
    const mean = total / inputs.length;
    return mean < 1e6 ? mean : Infinity;
  }

  #forward(input: Float64Array): Float64Array {
    const isRelu = this.#training.activation === 'relu';
    let values = input;
    for (const [i, { inputs, outputs, weights, activations }] of this.#layers.entries()) {
      const isLast = i === this.#layers.length - 1;
      for (let o = 0, w = 0; o < outputs; o++) {
        let sum = 0;
        for (let k = 0; k < inputs; k++) sum += weights[w++]! * values[k]!;
        sum += weights[w++]!;
        activations[o] = isLast ? sum : isRelu ? Math.max(0, sum) : Math.tanh(sum);
      }
      values = activations;
    }
    if (this.#isClassification) softmax(values);
    return values;
  }

  #backward(input: Float64Array, wanted: Float64Array): void {
    const isRelu = this.#training.activation === 'relu';
    const last = this.#layers.at(-1)!;
    for (let k = 0; k < last.outputs; k++) last.errors[k] = last.activations[k]! - wanted[k]!;
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const { inputs, outputs, weights, gradient, errors } = this.#layers[i]!;
      const below = this.#layers[i - 1];
      const values = below?.activations ?? input;
      for (let o = 0; o < outputs; o++) {
        const row = o * (inputs + 1);
        for (let k = 0; k < inputs; k++) gradient[row + k]! += errors[o]! * values[k]!;
        gradient[row + inputs]! += errors[o]!;
      }
      if (below === undefined) continue;
      for (let k = 0; k < inputs; k++) {
        let sum = 0;
        for (let o = 0; o < outputs; o++) sum += weights[o * (inputs + 1) + k]! * errors[o]!;
        const a = values[k]!;
        below.errors[k] = sum * (isRelu ? (a > 0 ? 1 : 0) : 1 - a * a);
      }
    }
  }

  #update(batchSize: number): void {
    const { learningRate, weightDecay, momentum, method } = this.#training;
    this.#updates++;
    const meanScale = 1 - momentum ** this.#updates;
    const squareScale = 1 - 0.999 ** this.#updates;
    for (const { weights, gradient, mean, square } of this.#layers) {
      for (let w = 0; w < weights.length; w++) {
        const g = gradient[w]! / batchSize + weightDecay * weights[w]!;
        gradient[w] = 0;
        if (method === 'sgd') {
          mean[w] = momentum * mean[w]! + g;
          weights[w]! -= learningRate * mean[w]!;
        } else {
          mean[w] = momentum * mean[w]! + (1 - momentum) * g;
          square[w] = 0.999 * square[w]! + 0.001 * g * g;
          weights[w]! -=
            (learningRate * (mean[w]! / meanScale)) / (Math.sqrt(square[w]! / squareScale) + 1e-8);
        }
      }
    }
  }
}

function softmax(values: Float64Array): void {
  let largest = -Infinity;
  for (const value of values) largest = Math.max(largest, value);
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] = Math.exp(values[k]! - largest);
  for (let k = 0; k < values.length; k++) values[k]! /= sum;
}
