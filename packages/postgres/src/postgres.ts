import type { ConnectionOptions } from 'node:tls';

import { InvalidArgumentError, type Storage } from '@tunable/core';
import { rdbStorage } from '@tunable/rdb';
import type { Pool, PoolConfig } from 'pg';
import { checkURL } from './check-url.ts';
import { postgresDatabase } from './database.ts';

/** What is needed of a `Pool` of `pg`. */
export interface PostgresPool {
  /** What its connections are made with. */
  readonly options: object;
  /** Gives a connection. */
  connect(): Promise<unknown>;
}

/** Options of {@link postgres}. */
export interface PostgresOptions {
  /**
   * The schema that holds the tables, made if it is not there. Default: the first of the user's search path, `public` as a
   * rule. Optuna reads another one with `?options=-csearch_path%3Dname` in its URL.
   */
  schema?: string;
  /** How many connections this process opens at most. Default 4. Not for a pool of your own. */
  maxConnections?: number;
  /**
   * Encryption, as `tls.connect` takes it: `{ ca: readFileSync('ca.pem') }`; `true` for the system's certificates. Default:
   * what the URL says (`?sslmode=verify-full`), else none. Not for a pool of your own.
   */
  ssl?: boolean | ConnectionOptions;
  /** How often a worker says that it is alive, in milliseconds. Default 15,000. */
  heartbeatMs?: number;
  /**
   * After how long without a word from its worker a trial counts as lost and is run again, in milliseconds on the
   * database's clock. At least twice `heartbeatMs`. Default 60,000, or four times `heartbeatMs` if that is more. A transaction
   * in which a worker stops is ended after this time, too.
   */
  leaseMs?: number;
  /** How often a trial is begun, if its workers die, until it counts as failed. Default 3. */
  maxAttempts?: number;
  /**
   * For how long a call is tried again while the server is unreachable or restarting, in milliseconds, before it rejects
   * with a `StorageError`. Default 60,000. A server that was never reached is given three seconds.
   */
  retryMs?: number;
  /** Whether statements are prepared once per connection. Default true; false for poolers that cannot (PgBouncer before 1.21). */
  prepare?: boolean;
}

const OPTION_NAMES: readonly (keyof PostgresOptions)[] = [
  'schema',
  'maxConnections',
  'ssl',
  'heartbeatMs',
  'leaseMs',
  'maxAttempts',
  'retryMs',
  'prepare',
];

/**
 * Keeps studies in a PostgreSQL database, for any number of workers on any machines, in the tables of Optuna 5. Nothing is
 * connected before the first study is created or opened; tables are made when needed.
 *
 * @param server the URL, `postgres://user:password@host:5432/database` (user and password by `encodeURIComponent`), with the parameters that `pg` knows (`sslmode`, ...); what
 *   it lacks comes from PGHOST, PGUSER, PGPASSWORD and so on. Or a pool of `pg`, which stays open when studies are closed.
 * @throws {InvalidArgumentError} something that is no URL of PostgreSQL; an unknown or ill-formed option.
 * @example
 * const study = await createStudy({ name: 'digits', storage: postgres('postgres://me:secret@db/tuning'), space, openIfExists: true });
 * await study.optimize(objective, { trials: 500 });
 */
export function postgres(server: string | PostgresPool, options: PostgresOptions = {}): Storage {
  const { schema, ssl, heartbeatMs, leaseMs, maxAttempts, retryMs, prepare, maxConnections } =
    checkOptions(options);
  const config: PoolConfig = {
    ...(ssl === undefined ? {} : { ssl }),
    max: maxConnections,
    // Statements that do not wait for one another travel together.
    pipeline: true,
    // A program that has nothing left to do may end while connections are idle.
    allowExitOnIdle: true,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    fallback_application_name: 'tunable',
  };
  const database = postgresDatabase({
    server: isPool(server) ? (server as Pool) : { connectionString: checkURL(server), ...config },
    schema,
    retryMs,
    idleMs: leaseMs,
    prepare,
  });
  return rdbStorage(database, { heartbeatMs, leaseMs, maxAttempts });
}

/** Without an answer for this long, a server is taken for unreachable. */
const CONNECT_MS = 10_000;

function isPool(server: unknown): server is PostgresPool {
  return typeof server === 'object' && server !== null && 'connect' in server && 'options' in server;
}

type CheckedOptions = Required<Omit<PostgresOptions, 'schema' | 'ssl'>> & {
  readonly schema: string | undefined;
  readonly ssl: PostgresOptions['ssl'];
};

function checkOptions(options: PostgresOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError(`postgres: options must be an object, not ${JSON.stringify(options)}`);
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name as keyof PostgresOptions));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `postgres: unknown option '${unknown}'; the options are ${OPTION_NAMES.join(', ')}`,
    );
  const { schema, ssl, prepare = true } = options;
  if (schema !== undefined && (typeof schema !== 'string' || schema === '' || schema.length > LONGEST_SCHEMA))
    throw new InvalidArgumentError(
      `postgres: schema must be a name of at most ${LONGEST_SCHEMA} characters, not ${JSON.stringify(schema)}`,
    );
  if (typeof prepare !== 'boolean')
    throw new InvalidArgumentError(`postgres: prepare must be true or false, not ${JSON.stringify(prepare)}`);
  const heartbeatMs = checkCount('heartbeatMs', options.heartbeatMs ?? 15_000, 1);
  return {
    schema,
    ssl,
    prepare,
    maxConnections: checkCount('maxConnections', options.maxConnections ?? 4, 1),
    heartbeatMs,
    leaseMs: checkLease(options.leaseMs, heartbeatMs),
    maxAttempts: checkCount('maxAttempts', options.maxAttempts ?? 3, 1),
    retryMs: checkCount('retryMs', options.retryMs ?? 60_000, 0),
  };
}

/** A lease must outlive a heartbeat that is lost. */
function checkLease(leaseMs: number | undefined, heartbeatMs: number): number {
  const checked = checkCount('leaseMs', leaseMs ?? Math.max(60_000, 4 * heartbeatMs), 1);
  if (checked >= 2 * heartbeatMs) return checked;
  throw new InvalidArgumentError(
    `postgres: leaseMs must be at least twice heartbeatMs (${heartbeatMs}), not ${checked}; raise it, or lower heartbeatMs too`,
  );
}

/** The server cuts longer ones. */
const LONGEST_SCHEMA = 63;

/** Node's timers and the server's settings take no more. */
const LARGEST = 2 ** 31 - 1;

function checkCount(name: keyof PostgresOptions, value: unknown, min: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= LARGEST)
    return value as number;
  throw new InvalidArgumentError(
    `postgres: ${name} must be a whole number from ${min} to ${LARGEST}, not ${JSON.stringify(value)}`,
  );
}
