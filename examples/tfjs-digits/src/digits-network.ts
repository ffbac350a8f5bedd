// The learner, in a module of its own, so that worker threads can import it.
import { categorical, choice, float, int, type Learner, type Shape } from '@tunable/core';
import { tfjsClassifier, type TfjsClassifierModel } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * A network of dense layers. The defaults of its space are what a tutorial would use: one hidden layer of 128 units, Adam with
 * a learning rate of 0.001, batches of 32.
 */
export function digitsNetwork({ epochs }: { epochs: number }): Learner<Shape, TfjsClassifierModel> {
  return tfjsClassifier({
    name: 'digits-network',
    source: { module: import.meta.url, export: 'digitsNetwork', arguments: [{ epochs }] },
    space: {
      units: int(32, 256, { scale: 'log', default: 128 }),
      layers: int(1, 3, { default: 1 }),
      dropout: float(0, 0.5, { default: 0 }),
      optimizer: choice(
        { adam: {}, sgd: { momentum: float(0, 0.99, { default: 0.9 }) } },
        { default: 'adam' },
      ),
      learningRate: float(1e-4, 1e-1, { scale: 'log', default: 1e-3 }),
      schedule: categorical(['constant', 'cosine'], { default: 'constant' }),
      batchSize: categorical([32, 64, 128], { default: 32 }),
    },
    build({ units, layers, dropout }, { inputShape, classes }) {
      const network = tf.sequential({ layers: [tf.layers.flatten({ inputShape })] });
      for (let i = 0; i < layers; i++) {
        network.add(tf.layers.dense({ units, activation: 'relu', kernelInitializer: 'heUniform' }));
        if (dropout > 0) network.add(tf.layers.dropout({ rate: dropout }));
      }
      network.add(tf.layers.dense({ units: classes, activation: 'softmax' }));
      return network;
    },
    epochs,
  });
}
