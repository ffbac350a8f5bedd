import { memory } from '@tunable/core';
import { describe, test } from 'vitest';
import { storageChecks } from './storage-checks.ts';

describe('memory', () => {
  for (const check of storageChecks(() => memory())) test(check.name, check.run);
});
