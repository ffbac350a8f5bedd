import type { Task } from '@tunable/core';

import { GraphBuilder } from '../graph/graph-builder.ts';
import { applyActivation, type ActivationName } from './activation.ts';
import { denseBias, denseWeights } from './dense.ts';
import type { Scaling } from './scaling.ts';
import type { TrainedLayer } from './trained-weights.ts';

/** What a graph that predicts is made from. */
export interface PredictionPlan {
  readonly task: Task;
  readonly activation: ActivationName;
  /** Undefined if the network takes the features as they are. */
  readonly scaling: Scaling | undefined;
  /** The layers' names and sizes. */
  readonly layers: readonly Pick<TrainedLayer, 'name' | 'inputs' | 'units'>[];
}

/** Names of the inputs and outputs of graphs that predict, saved ones too. */
export const FEATURES = 'features';
/** The output of classifiers: rows x classes. */
export const PROBABILITIES = 'probabilities';
/** The other output of classifiers: the index of the most probable class. */
const CLASS = 'class';
/** The output of regressors: a number per row. */
export const PREDICTION = 'prediction';

/**
 * The model that predicts raw features: an ordinary `.onnx` file when it has weights.
 *
 * @param trained the layers' weights; without them they are inputs, named as in training.
 * @param metadata texts for the file, by key.
 */
export function predictionModel(
  { task, activation, scaling, layers }: PredictionPlan,
  trained?: readonly TrainedLayer[],
  metadata: { readonly [key: string]: string } = {},
): Uint8Array<ArrayBuffer> {
  const b = new GraphBuilder();
  const columns = layers[0]?.inputs as number;
  let value = b.input(FEATURES, ['rows', columns]);
  if (scaling !== undefined) {
    value = b.add('Sub', [value, b.floats(scaling.mean, [columns], 'features.mean')]);
    value = b.add('Mul', [value, b.floats(scaling.factor, [columns], 'features.factor')]);
  }
  for (const [index, { name, inputs, units }] of layers.entries()) {
    const own = trained?.[index];
    const weights =
      own === undefined
        ? b.input(denseWeights(name), [inputs, units])
        : b.floats(own.weights, [inputs, units], denseWeights(name));
    const bias =
      own === undefined ? b.input(denseBias(name), [units]) : b.floats(own.bias, [units], denseBias(name));
    value = b.add('Gemm', [value, weights, bias]);
    if (index < layers.length - 1) value = applyActivation(activation, b, value);
  }
  if (task === 'regression') {
    b.output(PREDICTION, b.add('Squeeze', [value, b.integers([1])]), ['rows']);
  } else {
    const classes = layers.at(-1)?.units as number;
    const probabilities = b.add('Softmax', [value], { axis: 1 });
    b.output(PROBABILITIES, probabilities, ['rows', classes]);
    b.output(CLASS, b.add('ArgMax', [probabilities], { axis: 1, keepdims: 0 }), ['rows'], 'int64');
  }
  return b.toModel('network', metadata);
}
