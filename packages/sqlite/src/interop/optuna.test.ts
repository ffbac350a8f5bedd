import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython, interopProofs, nameOf, type Python } from '@tunable/rdb/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { sqlite } from '../sqlite.ts';

const python = findPython();
// Python writes ten times per trial: on a disk that takes a minute, in memory seconds.
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function makeDatabase() {
  const folder = await mkdtemp(join(base, 'tunable-interop-'));
  folders.push(folder);
  const path = join(folder, 'study.db');
  return { url: `sqlite:///${path}`, open: () => sqlite(path) };
}

describe.skipIf(typeof python === 'string')(
  `one SQLite file for TypeScript and Python (${nameOf(python)})`,
  () => {
    const experiments = interopProofs(makeDatabase, python as Python);
    test.each(experiments)('$name', { timeout: 180_000 }, async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  },
);
