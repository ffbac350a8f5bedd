import { gaussianProcess } from '@tunable/core';
import { expect, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

test.each(optimizerChecks(() => gaussianProcess(), { objectives: 3, trials: 15 }))(
  '$name',
  async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  },
);
