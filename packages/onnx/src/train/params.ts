import {
  boolean,
  categorical,
  choice,
  float,
  int,
  InvalidParameterError,
  list,
  space,
  type Choice,
  type Hyperparameter,
  type List,
  type SearchSpace,
  type Task,
} from '@tunable/core';

import { show } from '../check.ts';
import { activationNames, type ActivationName } from './activation.ts';
import type { MomentumOptimizerParams, OptimizerParams, PlainOptimizerParams } from './optimizer.ts';
import { scheduleNames, type ScheduleName } from './schedule.ts';

/** What a network is tuned by. */
export interface NetworkParams {
  /** The widths of the hidden layers, from the data on; none makes a linear model. Whole numbers from 1. */
  hidden: readonly number[];
  /** The function after each hidden layer: `'relu'`, `'leakyRelu'`, `'elu'`, `'gelu'`, `'silu'`, `'tanh'` or `'sigmoid'`. */
  activation: ActivationName;
  /** Whether hidden layers are batch-normalized before their activation. */
  batchNorm: boolean;
  /** The share of the hidden units that each step leaves out: from 0, below 1. */
  dropout: number;
  /** The optimizer with its learning rate; `momentum` is SGD with momentum (0 to below 1), perhaps Nesterov's. */
  optimizer: OptimizerParams;
  /** As PyTorch's optimizers take it: at least 0. */
  weightDecay: number;
  /** How the learning rate goes on after the warm-up: `'constant'`, `'linear'`, `'cosine'` or `'step'`. */
  schedule: ScheduleName;
  /** The share of all steps in which the learning rate rises to its value: from 0, below 1. */
  warmup: number;
  /** Rows per step; the rows are dealt to batches whose sizes differ by at most one. A whole number from 1. */
  batchSize: number;
}

/** The shape of the recommended spaces; {@link NetworkParams} says what each means. */
export type NetworkShape = Shaped<Omit<NetworkParams, 'hidden' | 'optimizer'>> & {
  /** A list of widths. */
  readonly hidden: List<Hyperparameter<number>>;
  /** A branch for each. */
  readonly optimizer: Choice<OptimizerShape>;
};

/** The optimizers of the recommended spaces, each with its parameters. */
export type OptimizerShape = Record<
  PlainOptimizerParams['type'],
  Shaped<Pick<PlainOptimizerParams, 'learningRate'>>
> &
  Record<'momentum', Shaped<Omit<MomentumOptimizerParams, 'type'>>>;

/** A hyperparameter for each parameter. */
export type Shaped<P> = { readonly [K in keyof P]: Hyperparameter<P[K]> };

/**
 * The recommended space. Its defaults are what one would begin with: one layer of 128 rectifiers, Adam at 0.001, batches of
 * 64, no regularization to speak of.
 */
export function networkSpace(task: Task): SearchSpace<NetworkShape> {
  // The squared error has no largest slope, so that steps which suit the cross entropy make it diverge.
  const scale = task === 'classification' ? 1 : 0.1;
  return space({
    hidden: list(int(16, 512, { scale: 'log', default: 128 }), { min: 0, max: 3, default: 1 }),
    activation: categorical(activationNames, { default: 'relu' }),
    batchNorm: boolean({ default: false }),
    dropout: float(0, 0.6, { default: 0 }),
    optimizer: choice(
      {
        adam: { learningRate: float(1e-4, 3e-2, { scale: 'log', default: 1e-3 }) },
        adamW: { learningRate: float(1e-4, 3e-2, { scale: 'log', default: 1e-3 }) },
        momentum: {
          learningRate: float(1e-3 * scale, 0.3 * scale, { scale: 'log', default: 0.05 * scale }),
          momentum: float(0.5, 0.99, { default: 0.9 }),
          nesterov: boolean({ default: false }),
        },
        sgd: { learningRate: float(1e-2 * scale, 1 * scale, { scale: 'log', default: 0.1 * scale }) },
      },
      { default: 'adam' },
    ),
    weightDecay: float(1e-7, 1e-1, { scale: 'log', default: 1e-6 }),
    schedule: categorical(scheduleNames, { default: 'constant' }),
    warmup: float(0, 0.3, { default: 0 }),
    batchSize: int(16, 256, { scale: 'log', default: 64 }),
  });
}

/**
 * Rejects what no network can be trained by; a user's own space may hold it.
 *
 * @throws {InvalidParameterError} naming the parameter, what it was and what it must be.
 */
export function checkParams(params: NetworkParams): void {
  const { hidden, activation, batchNorm, dropout, optimizer, weightDecay, schedule, warmup, batchSize } =
    params;
  check('hidden', hidden, Array.isArray(hidden) && hidden.every(isCount), 'a list of whole numbers from 1');
  check('activation', activation, activationNames.includes(activation), activationNames.join(', '));
  check('batchNorm', batchNorm, typeof batchNorm === 'boolean', 'true or false');
  check('dropout', dropout, isWithin(dropout, 0, 1), 'a share from 0, below 1');
  check('weightDecay', weightDecay, isWithin(weightDecay, 0, Infinity), 'a number of at least 0');
  check('schedule', schedule, scheduleNames.includes(schedule), scheduleNames.join(', '));
  check('warmup', warmup, isWithin(warmup, 0, 1), 'a share of the steps: from 0, below 1');
  check('batchSize', batchSize, isCount(batchSize), 'a whole number from 1');
  checkOptimizer(optimizer);
}

/** An `.onnx` file holds less than 2 GiB, and a weight takes 4 bytes. */
const MOST_WEIGHTS = 500_000_000;

/**
 * Rejects a network that would not fit into one file.
 *
 * @throws {InvalidParameterError} saying how many weights it would have.
 */
export function checkSize(hidden: readonly number[], inputs: number, outputs: number): void {
  let before = inputs;
  let weights = 0;
  for (const units of [...hidden, outputs]) {
    weights += before * units;
    before = units;
  }
  const isSmall = weights <= MOST_WEIGHTS;
  check('hidden', hidden, isSmall, `smaller (${weights} weights; a file holds ${MOST_WEIGHTS})`);
}

const OPTIMIZERS = ['adam', 'adamW', 'momentum', 'sgd'];

function checkOptimizer(optimizer: OptimizerParams): void {
  const { type, learningRate } = (optimizer ?? {}) as Partial<OptimizerParams>;
  check('optimizer.type', type, OPTIMIZERS.includes(type as string), OPTIMIZERS.join(', '));
  const isRate = isWithin(learningRate, 0, Infinity) && learningRate !== 0;
  check('optimizer.learningRate', learningRate, isRate, 'a number above 0');
  if (optimizer.type !== 'momentum') return;
  const { momentum, nesterov } = optimizer;
  check('optimizer.momentum', momentum, isWithin(momentum, 0, 1), 'a number from 0, below 1');
  check('optimizer.nesterov', nesterov, typeof nesterov === 'boolean', 'true or false');
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isWithin(value: unknown, low: number, below: number): boolean {
  return typeof value === 'number' && value >= low && value < below;
}

function check(name: string, value: unknown, isValid: boolean, expected: string): void {
  if (isValid) return;
  throw new InvalidParameterError(`ONNX network: ${name} must be ${expected}, not ${show(value)}`);
}
