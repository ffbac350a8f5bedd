import { InvalidParameterError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

/** An optimizer's name; with arguments of its own as a branch of `choice` gives them: `{ type: 'sgd', momentum: 0.9 }`. */
export type OptimizerSetting =
  | string
  | {
      /** The name. */
      readonly type: string;
      /** Its arguments, as the factory in `tf.train` calls them. */
      readonly [argument: string]: unknown;
    };

/** The arguments of all optimizers; each recipe reads its own. */
interface Arguments {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number | undefined;
  readonly decay: number;
  readonly centered: boolean;
  readonly initialAccumulatorValue: number;
  readonly rho: number;
}

interface Recipe {
  /** The default of TensorFlow.js. */
  readonly learningRate: number;
  /** The arguments besides `learningRate`, with the defaults of TensorFlow.js. */
  readonly arguments: Partial<Arguments>;
  make(learningRate: number, values: Arguments): tf.Optimizer;
}

const RECIPES: { readonly [name: string]: Recipe } = {
  sgd: {
    learningRate: 0.01,
    arguments: { momentum: 0, nesterov: false },
    make: (rate, { momentum, nesterov }) =>
      momentum > 0 ? tf.train.momentum(rate, momentum, nesterov) : tf.train.sgd(rate),
  },
  momentum: {
    learningRate: 0.01,
    arguments: { momentum: 0.9, nesterov: false },
    make: (rate, { momentum, nesterov }) => tf.train.momentum(rate, momentum, nesterov),
  },
  adam: {
    learningRate: 0.001,
    arguments: { beta1: 0.9, beta2: 0.999, epsilon: undefined },
    make: (rate, { beta1, beta2, epsilon }) => tf.train.adam(rate, beta1, beta2, epsilon),
  },
  adamax: {
    learningRate: 0.002,
    arguments: { beta1: 0.9, beta2: 0.999, epsilon: undefined, decay: 0 },
    make: (rate, { beta1, beta2, epsilon, decay }) => tf.train.adamax(rate, beta1, beta2, epsilon, decay),
  },
  rmsprop: {
    learningRate: 0.001,
    arguments: { decay: 0.9, momentum: 0, epsilon: undefined, centered: false },
    make: (rate, { decay, momentum, epsilon, centered }) =>
      tf.train.rmsprop(rate, decay, momentum, epsilon, centered),
  },
  adagrad: {
    learningRate: 0.01,
    arguments: { initialAccumulatorValue: 0.1 },
    make: (rate, { initialAccumulatorValue }) => tf.train.adagrad(rate, initialAccumulatorValue),
  },
  adadelta: {
    learningRate: 0.001,
    arguments: { rho: 0.95, epsilon: undefined },
    make: (rate, { rho, epsilon }) => tf.train.adadelta(rate, rho, epsilon),
  },
};

/** Names of the optimizers, for messages. */
export const optimizerNames: readonly string[] = Object.keys(RECIPES);

/** What a number among the arguments must be. */
const RANGES: { readonly [name in keyof Arguments]?: [(value: number) => boolean, string] } = {
  momentum: [isShare, 'a number from 0 to below 1'],
  beta1: [isShare, 'a number from 0 to below 1'],
  beta2: [isShare, 'a number from 0 to below 1'],
  rho: [isShare, 'a number from 0 to below 1'],
  // Of rmsprop a share, of adamax a rate.
  decay: [isShare, 'a number from 0 to below 1'],
  epsilon: [(value) => value > 0 && value < Infinity, 'a number above 0'],
  initialAccumulatorValue: [(value) => value >= 0 && value < Infinity, 'a number of at least 0'],
};

function isShare(value: number): boolean {
  return value >= 0 && value < 1;
}

/**
 * Makes an optimizer of TensorFlow.js.
 *
 * @param setting its name, or its name with arguments. A `learningRate` among the arguments counts before the other.
 * @param learningRate undefined for the default of TensorFlow.js.
 * @throws {InvalidParameterError} an unknown name or argument (lists those there are), or a value of the wrong kind.
 */
export function createOptimizer(setting: OptimizerSetting, learningRate: number | undefined): tf.Optimizer {
  const { recipe, rate, values } = readOptimizer(setting, learningRate);
  return recipe.make(rate, values);
}

/**
 * Checks an optimizer without making it.
 *
 * @throws {InvalidParameterError} as {@link createOptimizer} does.
 */
export function checkOptimizer(setting: OptimizerSetting): void {
  readOptimizer(setting, undefined);
}

interface Reading {
  readonly recipe: Recipe;
  readonly rate: number;
  readonly values: Arguments;
}

function readOptimizer(setting: OptimizerSetting, learningRate: number | undefined): Reading {
  const { type, ...given } = typeof setting === 'string' ? { type: setting } : setting;
  const recipe = Object.hasOwn(RECIPES, type) ? RECIPES[type] : undefined;
  if (recipe === undefined) {
    throw new InvalidParameterError(
      `there is no optimizer '${type}'; the optimizers are ${optimizerNames.join(', ')}`,
    );
  }
  const { learningRate: own = learningRate ?? recipe.learningRate, ...rest } = given as {
    learningRate?: unknown;
  };
  const rate = checkLearningRate(own);
  for (const [name, value] of Object.entries(rest))
    checkArgument(type, recipe, name as keyof Arguments, value);
  return { recipe, rate, values: { ...recipe.arguments, ...rest } as Arguments };
}

function checkArgument(type: string, recipe: Recipe, name: keyof Arguments, value: unknown): void {
  if (!Object.hasOwn(recipe.arguments, name)) {
    throw new InvalidParameterError(
      `the optimizer '${type}' has no argument '${name}'; its arguments are learningRate, ${Object.keys(recipe.arguments).join(', ')}`,
    );
  }
  const [isValid, expected] = RANGES[name] ?? [undefined, 'a boolean'];
  if (isValid === undefined ? typeof value === 'boolean' : typeof value === 'number' && isValid(value))
    return;
  throw new InvalidParameterError(
    `the optimizer '${type}': ${name} must be ${expected}, not ${String(value)}`,
  );
}

function checkLearningRate(rate: unknown): number {
  if (typeof rate === 'number' && rate > 0 && rate < Infinity) return rate;
  throw new InvalidParameterError(`learningRate must be a number above 0, not ${String(rate)}`);
}

/** The learning rate of an optimizer, undefined for one that has none. */
export function learningRateOf(optimizer: tf.Optimizer): number | undefined {
  return (optimizer as { readonly learningRate?: number }).learningRate;
}

/** Changes the learning rate of an optimizer of TensorFlow.js, all of which keep it under this name. */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  const open = optimizer as { learningRate?: number; setLearningRate?(rate: number): void };
  if (typeof open.setLearningRate === 'function') open.setLearningRate(rate);
  else open.learningRate = rate;
}

/** Frees what an optimizer holds. More than once does no harm. */
export function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  // The momentum optimizer of TensorFlow.js 4.22 forgets the learning rate, which its parent class keeps as a tensor.
  (optimizer as { readonly c?: tf.Tensor }).c?.dispose();
}
