import { memory } from '@tunable/core';
import { describe, expect, test } from 'vitest';
import { storageChecks } from './storage-checks.ts';

describe('memory', () => {
  test.each(storageChecks(() => memory()))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
