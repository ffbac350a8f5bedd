import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { lossNames } from './losses.ts';
import { classifier } from './testing/learners.ts';

test('the names are those that TensorFlow.js knows', () => {
  for (const loss of lossNames) {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
    expect(() => model.compile({ optimizer: 'sgd', loss })).not.toThrow();
    model.dispose();
  }
});

test('another one fails when the learner is made', () => {
  expect(() => classifier({ loss: 'crossentropy' })).toThrow(
    /^tfjsClassifier: loss must be one of meanSquaredError, .*categoricalCrossentropy.* or a function, not "crossentropy"$/,
  );
});
