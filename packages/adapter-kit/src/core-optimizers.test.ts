import { random } from '@tunable/core';
import { describe, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

describe('random', () => {
  for (const check of optimizerChecks(() => random(), { objectives: 3 })) test(check.name, check.run);
});
