import { dismissWorkers, proofs } from '@tunable/rdb/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { absent, freshDatabase } from '../fixtures/database.ts';
import { postgres } from '../postgres.ts';

afterAll(dismissWorkers);

describe.skipIf(absent !== undefined)('workers in processes of their own, on PostgreSQL', () => {
  const experiments = proofs(async (options) => {
    const place = await freshDatabase();
    return {
      storage: { module: '@tunable/postgres', place, options },
      open: () => postgres(place, options),
    };
  }, 8);
  it.each(experiments)('$name', { timeout: 60_000 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
