import type { Learner } from '@tunable/core';

import { createLearner } from './create-learner.ts';
import type { OnnxClassifierModel } from './network-model.ts';
import type { OnnxLearnerOptions } from './options.ts';
import type { NetworkShape } from './params.ts';

/**
 * Networks of dense layers for classification, trained by ONNX Runtime: each training step (forward, backward, update) is a
 * graph of standard operators, and so is the trained model. The loss is the cross entropy of the softmax.
 *
 * @throws {InvalidArgumentError} an unknown option or a wrong value.
 * @example await tune(onnxClassifier({ epochs: 30 }), digits, { metric: 'accuracy', trials: 40, threads: 2 });
 */
export function onnxClassifier(options: OnnxLearnerOptions = {}): Learner<NetworkShape, OnnxClassifierModel> {
  return createLearner('onnxClassifier', import.meta.url, 'classification', options);
}
