import * as tf from '@tensorflow/tfjs';

import type { Scaling } from './scaling.ts';

/**
 * A network around a trained one that takes rows as they are and gives the target as it is: a layer in front that
 * standardizes (batch normalization with the measured mean and variance in place of moving ones), and one behind that
 * turns a standardized target back. Both are layers of TensorFlow.js, so that the saved model needs nothing of ours.
 *
 * @param features how its rows were scaled; undefined when they were not.
 * @param target how its target was scaled.
 * @returns `model` itself when there is nothing to add. Disposing of the result disposes of `model`.
 */
export function composeNetwork(
  model: tf.LayersModel,
  inputShape: readonly number[],
  features: Scaling | undefined,
  target: Scaling | undefined,
): tf.LayersModel {
  if (features === undefined && target === undefined) return model;
  const input = tf.input({ shape: [...inputShape] });
  let output: tf.SymbolicTensor = input;
  const weights: [tf.layers.Layer, readonly number[][]][] = [];
  if (features !== undefined) {
    const layer = tf.layers.batchNormalization({ center: false, scale: false, epsilon: 0, trainable: false });
    output = layer.apply(output) as tf.SymbolicTensor;
    weights.push([layer, [Array.from(features.mean), Array.from(features.deviation, (sigma) => sigma ** 2)]]);
  }
  output = model.apply(output) as tf.SymbolicTensor;
  if (target !== undefined) {
    const layer = tf.layers.dense({ units: 1, trainable: false });
    output = layer.apply(output) as tf.SymbolicTensor;
    weights.push([layer, [Array.from(target.deviation), Array.from(target.mean)]]);
  }
  tf.tidy(() => {
    for (const [layer, values] of weights) {
      const current = layer.getWeights();
      layer.setWeights(values.map((numbers, i) => tf.tensor(numbers, (current[i] as tf.Tensor).shape)));
    }
  });
  return tf.model({ inputs: input, outputs: output });
}
