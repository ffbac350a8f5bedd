import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createStudy, float, openStudy, random, space, type Storage } from '@tunable/core';
import { rdbStorage, type Connection, type Database, type SqlValue } from '@tunable/rdb';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { libsqlEngine } from './libsql-engine.ts';
import { sqliteDatabase } from './sqlite-database.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-reading-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A storage that counts the rows that its database returns. */
function counting(path: string): { readonly storage: Storage; rows: number } {
  const real = sqliteDatabase({ path, load: libsqlEngine, busyTimeoutMs: 1000 });
  const counted = (connection: Connection): Connection => ({
    ...connection,
    async query<Row extends readonly SqlValue[]>(sql: string, parameters?: readonly SqlValue[]) {
      const rows = await connection.query<Row>(sql, parameters);
      count.rows += rows.length;
      return rows;
    },
    send: (sql, parameters) => connection.send(sql, parameters),
  });
  const database: Database = {
    ...real,
    transaction: (mode, work) => real.transaction(mode, (connection) => work(counted(connection))),
  };
  const leases = { heartbeatMs: 15_000, leaseMs: 60_000, maxAttempts: 3 };
  const count = { storage: rdbStorage(database, leases), rows: 0 };
  return count;
}

it('reads a finished trial once, however many trials follow', async () => {
  const path = join(folder, 's.db');
  const mine = counting(path);
  const search = space({ x: float(0, 1) });
  const study = await createStudy({ space: search, storage: mine.storage, name: 's', optimizer: random() });
  await study.optimize(
    async ({ x }, trial) => {
      await trial.report(0, x);
      return x;
    },
    { trials: 50 },
  );
  const theirs = counting(path);
  const other = await openStudy({ space: search, storage: theirs.storage, name: 's', optimizer: random() });
  expect(theirs.rows).toBeGreaterThan(50);
  for (const count of [mine, theirs]) count.rows = 0;
  for (let i = 0; i < 20; i++) {
    await study.tell(await study.ask(), 1);
    await other.tell(await other.ask(), 2);
  }
  // Of 90 trials: what says that nothing else has changed, the other's last trial, and the ids of what was written.
  expect(mine.rows).toBeLessThan(20 * 10);
  expect(theirs.rows).toBeLessThan(20 * 10);
  expect(other.trials).toHaveLength(90);
  await study.close();
  await other.close();
});

it('opens no study without a name', async () => {
  const { storage } = counting(join(folder, 'names.db'));
  await createStudy({ space: space({ x: float(0, 1) }), storage, name: 'only' });
  await expect(storage.open(undefined as never)).rejects.toThrow(
    /name of a study must be a text, not undefined/,
  );
});
