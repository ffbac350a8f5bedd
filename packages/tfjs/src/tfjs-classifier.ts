import type { Learner, Shape } from '@tunable/core';

import { createLearner } from './learner.ts';
import type { TfjsLearnerOptions } from './options.ts';
import type { TfjsClassifierModel } from './tfjs-model.ts';

/** Options of {@link tfjsClassifier}. */
export type TfjsClassifierOptions<S extends Shape> = TfjsLearnerOptions<S>;

/**
 * A learner for classification out of a function that builds a TensorFlow.js network.
 *
 * Every epoch is a step: it is reported, and the trial may be pruned after it. (With several folds `tune` prunes between
 * folds; with `resampling: holdout()` between epochs.)
 *
 * @param options {@link TfjsLearnerOptions}.
 * @throws {InvalidArgumentError} an unknown option, or one out of range.
 * @throws {InvalidSpaceError} an ill-formed space.
 * @example
 * const net = tfjsClassifier({
 *   space: { units: int(16, 256, { scale: 'log' }), learningRate: float(1e-4, 1e-1, { scale: 'log' }) },
 *   build: ({ units }, { inputShape, classes }) =>
 *     tf.sequential({
 *       layers: [
 *         tf.layers.dense({ units, inputShape, activation: 'relu' }),
 *         tf.layers.dense({ units: classes, activation: 'softmax' }),
 *       ],
 *     }),
 * });
 */
export function tfjsClassifier<const S extends Shape>(
  options: TfjsClassifierOptions<S>,
): Learner<S, TfjsClassifierModel> {
  return createLearner<S, TfjsClassifierModel>('tfjsClassifier', 'classification', options);
}
