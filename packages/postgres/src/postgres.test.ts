import { storageChecks } from '@tunable/adapter-kit';
import {
  createStudy,
  float,
  InvalidArgumentError,
  openStudy,
  random,
  space,
  StorageError,
  type Storage,
} from '@tunable/core';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent, execute, freshDatabase, serverUrl } from './fixtures/database.ts';
import { postgres, type PostgresOptions } from './postgres.ts';

const SPACE = space({ x: float(0, 1) });

/** What creating a study there rejects with, and the whole of it as a log would show it. */
async function failureAt(url: string, options?: PostgresOptions): Promise<{ error: Error; log: string }> {
  const error: unknown = await createStudy({ name: 's', space: SPACE, storage: postgres(url, options) }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StorageError);
  const { inspect } = await import('node:util');
  return { error: error as Error, log: inspect(error, { depth: 10, showHidden: true }) };
}

/** The URL of the shared server with some parts changed. */
function urlWith(change: (url: URL) => unknown): string {
  const url = new URL(serverUrl());
  change(url);
  return url.href;
}

describe('the options of postgres', () => {
  it.each([
    [{ poolSize: 3 }, /unknown option 'poolSize'; the options are schema/],
    [{ schema: '' }, /schema must be a name/],
    [{ maxConnections: 0 }, /maxConnections must be a whole number from 1/],
    [{ heartbeatMs: 1000, leaseMs: 1500 }, /leaseMs must be at least twice heartbeatMs \(1000\), not 1500/],
    [
      { leaseMs: 5000 },
      /leaseMs must be at least twice heartbeatMs \(15000\), not 5000; raise it, or lower heartbeatMs too/,
    ],
    [{ retryMs: Number.NaN }, /retryMs must be a whole number from 0/],
    [{ prepare: 1 }, /prepare must be true or false/],
  ])('refuses %j', (options, message) => {
    expect(() => postgres('postgres://localhost', options as PostgresOptions)).toThrow(InvalidArgumentError);
    expect(() => postgres('postgres://localhost', options as PostgresOptions)).toThrow(message);
  });

  it.each([undefined, null, 7, {}, 'study.db', 'mysql://me:hunter2@db', 'postgres://me:hunt/er2@db:x/y'])(
    'refuses %j as a server, without repeating a password',
    (server) => {
      const make = (): unknown => postgres(server as string);
      expect(make).toThrow(InvalidArgumentError);
      expect(make).not.toThrow(/hunt/);
    },
  );

  it.each(['sslrootcert', 'sslcert', 'sslkey'])('refuses a file that cannot be read as %s', (parameter) => {
    const make = (): unknown =>
      postgres(`postgres://me:hunter2@localhost/db?sslmode=verify-full&${parameter}=/missing/file.pem`);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(/cannot read "\/missing\/file.pem" \(ENOENT\), which the URL names as sslrootcert/);
  });
});

