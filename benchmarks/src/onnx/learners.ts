// The same networks and the same search for both libraries. A module of its own, so that worker threads can import it.
import {
  boolean,
  categorical,
  choice,
  float,
  int,
  list,
  space,
  type Choice,
  type Hyperparameter,
  type Learner,
  type List,
  type SearchSpace,
} from '@tunable/core';
import { onnxClassifier, type OnnxNetworkModel, type NetworkShape } from '@tunable/onnx';
import { tfjsClassifier, type TfjsClassifierModel } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

/** The shape of {@link searched}. */
export type SearchedShape = {
  readonly hidden: List<Hyperparameter<number>>;
  readonly activation: Hyperparameter<'relu' | 'elu' | 'tanh'>;
  readonly dropout: Hyperparameter<number>;
  readonly optimizer: Choice<{
    readonly adam: { readonly learningRate: Hyperparameter<number> };
    readonly momentum: {
      readonly learningRate: Hyperparameter<number>;
      readonly momentum: Hyperparameter<number>;
      readonly nesterov: Hyperparameter<boolean>;
    };
  }>;
  readonly schedule: Hyperparameter<'constant' | 'linear' | 'cosine'>;
  readonly batchSize: Hyperparameter<number>;
};

/** What both know of the networks of the example onnx-digits. */
export function searched(): SearchSpace<SearchedShape> {
  return space({
    hidden: list(int(64, 256, { scale: 'log', default: 128 }), { min: 1, max: 2, default: 1 }),
    activation: categorical(['relu', 'elu', 'tanh'], { default: 'relu' }),
    dropout: float(0, 0.6, { default: 0 }),
    optimizer: choice(
      {
        adam: { learningRate: float(3e-4, 1e-2, { scale: 'log', default: 1e-3 }) },
        momentum: {
          learningRate: float(5e-3, 0.3, { scale: 'log', default: 0.05 }),
          momentum: float(0.8, 0.98, { default: 0.9 }),
          nesterov: boolean({ default: true }),
        },
      },
      { default: 'adam' },
    ),
    schedule: categorical(['constant', 'linear', 'cosine'], { default: 'constant' }),
    batchSize: int(32, 256, { scale: 'log', default: 64 }),
  });
}

/** Ours. */
export function onnxDigits(epochs: number): Learner<NetworkShape, OnnxNetworkModel> {
  return onnxClassifier({ epochs, standardize: false });
}

/** The same networks in TensorFlow.js, on its WebAssembly backend. */
export function tfjsDigits(epochs: number): Learner<SearchedShape, TfjsClassifierModel> {
  return tfjsClassifier({
    name: 'tfjs-digits',
    source: { module: import.meta.url, export: 'tfjsDigits', arguments: [epochs] },
    space: searched(),
    epochs,
    backend: 'wasm',
    build({ hidden, activation, dropout }, { inputShape, outputs }) {
      const network = tf.sequential();
      for (const [index, units] of hidden.entries()) {
        const kernelInitializer = activation === 'tanh' ? 'glorotUniform' : 'heUniform';
        const first = index === 0 ? { inputShape } : {};
        network.add(tf.layers.dense({ units, activation, kernelInitializer, ...first }));
        if (dropout > 0) network.add(tf.layers.dropout({ rate: dropout }));
      }
      network.add(tf.layers.dense({ units: outputs, activation: 'softmax' }));
      return network;
    },
  });
}
