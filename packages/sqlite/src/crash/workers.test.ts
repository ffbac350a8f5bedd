import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dismissWorkers, proofs } from '@tunable/rdb/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlite } from '../sqlite.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-crash-'));
});
afterAll(async () => {
  dismissWorkers();
  await rm(folder, { recursive: true, force: true });
});

describe('workers in processes of their own, on one SQLite file', () => {
  const experiments = proofs((options) => {
    const place = join(folder, `${++count}.db`);
    return Promise.resolve({
      storage: { module: '@tunable/sqlite', place, options },
      open: () => sqlite(place, options),
    });
  }, 4);
  it.each(experiments)('$name', { timeout: 60_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
