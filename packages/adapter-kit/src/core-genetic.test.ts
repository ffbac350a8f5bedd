import { nsga2, nsga3 } from '@tunable/core';
import { describe, expect, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

const suites = {
  nsga2: optimizerChecks(() => nsga2(), { objectives: 3, trials: 105 }),
  'nsga2 of small generations': optimizerChecks(() => nsga2({ populationSize: 8, generationSize: 1 }), {
    objectives: 3,
    trials: 30,
  }),
  nsga3: optimizerChecks(() => nsga3(), { objectives: 5, trials: 105 }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
