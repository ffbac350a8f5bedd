import { InvalidArgumentError, type Storage } from '@tunable/core';
import { rdbStorage } from '@tunable/rdb';

import type { SqliteLibrary } from './engine.ts';
import { libsqlEngine } from './libsql-engine.ts';
import { nodeEngine } from './node-engine.ts';
import { sqliteDatabase } from './sqlite-database.ts';

/** Options of {@link sqlite}. */
export interface SqliteOptions {
  /**
   * Which SQLite to use: that of the package `libsql`, or the one inside Node (`node:sqlite`, Node 24 and late versions
   * of 22). They read and write the same files. Default `'libsql'`.
   */
  engine?: 'libsql' | 'node';
  /**
   * For how long a call waits while another program has the file locked, in milliseconds, before it rejects with a
   * `StorageError`. Default 30,000.
   */
  busyTimeoutMs?: number;
  /** How often a worker says that it is alive, in milliseconds. Default 15,000. */
  heartbeatMs?: number;
  /**
   * After how long without a word from its worker a trial counts as lost and is run again, in milliseconds. At least twice
   * `heartbeatMs`. Default 60,000, or four times `heartbeatMs` if that is more.
   */
  leaseMs?: number;
  /** How often a trial is begun, if its workers die, until it counts as failed. Default 3. */
  maxAttempts?: number;
}

const OPTION_NAMES: readonly (keyof SqliteOptions)[] = [
  'engine',
  'busyTimeoutMs',
  'heartbeatMs',
  'leaseMs',
  'maxAttempts',
];

/**
 * Keeps studies in one SQLite file, for any number of processes on one machine, in the tables of Optuna 5. The file
 * is opened when the first study is created or opened, and closed with the last one. Only a study that is created makes it; to
 * open, list or delete studies of a file that does not exist is a `StudyError` (`study_not_found`).
 *
 * @param path the file; its directory must exist. `':memory:'` for a database that lives as long as the storage.
 * @throws {InvalidArgumentError} a path that is no text; an unknown or ill-formed option; an engine that this Node lacks.
 * @example
 * const study = await createStudy({ name: 'digits', storage: sqlite('study.db'), space, openIfExists: true });
 * await study.optimize(objective, { trials: 500 });
 */
export function sqlite(path: string, options: SqliteOptions = {}): Storage {
  if (typeof path !== 'string' || path === '')
    throw new InvalidArgumentError(
      `sqlite: expected the path of a file such as 'study.db', not ${JSON.stringify(path)}`,
    );
  const sqlalchemy = /^sqlite(?:\+\w+)?:(?:\/\/\/?)?/i.exec(path)?.[0];
  if (sqlalchemy !== undefined)
    throw new InvalidArgumentError(
      `sqlite: give the path alone, without ${sqlalchemy}: sqlite('${path.slice(sqlalchemy.length) || ':memory:'}')`,
    );
  if (path.includes('\0') || /^(?:file|https?|libsql|wss?):/i.test(path))
    throw new InvalidArgumentError(
      `sqlite: expected the path of a file such as 'study.db', not the URL ${JSON.stringify(path)}`,
    );
  const { load, busyTimeoutMs, heartbeatMs, leaseMs, maxAttempts } = checkOptions(options);
  const database = sqliteDatabase({ path, load, busyTimeoutMs });
  return rdbStorage(database, { heartbeatMs, leaseMs, maxAttempts });
}

type CheckedOptions = Required<Omit<SqliteOptions, 'engine'>> & {
  readonly load: () => Promise<SqliteLibrary>;
};

function checkOptions(options: SqliteOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError(`sqlite: options must be an object, not ${JSON.stringify(options)}`);
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name as keyof SqliteOptions));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `sqlite: unknown option '${unknown}'; the options are ${OPTION_NAMES.join(', ')}`,
    );
  const heartbeatMs = checkCount('heartbeatMs', options.heartbeatMs ?? 15_000, 1);
  return {
    load: checkEngine(options.engine ?? 'libsql'),
    busyTimeoutMs: checkCount('busyTimeoutMs', options.busyTimeoutMs ?? 30_000, 0),
    heartbeatMs,
    leaseMs: checkLease(options.leaseMs, heartbeatMs),
    maxAttempts: checkCount('maxAttempts', options.maxAttempts ?? 3, 1),
  };
}

function checkEngine(engine: unknown): () => Promise<SqliteLibrary> {
  if (engine === 'libsql') return libsqlEngine;
  if (engine !== 'node')
    throw new InvalidArgumentError(
      `sqlite: engine must be 'libsql' or 'node', not ${JSON.stringify(engine)}`,
    );
  const found = nodeEngine();
  if (found !== undefined) return async () => found;
  throw new InvalidArgumentError(
    `sqlite: this Node (${process.version}) has no SQLite inside that can be used; leave the option engine out`,
  );
}

/** A lease must outlive a heartbeat that is lost. */
function checkLease(leaseMs: number | undefined, heartbeatMs: number): number {
  const checked = checkCount('leaseMs', leaseMs ?? Math.max(60_000, 4 * heartbeatMs), 1);
  if (checked >= 2 * heartbeatMs) return checked;
  throw new InvalidArgumentError(
    `sqlite: leaseMs must be at least twice heartbeatMs (${heartbeatMs}), not ${checked}; raise it, or lower heartbeatMs too`,
  );
}

/** Node's timers take no more. */
const LARGEST = 2 ** 31 - 1;

function checkCount(name: keyof SqliteOptions, value: unknown, min: number): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= LARGEST)
    return value as number;
  throw new InvalidArgumentError(
    `sqlite: ${name} must be a whole number from ${min} to ${LARGEST}, not ${JSON.stringify(value)}`,
  );
}
