import type { Learner, Shape } from '@tunable/core';

import { createLearner } from './learner.ts';
import type { TfjsLearnerOptions } from './options.ts';
import type { TfjsRegressorModel } from './tfjs-model.ts';

/** Options of {@link tfjsRegressor}: those of a classifier without what is about classes. */
export type TfjsRegressorOptions<S extends Shape> = Omit<TfjsLearnerOptions<S>, 'classWeights' | 'outputs'>;

/**
 * A learner for regression out of a function that builds a TensorFlow.js network; its last layer has one unit.
 *
 * @param options {@link TfjsLearnerOptions}. `standardize: true` lets the network see features and target with a mean of 0
 *   and a standard deviation of 1; predictions are in the units of the data all the same.
 * @throws {InvalidArgumentError} an unknown option, or one out of range.
 * @throws {InvalidSpaceError} an ill-formed space.
 * @example
 * const net = tfjsRegressor({
 *   space: { units: int(8, 128, { scale: 'log' }) },
 *   build: ({ units }, { inputShape }) =>
 *     tf.sequential({
 *       layers: [tf.layers.dense({ units, inputShape, activation: 'relu' }), tf.layers.dense({ units: 1 })],
 *     }),
 *   standardize: true,
 * });
 */
export function tfjsRegressor<const S extends Shape>(
  options: TfjsRegressorOptions<S>,
): Learner<S, TfjsRegressorModel> {
  return createLearner<S, TfjsRegressorModel>('tfjsRegressor', 'regression', options);
}
