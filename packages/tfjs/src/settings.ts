import { InvalidParameterError } from '@tunable/core';

import { show } from './check-options.ts';
import type { OptimizerSetting } from './optimizers.ts';
import type { AugmentContext, EarlyStopping, TrainingOptions } from './options.ts';
import { scheduleNames, toSchedule, type Schedule, type TrainingPosition } from './schedule.ts';
import type * as tf from '@tensorflow/tfjs';

/** An augmentation that knows the configuration. */
type Augment = (batch: tf.Tensor, context: Omit<AugmentContext, 'params'>) => tf.Tensor;

/** How one network is trained: options and parameters put together, with nothing left to default. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: (position: TrainingPosition) => number;
  /** Undefined when all epochs are to be trained. */
  readonly earlyStopping: Required<EarlyStopping> | undefined;
  readonly keepBest: boolean;
  readonly validationSplit: number;
  readonly onDivergence: 'fail' | 'prune';
  readonly augment: Augment | undefined;
}

/** How a network that is not compiled yet is compiled. */
export interface CompileSettings {
  readonly optimizer: OptimizerSetting;
  readonly learningRate: number | undefined;
}

/** Training options whose schedule may be a function, and the augmentation that only code can say. */
export interface TrainingSource<P> extends Omit<TrainingOptions, 'schedule'> {
  readonly schedule?: Schedule;
  readonly augment?: (batch: tf.Tensor, context: AugmentContext<P>) => tf.Tensor;
}

/**
 * The settings of a configuration.
 *
 * @param options checked already.
 * @param params their `epochs`, `batchSize` and `schedule` count before the options.
 * @throws {InvalidParameterError} a parameter of these names that is out of range.
 */
export function trainingSettings<P extends { readonly [name: string]: unknown }>(
  options: TrainingSource<P>,
  params: P,
): TrainingSettings {
  const { earlyStopping = false, augment } = options;
  const stopping = typeof earlyStopping === 'number' ? { patience: earlyStopping } : earlyStopping;
  return {
    epochs: whole('epochs', params['epochs'] ?? options.epochs ?? 20),
    batchSize: whole('batchSize', params['batchSize'] ?? options.batchSize ?? 32),
    schedule: scheduleOf(params['schedule'] ?? options.schedule ?? 'constant'),
    earlyStopping: stopping === false ? undefined : { minDelta: 0, ...stopping },
    keepBest: options.keepBest ?? true,
    validationSplit: options.validationSplit ?? 0.1,
    onDivergence: options.onDivergence ?? 'fail',
    augment: augment && ((batch, context) => augment(batch, { ...context, params })),
  };
}

/** Optimizer and learning rate of a configuration; parameters count before options. */
export function compileSettings(
  options: Pick<TrainingOptions, 'optimizer' | 'learningRate'>,
  params: { readonly [name: string]: unknown },
): CompileSettings {
  return {
    optimizer: (params['optimizer'] ?? options.optimizer ?? 'adam') as OptimizerSetting,
    learningRate: (params['learningRate'] ?? options.learningRate) as number | undefined,
  };
}

function whole(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw new InvalidParameterError(`${name} must be a whole number of at least 1, not ${show(value)}`);
}

function scheduleOf(value: unknown): (position: TrainingPosition) => number {
  const schedule = toSchedule(value);
  if (schedule !== undefined) return schedule;
  throw new InvalidParameterError(`schedule must be one of ${scheduleNames.join(', ')}, not ${show(value)}`);
}
