import { createRandom, InvalidParameterError, type Random } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { onBackend } from './backend.ts';
import { explaining } from './errors.ts';
import { freeingTape } from './free-tape.ts';
import type { Network } from './network.ts';
import { learningRateOf, setLearningRate } from './optimizers.ts';
import type { TrainingSettings } from './settings.ts';
import type { TrainingRows } from './training-rows.ts';
import { withSeed } from './with-seed.ts';

/** Takes one step of the optimizer after the other. */
export interface Stepper {
  /** Trains on these rows. */
  step(rows: Int32Array, epoch: number): void;
  /** The sum over the rows since the last call of `clear` of what they lost; NaN once any of it was. */
  lossSum(): Promise<number>;
  /** Forgets that sum, and frees it. */
  clear(): void;
}

/** Which random stream of the fit's seed the steps draw from. */
const STEPS = 2;

/** A stepper for a network. */
export function createStepper(
  network: Network,
  settings: TrainingSettings,
  rows: TrainingRows,
  backend: string,
  seed: number,
): Stepper {
  const { optimizer } = network;
  const { epochs, batchSize, schedule } = settings;
  const baseRate = learningRateOf(optimizer);
  const steps = epochs * Math.ceil(rows.count / batchSize);
  let step = 0;
  let sum: tf.Tensor | undefined;

  return {
    step(indices, epoch) {
      if (baseRate !== undefined) {
        const factor = schedule({ epoch, epochs, step, steps });
        if (!(factor >= 0 && factor < Infinity)) {
          throw new InvalidParameterError(
            `schedule gave ${String(factor)} in epoch ${epoch}; it must give a number of at least 0`,
          );
        }
        setLearningRate(optimizer, baseRate * factor);
      }
      const random = createRandom(seed, STEPS, step);
      step++;
      const before = sum;
      sum = explaining(`a training step in epoch ${epoch} failed`, () =>
        onBackend(backend, () =>
          withSeed(random, () =>
            tf.tidy(() => {
              const loss = tf.mul(takeStep(network, settings, rows, indices, epoch, random), indices.length);
              return before === undefined ? loss : tf.add(before, loss);
            }),
          ),
        ),
      );
      before?.dispose();
    },
    lossSum: async () => (sum === undefined ? 0 : ((await sum.data())[0] as number)),
    clear() {
      sum?.dispose();
      sum = undefined;
    },
  };
}

/**
 * Changes the weights once, by the gradient on a batch.
 *
 * @returns the mean loss of the batch, penalties included.
 */
function takeStep(
  network: Network,
  { augment }: Pick<TrainingSettings, 'augment'>,
  rows: TrainingRows,
  indices: Int32Array,
  epoch: number,
  random: Random,
): tf.Scalar {
  const batch = gather(rows, indices, network.inputShape);
  const features =
    augment === undefined
      ? batch.features
      : augment(batch.features, { epoch, random: () => random.uniform() });
  if (features.shape.join() !== batch.features.shape.join()) {
    throw new InvalidParameterError(
      `augment returned a tensor of shape [${features.shape.join(', ')}], expected [${batch.features.shape.join(', ')}]`,
    );
  }
  const variables = network.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const loss = (): tf.Scalar => batchLoss(network, { ...batch, features });
  return freeingTape(() => network.optimizer.minimize(loss, true, variables) as tf.Scalar);
}

/** Computes the gradient on the first rows, and changes nothing: fails where training would. */
export function probeTraining(network: Network, rows: TrainingRows): void {
  const indices = Int32Array.from({ length: Math.min(2, rows.count) }, (_, i) => i);
  const variables = network.model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const moving = network.model.nonTrainableWeights.map((weight) => weight.read().clone());
  try {
    freeingTape(() =>
      tf.tidy(() => {
        const batch = gather(rows, indices, network.inputShape);
        tf.variableGrads(() => batchLoss(network, batch), variables);
      }),
    );
  } finally {
    // A forward pass in training moves the averages of batch normalization.
    network.model.nonTrainableWeights.forEach((weight, i) => weight.write(moving[i] as tf.Tensor));
    tf.dispose(moving);
  }
}

interface Batch {
  readonly features: tf.Tensor;
  readonly targets: tf.Tensor;
  readonly weights: tf.Tensor | undefined;
}

function gather(rows: TrainingRows, indices: Int32Array, inputShape: readonly number[]): Batch {
  const { features, targets, targetWidth, weights } = rows;
  const count = indices.length;
  return {
    features: tf.tensor(pick(features, indices, features.length / rows.count), [count, ...inputShape]),
    targets: tf.tensor(pick(targets, indices, targetWidth), [count, targetWidth]),
    weights: weights && tf.tensor(pick(weights, indices, 1), [count]),
  };
}

function pick(values: Float32Array, indices: Int32Array, size: number): Float32Array {
  const picked = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const start = (indices[i] as number) * size;
    picked.set(values.subarray(start, start + size), i * size);
  }
  return picked;
}

/** What TensorFlow.js itself minimizes in `fit`: the mean loss, weighted by row, plus the penalties of the layers. */
function batchLoss({ model, loss }: Network, { features, targets, weights }: Batch): tf.Scalar {
  const predicted = model.apply(features, { training: true }) as tf.Tensor;
  const ofOutputs = loss(targets, predicted);
  const penalties = model.calculateLosses();
  const mean =
    weights === undefined
      ? tf.mean(ofOutputs)
      : tf.mean(tf.mul(perRow(ofOutputs, features.shape[0]), weights));
  return penalties.reduce<tf.Tensor>((sum, penalty) => tf.add(sum, penalty), mean) as tf.Scalar;
}

function perRow(loss: tf.Tensor, count: number): tf.Tensor {
  if (loss.shape[0] !== count) {
    throw new InvalidParameterError(
      `classWeights need a loss that gives a number per row; this one gives shape [${loss.shape.join(', ')}]`,
    );
  }
  return loss.rank === 1
    ? loss
    : tf.mean(
        loss,
        Array.from({ length: loss.rank - 1 }, (_, axis) => axis + 1),
      );
}
