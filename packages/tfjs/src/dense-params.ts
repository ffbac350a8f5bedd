import { categorical, float, int, type Hyperparameter } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import type { BuildContext } from './options.ts';
import type { ScheduleName } from './schedule.ts';

/** What the ready-made dense networks are tuned by. */
export interface DenseParams {
  /** Hidden layers. A whole number from 1. */
  layers: number;
  /** Units of each hidden layer. A whole number from 1. */
  units: number;
  /** The activation of the hidden layers; any that TensorFlow.js knows. */
  activation: string;
  /** The share of units that are dropped in each step, behind each hidden layer. From 0 to below 1. */
  dropout: number;
  /** The weight decay: the L2 penalty on the weights of the hidden layers. At least 0. */
  l2: number;
  /** Of the optimizer. Above 0. */
  learningRate: number;
  /** How the learning rate changes while training. */
  schedule: ScheduleName;
  /** Rows per step. A whole number from 1. */
  batchSize: number;
}

/** The shape of the recommended space. */
export type DenseShape = { readonly [K in keyof DenseParams]: Hyperparameter<DenseParams[K]> };

/** The recommended space; its defaults are what tutorials use. */
export function denseShape(): DenseShape {
  return {
    layers: int(1, 3, { default: 2 }),
    units: int(16, 256, { scale: 'log', default: 64 }),
    activation: categorical(['relu', 'elu', 'tanh'], { default: 'relu' }),
    dropout: float(0, 0.6, { default: 0 }),
    l2: float(1e-7, 1e-2, { scale: 'log', default: 1e-7 }),
    learningRate: float(1e-4, 3e-2, { scale: 'log', default: 1e-3 }),
    schedule: categorical(['constant', 'cosine'], { default: 'constant' }),
    batchSize: categorical([16, 32, 64, 128], { default: 32 }),
  };
}

/** The hidden layers of a dense network, and a last one with the activation given. */
export function buildDense(
  params: DenseParams,
  { inputShape, outputs }: BuildContext,
  lastActivation: 'softmax' | 'linear',
): tf.Sequential {
  const model = tf.sequential();
  if (inputShape.length > 1) model.add(tf.layers.flatten({ inputShape }));
  for (let i = 0; i < params.layers; i++) {
    model.add(
      tf.layers.dense({
        units: params.units,
        activation: params.activation as 'relu',
        kernelInitializer: params.activation === 'tanh' ? 'glorotUniform' : 'heUniform',
        ...(params.l2 > 0 && { kernelRegularizer: tf.regularizers.l2({ l2: params.l2 }) }),
        ...(model.layers.length === 0 && { inputShape }),
      }),
    );
    if (params.dropout > 0) model.add(tf.layers.dropout({ rate: params.dropout }));
  }
  model.add(tf.layers.dense({ units: outputs, activation: lastActivation }));
  return model;
}
