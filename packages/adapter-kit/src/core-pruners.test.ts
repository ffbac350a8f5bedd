import { noPruning } from '@tunable/core';
import { describe, test } from 'vitest';
import { prunerChecks } from './pruner-checks.ts';

describe('none', () => {
  for (const check of prunerChecks(() => noPruning(), { prunes: false })) test(check.name, check.run);
});
