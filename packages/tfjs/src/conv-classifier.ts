import { boolean, categorical, float, int, type Hyperparameter, type Learner } from '@tunable/core';
import { InvalidParameterError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { checkInputShape } from './check-options.ts';
import type { BuildContext, TrainingOptions } from './options.ts';
import { readyMadeOptions, readyMadeSource } from './ready-made.ts';
import { tfjsClassifier } from './tfjs-classifier.ts';
import type { TfjsClassifierModel } from './tfjs-model.ts';

/** Options of {@link convClassifier}. */
export interface ConvClassifierOptions extends TrainingOptions {
  /** `[height, width, channels]`, or `[height, width]`. Default: the dataset's `rowShape`. */
  inputShape?: readonly number[];
}

/** What {@link convClassifier} is tuned by. */
export interface ConvParams {
  /** Blocks of a convolution and a pooling that halves height and width. A whole number from 1. */
  blocks: number;
  /** Filters of the first block; each further block has twice as many. A whole number from 1. */
  filters: number;
  /** Height and width of the filters. A whole number from 1. */
  kernelSize: number;
  /** Whether each convolution is followed by a batch normalization. */
  batchNorm: boolean;
  /** Units of the dense layer behind the blocks. A whole number from 1. */
  units: number;
  /** The share of that layer's units that are dropped in each step. From 0 to below 1. */
  dropout: number;
  /** Of the optimizer. Above 0. */
  learningRate: number;
  /** Rows per step. A whole number from 1. */
  batchSize: number;
}

/** The shape of the recommended space. */
export type ConvShape = { readonly [K in keyof ConvParams]: Hyperparameter<ConvParams[K]> };

/**
 * A convolutional network for classifying images, for people who only have data. Standardizes each channel, trains for at
 * most 20 epochs, and stops when the validation loss has not fallen for 4; all of which options change.
 *
 * The images are rows of a dataset with `rowShape: [height, width, channels]`, the channel varying fastest. The WASM
 * backend of TensorFlow.js cannot train convolutions: without a GPU they are trained in plain JavaScript, slowly.
 *
 * @param options {@link ConvClassifierOptions}.
 * @throws {InvalidArgumentError} an unknown option, or one out of range.
 * @example await tune(convClassifier({ epochs: 8 }), digits, { resampling: holdout(), pruner: hyperband() });
 */
export function convClassifier(options: ConvClassifierOptions = {}): Learner<ConvShape, TfjsClassifierModel> {
  const training = readyMadeOptions('convClassifier', options, { epochs: 20, earlyStopping: 4 }, [
    'inputShape',
  ]);
  checkInputShape('convClassifier', options.inputShape);
  return tfjsClassifier<ConvShape>({
    ...training,
    name: 'conv-classifier',
    space: {
      blocks: int(1, 3, { default: 2 }),
      filters: int(8, 32, { scale: 'log', default: 16 }),
      kernelSize: categorical([3, 5], { default: 3 }),
      batchNorm: boolean({ default: false }),
      units: int(32, 256, { scale: 'log', default: 64 }),
      dropout: float(0, 0.6, { default: 0 }),
      learningRate: float(1e-4, 3e-2, { scale: 'log', default: 1e-3 }),
      batchSize: categorical([16, 32, 64, 128], { default: 32 }),
    },
    build: buildConv,
    source: readyMadeSource(import.meta.url, 'convClassifier', options),
  });
}

function buildConv(params: ConvParams, { inputShape, outputs }: BuildContext): tf.Sequential {
  const [height, width, channels = 1, ...more] = inputShape;
  if (height === undefined || width === undefined || more.length > 0) {
    throw new InvalidParameterError(
      `convClassifier needs images, and the rows have the shape [${inputShape.join(', ')}]; make the dataset with rowShape: [height, width, channels], or pass inputShape`,
    );
  }
  const model = tf.sequential();
  model.add(tf.layers.reshape({ targetShape: [height, width, channels], inputShape }));
  for (let block = 0; block < params.blocks; block++) {
    const { kernelSize, filters } = params;
    model.add(
      tf.layers.conv2d({
        filters: filters * 2 ** block,
        kernelSize,
        padding: 'same',
        activation: 'relu',
        kernelInitializer: 'heUniform',
      }),
    );
    if (params.batchNorm) model.add(tf.layers.batchNormalization());
    model.add(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }));
  }
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: params.units, activation: 'relu', kernelInitializer: 'heUniform' }));
  if (params.dropout > 0) model.add(tf.layers.dropout({ rate: params.dropout }));
  model.add(tf.layers.dense({ units: outputs, activation: 'softmax' }));
  return model;
}