describe.skipIf(absent !== undefined)('postgres', () => {
  /** Opens a storage of this process once more, as another would. */
  const again = new WeakMap<Storage, () => Storage>();
  const opened = (open: () => Storage): Storage => {
    const storage = open();
    again.set(storage, open);
    return storage;
  };
  const reopen = (storage: Storage): Storage => opened(again.get(storage) as () => Storage);

  describe('with a URL', () => {
    const make = async (options?: PostgresOptions): Promise<Storage> => {
      const url = await freshDatabase();
      return opened(() => postgres(url, options));
    };
    it.each(storageChecks(make, { reopen, leases: make }))('$name', async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });

  describe('with a pool and a schema, unprepared', () => {
    let pool: Pool;
    let count = 0;
    beforeAll(async () => {
      pool = new Pool({ connectionString: await freshDatabase() });
    });
    afterAll(() => pool.end());
    const make = (options?: PostgresOptions): Storage => {
      const schema = `it's "${++count}"`;
      return opened(() => postgres(pool, { ...options, schema, prepare: false }));
    };
    it.each(storageChecks(make, { reopen, leases: make }))('$name', async ({ run }) => {
      await expect(run()).resolves.toBeUndefined();
    });
  });

  it('shares a database with the tables of other programs, and schemas with other studies', async () => {
    const url = await freshDatabase();
    await execute(url, 'CREATE TABLE orders (id int)');
    for (const schema of [undefined, 'team_a', 'team_b']) {
      const storage = postgres(url, schema === undefined ? {} : { schema });
      await createStudy({ name: 'same', space: SPACE, storage });
      expect((await storage.list()).map(({ name }) => name)).toEqual(['same']);
    }
  });

  it('refuses tables of another program that are named like those of a study', async () => {
    const url = await freshDatabase();
    await execute(url, 'CREATE TABLE studies (id int)');
    const { error } = await failureAt(url);
    expect(error.message).toMatch(/lacks .*Nothing was changed/s);
  });

  it('makes the tables once, whoever comes first', async () => {
    const url = await freshDatabase();
    const studies = await Promise.all(
      Array.from({ length: 8 }, () =>
        createStudy({
          name: 's',
          space: SPACE,
          storage: postgres(url),
          openIfExists: true,
          optimizer: random(),
        }),
      ),
    );
    await Promise.all(studies.map((study) => study.optimize(({ x }) => x, { trials: 16 })));
    const same = await openStudy({ name: 's', storage: postgres(url) });
    expect(same.trials.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  it('takes names and attributes as they are', async () => {
    const url = await freshDatabase();
    const name = `Robert'); DROP TABLE studies;-- ? $1 \u{1F600} "\\`;
    const study = await createStudy({
      name,
      space: SPACE,
      storage: postgres(url),
      attributes: { [name]: name },
    });
    await study.enqueue({ x: 0.5 }, { attributes: { [name]: [name, 'NUL: \u0000'] } });
    const same = await openStudy({ name, storage: postgres(url) });
    expect(same.attributes).toEqual({ [name]: name });
    expect(same.history.record(0).attributes).toEqual({ [name]: [name, 'NUL: \u0000'] });
    const { error } = await createStudy({ name: 'a\u0000b', space: SPACE, storage: postgres(url) }).then(
      () => ({ error: undefined }),
      (reason: unknown) => ({ error: reason as Error }),
    );
    expect(error?.message).toMatch(/NUL/);
  });

  describe('says what is wrong with the place, and never a password', () => {
    it.each([
      [
        'a wrong password',
        (url: URL): unknown => (url.password = 'hunter2'),
        /does not let this user in.*password authentication failed/,
      ],
      [
        'an unknown database',
        (url: URL): unknown => (url.pathname = '/nowhere'),
        /no database at .*\/nowhere; create it/,
      ],
      [
        'an unknown host',
        (url: URL): unknown => (url.hostname = 'nowhere.invalid'),
        /no address is known for the host of nowhere\.invalid:/,
      ],
      [
        'encryption that the server lacks',
        (url: URL): unknown => (url.search = '?sslmode=verify-full'),
        /encryption.*option ssl/,
      ],
    ] as const)('%s', async (_, change, message) => {
      const { error, log } = await failureAt(urlWith(change), { retryMs: 100 });
      expect(error.message).toMatch(message);
      expect(log).not.toMatch(/hunter2|:tunable@|'tunable'/);
    });

    it('no password', async () => {
      const { error } = await failureAt(urlWith((url) => (url.password = '')));
      expect(error.message).toMatch(/wants a password/);
    });

    it('no server', async () => {
      const { error, log } = await failureAt('postgres://me:hunter2@127.0.0.1:1/studies', { retryMs: 100 });
      expect(error.message).toMatch(/cannot reach PostgreSQL at 127\.0\.0\.1:1\/studies.*ECONNREFUSED/);
      expect(log).not.toMatch(/hunter2/);
    });

    it('missing rights', async () => {
      const url = await freshDatabase();
      const user = `reader_${Date.now()}`;
      await execute(url, `CREATE ROLE ${user} LOGIN PASSWORD 'hunter2'`);
      const { error, log } = await failureAt(
        Object.assign(new URL(url), { username: user, password: 'hunter2' }).href,
      );
      expect(error.message).toMatch(
        /lacks a right.*CREATE on the schema.*permission denied for schema public/,
      );
      expect(log).not.toMatch(/hunter2/);
    });
  });
});
