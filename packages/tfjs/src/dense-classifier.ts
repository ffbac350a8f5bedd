import type { Learner } from '@tunable/core';

import { buildDense, denseShape, type DenseParams, type DenseShape } from './dense-params.ts';
import type { TrainingOptions } from './options.ts';
import { readyMadeOptions, readyMadeSource } from './ready-made.ts';
import { tfjsClassifier } from './tfjs-classifier.ts';
import type { TfjsClassifierModel } from './tfjs-model.ts';

/**
 * A network of dense layers for classification, for people who only have data. Standardizes the features, trains for at most
 * 50 epochs, and stops when the validation loss has not fallen for 8; all of which options change.
 *
 * @param options {@link TrainingOptions}.
 * @throws {InvalidArgumentError} an unknown option, or one out of range.
 * @example await tune(denseClassifier(), penguins, { metric: 'accuracy', trials: 40, threads: 2 });
 */
export function denseClassifier(options: TrainingOptions = {}): Learner<DenseShape, TfjsClassifierModel> {
  return tfjsClassifier<DenseShape>({
    ...readyMadeOptions('denseClassifier', options, { epochs: 50, earlyStopping: 8 }),
    name: 'dense-classifier',
    space: denseShape(),
    build: (params: DenseParams, context) => buildDense(params, context, 'softmax'),
    source: readyMadeSource(import.meta.url, 'denseClassifier', options),
  });
}
