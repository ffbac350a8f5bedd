import { learnerChecks } from '@tunable/adapter-kit';
import { describe, expect, test } from 'vitest';

import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';

const suites = {
  classifier: learnerChecks(() => onnxClassifier()),
  'classifier, early stopping, features as they are': learnerChecks(() =>
    onnxClassifier({ earlyStopping: 3, standardize: false, epochs: 30 }),
  ),
  'classifier, no validation': learnerChecks(() => onnxClassifier({ keepBest: false })),
  regressor: learnerChecks(() => onnxRegressor()),
};

describe.each(Object.entries(suites))('%s keeps the contract of a learner', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
