import { InvalidArgumentError, type Learner } from '@tunable/core';

import { buildDense, denseShape, type DenseParams, type DenseShape } from './dense-params.ts';
import type { TrainingOptions } from './options.ts';
import { readyMadeOptions, readyMadeSource } from './ready-made.ts';
import { tfjsRegressor } from './tfjs-regressor.ts';
import type { TfjsRegressorModel } from './tfjs-model.ts';

/** Options of {@link denseRegressor}: those of a classifier but for the weights of classes. */
export type DenseRegressorOptions = Omit<TrainingOptions, 'classWeights'>;

/**
 * A network of dense layers for regression, for people who only have data. Standardizes features and target, trains for at most
 * 50 epochs, and stops when the validation loss has not fallen for 8; all of which options change.
 *
 * @param options {@link DenseRegressorOptions}.
 * @throws {InvalidArgumentError} an unknown option, or one out of range.
 * @example await tune(denseRegressor(), prices, { metric: 'meanAbsoluteError', trials: 40, threads: 2 });
 */
export function denseRegressor(options: DenseRegressorOptions = {}): Learner<DenseShape, TfjsRegressorModel> {
  if ((options as TrainingOptions | null)?.classWeights !== undefined) {
    throw new InvalidArgumentError('denseRegressor: classWeights is for classification');
  }
  return tfjsRegressor<DenseShape>({
    ...readyMadeOptions('denseRegressor', options, { epochs: 50, earlyStopping: 8 }),
    name: 'dense-regressor',
    space: denseShape(),
    build: (params: DenseParams, context) => buildDense(params, context, 'linear'),
    source: readyMadeSource(import.meta.url, 'denseRegressor', options),
  });
}
