import type { Infer, JsonValue, SearchSpace, Shape } from '@tunable/core';
import type * as tf from '@tensorflow/tfjs';

import type { Backend } from './backend.ts';
import type { OptimizerSetting } from './optimizers.ts';
import type { Schedule, ScheduleName } from './schedule.ts';

/** How networks are trained, as far as JSON can say it. */
export interface TrainingOptions {
  /** How often the training rows are gone through, at most. A parameter `epochs` counts before it. Default 20. */
  epochs?: number;
  /** Rows per step. A parameter `batchSize` counts before it. Default 32. */
  batchSize?: number;
  /**
   * The optimizer: `'adam'`, `'adamax'`, `'sgd'`, `'momentum'`, `'rmsprop'`, `'adagrad'`, `'adadelta'`, perhaps with
   * arguments: `{ type: 'sgd', momentum: 0.9 }`. A parameter `optimizer` counts before it. Default `'adam'`.
   */
  optimizer?: OptimizerSetting;
  /** A parameter `learningRate` counts before it. Default: that of the optimizer in TensorFlow.js. */
  learningRate?: number;
  /** How the learning rate changes while training. A parameter `schedule` counts before it. Default `'constant'`. */
  schedule?: ScheduleName;
  /**
   * Ends the training when the validation loss has not fallen for so many epochs (`patience`), by more than `minDelta`
   * (default 0). A number is the patience. Default false: all epochs are trained.
   */
  earlyStopping?: EarlyStopping | number | false;
  /**
   * Whether the model gets the weights of the epoch with the smallest validation loss, not of the last. With a `minDelta`, an epoch is
   * better only when its loss is smaller by more than that, here too. Default true.
   */
  keepBest?: boolean;
  /**
   * When a fit has no validation rows (the final one on all rows), this share of its rows is drawn and left out of
   * training, to stop early and to find the best epoch by. 0 trains on all rows for all epochs. Default 0.1.
   */
  validationSplit?: number;
  /**
   * How much a row of each class counts: `'balanced'` for the inverse of the frequency of its class in the training rows,
   * or weights by label (1 for those left out). Default: every row counts the same. Classification only.
   */
  classWeights?: 'balanced' | { readonly [label: string]: number };
  /**
   * Whether features (each channel, where a row is an image) and, for regression, the target are brought to a mean of 0
   * and a standard deviation of 1, as measured on the training rows. The model holds what it takes, so that it predicts
   * rows as they are. Default false; true in the ready-made learners.
   */
  standardize?: boolean;
  /** What a trial whose loss becomes NaN or infinite does: `'fail'` (the default), or end as pruned. */
  onDivergence?: 'fail' | 'prune';
  /** Which backend computes, or several in order of preference; {@link useBackend} says what the default is. */
  backend?: Backend | readonly Backend[];
}

/** When to stop early. */
export interface EarlyStopping {
  /** For how many epochs the validation loss may fail to fall. A whole number from 1. */
  patience: number;
  /** Falls by no more than this do not count. Default 0. */
  minDelta?: number;
}

/** What `build` is told. */
export interface BuildContext {
  /** The shape of a row, to pass to the first layer: the option `inputShape`, or the dataset's `rowShape`. */
  readonly inputShape: number[];
  /** How many classes there are; 0 for regression. */
  readonly classes: number;
  /** How many numbers the network should give for a row: `classes`, or 1 for regression. */
  readonly outputs: number;
  /**
   * A seed of this fit. Initial weights need none: what TensorFlow.js draws while `build` runs is seeded (of an
   * asynchronous `build` only until its first `await`).
   */
  readonly seed: number;
}

/** What `augment` is told. */
export interface AugmentContext<P = unknown> {
  /** The configuration, so that augmentation can be tuned. */
  readonly params: P;
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Random numbers of this batch, seeded; `Math.random` and unseeded operations of TensorFlow.js are seeded too. */
  readonly random: () => number;
}

/** A loss: per row (or per output), without the mean. */
export type LossFunction = (actual: tf.Tensor, predicted: tf.Tensor) => tf.Tensor;

/** Where worker threads find a learner: a module that exports a function which returns it. */
export interface LearnerSource {
  /** The module's `import.meta.url`. It must do nothing else when it is imported. */
  readonly module: string;
  /** The name of the exported function. */
  readonly export: string;
  /** What the function is called with. Default: nothing. */
  readonly arguments?: readonly JsonValue[];
}

/** Options of `tfjsClassifier` and `tfjsRegressor`. */
export interface TfjsLearnerOptions<S extends Shape> extends Omit<TrainingOptions, 'schedule'> {
  /**
   * The search space, or its shape. Declare defaults to say what the untuned network is. Parameters called `epochs`,
   * `batchSize`, `optimizer`, `learningRate` and `schedule` set what the options of these names set.
   */
  space: S | SearchSpace<S>;
  /**
   * Makes the network of a configuration. Not compiled, it is compiled with optimizer, learning rate and loss; compiled,
   * it keeps its own, and the options `optimizer`, `learningRate` and `loss` must be left out. The trial frees the network: keep nothing
   * of it, and return no layers of a model that is to outlive the trial (a base model for transfer learning, loaded once: load it
   * in `build`, or compute its outputs beforehand and tune on these). Its last layer gives class probabilities (softmax; or one sigmoid unit for two classes), or with
   * `outputs: 'logits'` their logarithms; for regression the value.
   */
  build: (params: Infer<SearchSpace<S>>, context: BuildContext) => tf.LayersModel | Promise<tf.LayersModel>;
  /** The shape of a row as the network takes it: `[28, 28, 1]`. Default: the dataset's `rowShape`. */
  inputShape?: readonly number[];
  /** What the last layer of a classifier gives. Default `'probabilities'`. */
  outputs?: 'probabilities' | 'logits';
  /**
   * The loss, as a name that TensorFlow.js knows or a function. Default: categorical (or binary) cross-entropy, or the
   * mean squared error. Refused when `build` compiles the network.
   */
  loss?: string | LossFunction;
  /** How the learning rate changes while training. A parameter `schedule` counts before it. Default `'constant'`. */
  schedule?: Schedule;
  /**
   * Changes a batch of training rows (`[rows, ...inputShape]`), and returns one of the same shape: shifted images, noise.
   * Tensors it makes are freed for it. Synchronous.
   */
  augment?: (batch: tf.Tensor, context: AugmentContext<Infer<SearchSpace<S>>>) => tf.Tensor;
  /** Where worker threads find this learner; without it, it runs on the main thread only. */
  source?: LearnerSource;
  /** Its name, in messages and studies. Default `'tfjs-classifier'` or `'tfjs-regressor'`. */
  name?: string;
}
