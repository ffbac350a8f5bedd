import { findPython, interopProofs, nameOf, type Python } from '@tunable/rdb/testing';
import { describe, expect, test } from 'vitest';

import { absent, freshDatabase } from '../fixtures/database.ts';
import { postgres } from '../postgres.ts';

const python = findPython();
const missing =
  absent ?? (typeof python === 'string' ? python : undefined) ?? (hasDriver() ? undefined : 'no psycopg2');

function hasDriver(): boolean {
  return typeof python !== 'string' && python.hasPostgres;
}

async function makeDatabase() {
  const place = await freshDatabase();
  return { url: place.replace(/^postgres(?:ql)?:/, 'postgresql+psycopg2:'), open: () => postgres(place) };
}

describe.skipIf(missing !== undefined)(
  `one PostgreSQL database for TypeScript and Python (${missing ?? nameOf(python)})`,
  () => {
    const experiments = interopProofs(makeDatabase, python as Python);
    test.each(experiments)('$name', { timeout: 180_000 }, async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  },
);
