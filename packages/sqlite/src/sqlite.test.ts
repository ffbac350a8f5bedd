import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { storageChecks } from '@tunable/adapter-kit';
import type { Storage } from '@tunable/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from './node-engine.ts';
import { sqlite, type SqliteOptions } from './sqlite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-sqlite-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Makes files, and opens them as further processes would. */
function files(): { make(options?: SqliteOptions): Storage; reopen(storage: Storage): Storage } {
  const known = new WeakMap<Storage, { readonly path: string; readonly options: SqliteOptions }>();
  const open = (path: string, options: SqliteOptions): Storage => {
    const storage = sqlite(path, options);
    known.set(storage, { path, options });
    return storage;
  };
  return {
    make: (options = {}) => open(join(folder, `checks-${count++}.db`), options),
    reopen(storage) {
      const { path, options } = known.get(storage) as { path: string; options: SqliteOptions };
      return open(path, options);
    },
  };
}
let count = 0;

describe('a file', () => {
  const { make, reopen } = files();
  test.concurrent.each(storageChecks(make, { reopen, leases: make }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('in memory', () => {
  test.each(storageChecks(() => sqlite(':memory:')))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

const hasNodeSqlite = nodeEngine() !== undefined;

describe.skipIf(!hasNodeSqlite)(
  `a file, by node:sqlite${hasNodeSqlite ? '' : ' (skipped: this Node has none)'}`,
  () => {
    const { make, reopen } = files();
    const checks = storageChecks(() => make({ engine: 'node' }), {
      reopen,
      leases: (options) => make({ ...options, engine: 'node' }),
    });
    test.concurrent.each(checks)('$name', async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  },
);
