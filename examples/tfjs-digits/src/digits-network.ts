// The learner, in a module of its own, so that worker threads can import it.
import { categorical, choice, float, int, type Learner, type Shape } from '@tunable/core';
import { tfjsClassifier, type TfjsClassifierModel } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

/**
 * A network of dense layers. The defaults of its space are what a tutorial would use: one hidden layer of 128 units, Adam with
 * a learning rate of 0.001, batches of 32, pictures as they are.
 */
export function digitsNetwork({ epochs }: { epochs: number }): Learner<Shape, TfjsClassifierModel> {
  return tfjsClassifier({
    name: 'digits-network',
    source: { module: import.meta.url, export: 'digitsNetwork', arguments: [{ epochs }] },
    space: {
      units: int(64, 256, { scale: 'log', default: 128 }),
      layers: int(1, 2, { default: 1 }),
      dropout: float(0, 0.5, { default: 0 }),
      optimizer: choice(
        { adam: {}, sgd: { momentum: float(0, 0.99, { default: 0.9 }) } },
        { default: 'adam' },
      ),
      learningRate: float(1e-4, 1e-1, { scale: 'log', default: 1e-3 }),
      schedule: categorical(['constant', 'cosine'], { default: 'constant' }),
      batchSize: categorical([32, 64, 128], { default: 32 }),
      shift: int(0, 1, { default: 0 }),
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
    // Moves all pictures of a batch by up to `shift` pixels, another way in each step.
    augment(pictures, { params: { shift }, random }) {
      if (shift === 0) return pictures;
      const [rows = 0, height = 0, width = 0, channels = 0] = pictures.shape;
      const padded = tf.pad(pictures, [
        [0, 0],
        [shift, shift],
        [shift, shift],
        [0, 0],
      ]);
      const [down, right] = [random(), random()].map((u) => Math.floor(u * (2 * shift + 1))) as [
        number,
        number,
      ];
      return tf.slice(padded, [0, down, right, 0], [rows, height, width, channels]);
    },
    epochs,
  });
}
