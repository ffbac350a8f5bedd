import { InvalidArgumentError } from '@tunable/core';
import type { Connection, Database, TransactionMode } from '@tunable/rdb';
import { Client, escapeIdentifier, Pool, type PoolClient, type PoolConfig } from 'pg';
import { postgresDialect } from './dialect.ts';
import { classify, explain } from './failures.ts';
import { retry } from './retry.ts';
import { DriverFailure, Session } from './session.ts';
import { postgresSignals } from './signals.ts';
import { statements } from './statements.ts';

/** Where and how to connect; see `PostgresOptions` for what it means. */
export interface ConnectionSettings {
  /** What a pool of our own is made of, or the pool to use. */
  readonly server: PoolConfig | Pool;
  readonly schema: string | undefined;
  /** For how long to try again what fails for a transient reason. */
  readonly retryMs: number;
  /** After how long the server ends a transaction in which nothing happens. */
  readonly idleMs: number;
  readonly prepare: boolean;
}

/** A server that was never reached is probably not there; this is for one that starts together with its workers. */
const FIRST_CONTACT_MS = 3_000;

/** A database over `pg`. */
export function postgresDatabase(settings: ConnectionSettings): Database {
  const { server, schema, retryMs } = settings;
  const theirs = 'connect' in server ? server : undefined;
  const config = theirs?.options ?? (server as PoolConfig);
  const { host, port, database } = clientOf(config);
  const place = `${host}:${port}/${database ?? ''}`;
  const begin = beginnings(settings);
  const translate = statements(settings.prepare, schema);
  let pool = theirs;
  let wasConnected = false;

  const checkOut = async (): Promise<PoolClient> => {
    pool ??= openPool(config);
    const client = await pool.connect().catch((error: unknown) => {
      throw new DriverFailure(error);
    });
    wasConnected = true;
    return client;
  };

  const attempt = async <T>(
    mode: TransactionMode,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    const session = new Session(await checkOut(), translate);
    try {
      await session.begin(begin[mode]);
      const result = await work(session);
      await session.commit();
      return result;
    } catch (error) {
      await session.abandon();
      throw error;
    }
  };

  const patience = (error: unknown): number => {
    const failure = error instanceof DriverFailure ? classify(error.cause) : 'permanent';
    if (failure === 'permanent') return 0;
    return failure === 'unreachable' && !wasConnected ? Math.min(FIRST_CONTACT_MS, retryMs) : retryMs;
  };

  return {
    name: 'postgres',
    place,
    dialect: postgresDialect(schema),
    signals: postgresSignals(() => new Client(config), schema ?? ''),
    transaction: (mode, work) =>
      retry(
        () => attempt(mode, work),
        patience,
        (error, tried) => (error instanceof DriverFailure ? explain(error.cause, place, tried) : error),
      ),
    async close() {
      if (theirs !== undefined || pool === undefined) return;
      const closing = pool;
      pool = undefined;
      await closing.end();
    },
  };
}

/** @throws {InvalidArgumentError} the URL names a file, of a certificate say, that cannot be read. */
function clientOf(config: PoolConfig): Client {
  try {
    return new Client(config);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path === undefined) throw error;
    throw new InvalidArgumentError(
      `postgres: cannot read ${JSON.stringify(path)} (${code}), which the URL names as sslrootcert, sslcert or sslkey; check the path`,
    );
  }
}

function openPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  // Of connections that nobody uses; the pool makes new ones.
  pool.on('error', () => {});
  return pool;
}

/** How a transaction of each mode begins. A worker that stops in the midst of one must not hold up the others for ever. */
function beginnings({ schema, idleMs }: ConnectionSettings): { readonly [mode in TransactionMode]: string } {
  const common = [
    'SET LOCAL datestyle TO ISO',
    `SET LOCAL idle_in_transaction_session_timeout TO ${Math.ceil(idleMs)}`,
    ...(schema === undefined ? [] : [`SET LOCAL search_path TO ${escapeIdentifier(schema)}`]),
  ].join('; ');
  const write = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${common}`;
  return {
    read: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${common}`,
    write,
    // Its worker may survive this server: what it was given to do must not be forgotten.
    ask: write,
  };
}
