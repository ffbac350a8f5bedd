import { learnerChecks } from '@tunable/adapter-kit';
import { describe, expect, test } from 'vitest';

import { randomForestClassifier } from './random-forest-classifier.ts';
import { randomForestRegressor } from './random-forest-regressor.ts';

const suites = {
  classifier: learnerChecks(() => randomForestClassifier()),
  'classifier, soft votes': learnerChecks(() => randomForestClassifier({ voting: 'soft' })),
  regressor: learnerChecks(() => randomForestRegressor()),
  'regressor, median': learnerChecks(() => randomForestRegressor({ aggregation: 'median' })),
};

describe.each(Object.entries(suites))('%s keeps the contract of a learner', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
