import { learnerChecks } from '@tunable/adapter-kit';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';

import { convClassifier } from './conv-classifier.ts';
import { denseClassifier } from './dense-classifier.ts';
import { denseRegressor } from './dense-regressor.ts';
import { classifier, regressor } from './testing/learners.ts';

/** Data of three columns of different size; a small network needs a few epochs to learn them. */
const epochs = 12;

const suites = {
  tfjsClassifier: learnerChecks(() => classifier({ epochs, standardize: true })),
  'tfjsClassifier, plain JavaScript': learnerChecks(
    () => classifier({ epochs, standardize: true, backend: 'cpu' }),
    { samples: 1 },
  ),
  'tfjsClassifier, logits': learnerChecks(
    () => classifier({ epochs, standardize: true, outputs: 'logits' }),
    { samples: 1 },
  ),
  tfjsRegressor: learnerChecks(() => regressor({ epochs, standardize: true })),
  denseClassifier: learnerChecks(() => denseClassifier({ epochs })),
  denseRegressor: learnerChecks(() => denseRegressor({ epochs })),
  convClassifier: learnerChecks(() => convClassifier({ epochs: 6, inputShape: [3, 1, 1] }), { samples: 1 }),
};

describe.each(Object.entries(suites))('%s keeps the contract of a learner', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    const before = tf.memory().numTensors;
    await expect(run()).resolves.toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });
});
