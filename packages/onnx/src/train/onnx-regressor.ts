import type { Learner } from '@tunable/core';

import { createLearner } from './create-learner.ts';
import type { OnnxRegressorModel } from './network-model.ts';
import type { OnnxLearnerOptions } from './options.ts';
import type { NetworkShape } from './params.ts';

/**
 * Networks of dense layers for regression, trained by ONNX Runtime: each training step (forward, backward, update) is a
 * graph of standard operators, and so is the trained model. The loss is the squared error of the standardized target.
 *
 * @throws {InvalidArgumentError} an unknown option or a wrong value.
 * @example await tune(onnxRegressor({ earlyStopping: 5 }), weather, { metric: 'rootMeanSquaredError', trials: 40 });
 */
export function onnxRegressor(options: OnnxLearnerOptions = {}): Learner<NetworkShape, OnnxRegressorModel> {
  return createLearner('onnxRegressor', import.meta.url, 'regression', options);
}
