import { StorageError } from '@tunable/core';
import { Pool } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '@tunable/rdb';
import { postgresDatabase, type ConnectionSettings } from './database.ts';
import { absent, execute, freshDatabase, serverUrl } from './fixtures/database.ts';
import { startProxy } from './fixtures/proxy.ts';

const opened: Database[] = [];
afterAll(() => Promise.all(opened.map((database) => database.close())));

function open(url: string, settings: Partial<ConnectionSettings> = {}): Database {
  const database = postgresDatabase({
    server: { connectionString: url, pipeline: true, max: 4, connectionTimeoutMillis: 5000 },
    schema: undefined,
    retryMs: 5000,
    idleMs: 5000,
    prepare: true,
    ...settings,
  });
  opened.push(database);
  return database;
}

/** A database with a table of one row, `n = 0`. */
async function withCounter(): Promise<string> {
  const url = await freshDatabase();
  await execute(url, 'CREATE TABLE counter AS SELECT 0 AS n, pg_backend_pid() AS by');
  return url;
}

const readCounter = async (url: string): Promise<unknown> => (await execute(url, 'SELECT n FROM counter'))[0];

describe.skipIf(absent !== undefined)('a PostgreSQL database', () => {
  it.each([true, false])('gives numbers and texts back as they were (prepared: %s)', async (prepare) => {
    const database = open(serverUrl(), { prepare });
    const text = `it's "quoted" \\ ? $1 \u{1F600}\n`;
    for (let repetition = 0; repetition < 2; repetition++) {
      const rows = await database.transaction('read', (connection) =>
        connection.query(
          'SELECT ?::double precision, ?::double precision, ?::double precision, ?::text, ?::text, ?::int, count(*), 1.5',
          [0.1 + 0.2, 5e-324, -0, text, null, 7],
        ),
      );
      expect(rows).toEqual([[0.1 + 0.2, 5e-324, -0, text, null, 7, 1, 1.5]]);
    }
  });

  it.each(['write', 'ask'] as const)(
    'keeps what a %s has written, and nothing of one that throws',
    async (mode) => {
      const url = await withCounter();
      const database = open(url);
      const failure = new Error('no');
      await expect(
        database.transaction(mode, async (connection) => {
          await connection.query('UPDATE counter SET n = n + 1');
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await readCounter(url)).toEqual({ n: 0 });
      const result = await database.transaction(mode, async (connection) => {
        await connection.query('UPDATE counter SET n = n + 1');
        return 'done';
      });
      expect([result, await readCounter(url)]).toEqual(['done', { n: 1 }]);
    },
  );

  it('writes nothing in a read, and sees one state throughout', async () => {
    const url = await withCounter();
    const database = open(url);
    await expect(
      database.transaction('read', (connection) => connection.query('UPDATE counter SET n = 2')),
    ).rejects.toThrow(/read-only transaction/);
    const seen = await database.transaction('read', async (connection) => {
      const before = await connection.query('SELECT n FROM counter');
      await execute(url, 'UPDATE counter SET n = 3');
      return [before, await connection.query('SELECT n FROM counter')];
    });
    expect(seen).toEqual([[[0]], [[0]]]);
  });

  it('does not commit when a statement failed, even if the work went on', async () => {
    const url = await withCounter();
    const attempt = open(url).transaction('write', async (connection) => {
      await connection.query('UPDATE counter SET n = n + 1');
      await connection.query('SELECT 1 / ?::int', [0]).catch(() => {});
    });
    await expect(attempt).rejects.toThrow(StorageError);
    await expect(attempt).rejects.toThrow(/division by zero/);
    expect(await readCounter(url)).toEqual({ n: 0 });
  });

  it('runs transactions at once', async () => {
    const url = await withCounter();
    const database = open(url);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        database.transaction('ask', async (connection) => {
          const [row] = await connection.query<[number]>('SELECT n FROM counter FOR UPDATE');
          await connection.query('UPDATE counter SET n = ?', [(row as [number])[0] + 1]);
        }),
      ),
    );
    expect(await readCounter(url)).toEqual({ n: 20 });
  });

  it('begins again after a deadlock', async () => {
    const url = await freshDatabase();
    await execute(url, 'CREATE TABLE pair AS SELECT 1 AS id, 0 AS n UNION ALL SELECT 2, 0');
    const database = open(url);
    const starts = [0, 0];
    const [first, second] = [1, 2].map((id) =>
      database.transaction('write', async (connection) => {
        starts[id - 1] = (starts[id - 1] as number) + 1;
        await connection.query('UPDATE pair SET n = n + 1 WHERE id = ?', [id]);
        await connection.query('SELECT pg_sleep(?)', [0.3]);
        await connection.query('UPDATE pair SET n = n + 1 WHERE id = ?', [3 - id]);
      }),
    );
    await Promise.all([first, second]);
    expect(starts.toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(await execute(url, 'SELECT n FROM pair')).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('begins again when its connection is cut, also between transactions', async () => {
    const url = await withCounter();
    const database = open(url);
    let starts = 0;
    const increment = (): Promise<void> =>
      database.transaction('write', async (connection) => {
        starts++;
        await connection.query('UPDATE counter SET n = n + 1, by = pg_backend_pid()');
        if (starts === 2) await execute(url, KILL_OTHERS).catch(() => {});
        await connection.query('SELECT n FROM counter');
      });
    await increment();
    await increment();
    expect([starts, await readCounter(url)]).toEqual([3, { n: 2 }]);
    await execute(url, KILL_OTHERS);
    await increment();
    expect(await readCounter(url)).toEqual({ n: 3 });
  });

  it('waits for a server that is away, and says so if it stays away', async () => {
    const url = await withCounter();
    const proxy = await startProxy(url);
    try {
      const [patient, impatient] = [open(proxy.url), open(proxy.url, { retryMs: 200 })];
      const increment = (database: Database): Promise<unknown> =>
        database.transaction('write', (connection) => connection.query('UPDATE counter SET n = n + 1'));
      await Promise.all([increment(patient), increment(impatient)]);
      await proxy.cut();
      const waiting = increment(patient);
      await expect(increment(impatient)).rejects.toThrow(
        new RegExp(`cannot reach PostgreSQL at 127.0.0.1:\\d+/test_.*ECONNREFUSED`),
      );
      await proxy.mend();
      await waiting;
      expect(await readCounter(url)).toEqual({ n: 3 });
    } finally {
      await proxy.close();
    }
  });

  it('lets go of what a worker holds that stops in the midst of a transaction', async () => {
    const url = await withCounter();
    const [stopped, other] = [open(url, { idleMs: 200, retryMs: 0 }), open(url)];
    let isHeld = (): void => {};
    const held = new Promise<void>((resolve) => (isHeld = resolve));
    let isOver = (): void => {};
    const over = new Promise<void>((resolve) => (isOver = resolve));
    const stuck = stopped.transaction('ask', async (connection) => {
      await connection.query('UPDATE counter SET n = 100');
      isHeld();
      await over;
      await connection.query('UPDATE counter SET n = 101');
    });
    await held;
    await other.transaction('ask', (connection) => connection.query('UPDATE counter SET n = n + 1'));
    isOver();
    await expect(stuck).rejects.toThrow(/connection to PostgreSQL at .* was lost/);
    expect(await readCounter(url)).toEqual({ n: 1 });
  });

  it('opens again after it was closed', async () => {
    const database = open(serverUrl());
    const one = (): Promise<unknown> =>
      database.transaction('read', (connection) => connection.query('SELECT 1'));
    await one();
    await database.close();
    expect(await one()).toEqual([[1]]);
  });

  it('works in a schema of its own, beside others', async () => {
    const url = await withCounter();
    const schema = 'odd "name"';
    const database = open(url, { schema });
    await database.transaction('write', async (connection) => {
      for (const sql of database.dialect.lockSchema) await connection.query(sql);
      expect(await connection.query(database.dialect.tableNames)).toEqual([]);
      await connection.query('CREATE TABLE counter (n int)');
      expect(await connection.query(database.dialect.tableNames)).toEqual([['counter']]);
    });
    expect(await readCounter(url)).toEqual({ n: 0 });
  });

  it('makes the type of an enumeration once', async () => {
    const database = open(await freshDatabase());
    const { createEnum, types } = database.dialect;
    await database.transaction('write', async (connection) => {
      for (const sql of [...createEnum('answer', ['YES', 'NO']), ...createEnum('answer', ['YES', 'NO'])]) {
        await connection.query(sql);
      }
      await connection.query(`CREATE TABLE replies (reply ${types.enumeration('answer', ['YES', 'NO'])})`);
      await connection.query('INSERT INTO replies VALUES (?)', ['NO']);
      expect(await connection.query('SELECT reply FROM replies WHERE reply = ?', ['NO'])).toEqual([['NO']]);
    });
  });

  it('uses the pool of the program, whatever it was set to, and leaves it open', async () => {
    const url = await withCounter();
    const pool = new Pool({ connectionString: url, max: 2, options: '-c datestyle=German' });
    try {
      const database = open(url, { server: pool });
      await Promise.all(
        Array.from({ length: 6 }, () =>
          database.transaction('write', (connection) =>
            Promise.all([
              connection.query('UPDATE counter SET n = n + 1'),
              connection.query("SELECT '2026-01-02'::timestamp::text"),
            ]),
          ),
        ),
      );
      const [row] = await database.transaction('read', (connection) =>
        connection.query("SELECT '2026-01-02 03:04:05.5'::timestamp::text"),
      );
      expect(row).toEqual(['2026-01-02 03:04:05.5']);
      await database.close();
      expect((await pool.query('SELECT n FROM counter')).rows).toEqual([{ n: 6 }]);
    } finally {
      await pool.end();
    }
  });

  it('leaves nothing behind on the connections of the program', async () => {
    const pool = new Pool({ connectionString: serverUrl(), max: 1 });
    const listeners = async (): Promise<number> => {
      const client = await pool.connect();
      const count = client.listenerCount('error');
      client.release();
      return count;
    };
    try {
      const before = await listeners();
      for (let i = 0; i < 3; i++)
        await open(serverUrl(), { server: pool }).transaction('read', (connection) =>
          connection.query('SELECT 1'),
        );
      expect(await listeners()).toBe(before);
    } finally {
      await pool.end();
    }
  });

  it('tells others of one schema, and not those of another', async () => {
    const [sender, elsewhere] = [open(serverUrl()), open(serverUrl(), { schema: 'elsewhere' })];
    const heard = { here: 0, elsewhere: 0 };
    const stops = [
      await sender.signals?.listen('study 1', () => heard.here++),
      await elsewhere.signals?.listen('study 1', () => heard.elsewhere++),
    ];
    const send = (topic: string): Promise<void> =>
      sender.transaction('write', async (connection) => sender.signals?.send(connection, topic));
    await send('study 2');
    await send('study 1');
    await expect.poll(() => heard).toEqual({ here: 1, elsewhere: 0 });
    for (const stop of stops) await stop?.();
  });
});

const KILL_OTHERS =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
