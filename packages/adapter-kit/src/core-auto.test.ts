import { auto } from '@tunable/core';
import { describe, expect, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

const suites = {
  auto: optimizerChecks(() => auto(), { objectives: 5, trials: 15 }),
  'auto, past its models': optimizerChecks(() => auto({ modelTrials: 8 }), { objectives: 5, trials: 30 }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
