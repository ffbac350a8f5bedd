import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { storageChecks } from '@tunable/adapter-kit';
import type { Storage } from '@tunable/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { sqlite } from './sqlite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-sqlite-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a file', () => {
  let count = 0;
  const paths = new WeakMap<Storage, string>();
  const open = (path: string): Storage => {
    const storage = sqlite(path);
    paths.set(storage, path);
    return storage;
  };
  const checks = storageChecks(
    () => open(join(folder, `checks-${count++}.db`)),
    (storage) => open(paths.get(storage) as string),
  );
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('in memory', () => {
  test.each(storageChecks(() => sqlite(':memory:')))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
