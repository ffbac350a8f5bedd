import { float, int, type Hyperparameter, type Learner } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import type { TfjsLearnerOptions } from '../options.ts';
import { tfjsClassifier } from '../tfjs-classifier.ts';
import type { TfjsClassifierModel, TfjsRegressorModel } from '../tfjs-model.ts';
import { tfjsRegressor, type TfjsRegressorOptions } from '../tfjs-regressor.ts';

/** The parameters of the small networks that tests train. */
export type SmallShape = {
  readonly units: Hyperparameter<number>;
  readonly dropout: Hyperparameter<number>;
  readonly learningRate: Hyperparameter<number>;
};

export const smallShape: SmallShape = {
  units: int(8, 32, { default: 16 }),
  dropout: float(0, 0.3, { default: 0 }),
  learningRate: float(1e-2, 5e-2, { scale: 'log', default: 0.03 }),
};

/** A small network for classification: one hidden layer, with dropout. */
export function classifier(
  options: Partial<TfjsLearnerOptions<SmallShape>> = {},
): Learner<SmallShape, TfjsClassifierModel> {
  return tfjsClassifier<SmallShape>({
    space: smallShape,
    build: ({ units, dropout }, { inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units, inputShape, activation: 'relu' }),
          tf.layers.dropout({ rate: dropout }),
          tf.layers.dense({
            units: classes,
            activation: options.outputs === 'logits' ? 'linear' : 'softmax',
          }),
        ],
      }),
    ...options,
  });
}

/** A small network for regression. */
export function regressor(
  options: Partial<TfjsRegressorOptions<SmallShape>> = {},
): Learner<SmallShape, TfjsRegressorModel> {
  return tfjsRegressor<SmallShape>({
    space: smallShape,
    build: ({ units, dropout }, { inputShape, outputs }) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units, inputShape, activation: 'tanh' }),
          tf.layers.dropout({ rate: dropout }),
          tf.layers.dense({ units: outputs }),
        ],
      }),
    ...options,
  });
}
