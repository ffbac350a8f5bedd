import { statSync } from 'node:fs';

import { TunableError } from '@tunable/core';
import type { Connection, Database, SqlValue, TransactionMode } from '@tunable/rdb';

import { sqliteDialect } from './dialect.ts';
import type { Engine, SqliteLibrary } from './engine.ts';
import { explain, locked } from './explain.ts';

/** What must be decided about an SQLite file. */
export interface SqliteDatabaseOptions {
  readonly path: string;
  /** Loads the library to open it with. */
  readonly load: () => Promise<SqliteLibrary>;
  /** How long to wait for other processes that have the file locked. */
  readonly busyTimeoutMs: number;
}

/**
 * One SQLite file as a `Database`.
 *
 * The log is written ahead (WAL), so that readers and the one writer do not wait for each other. A `write` is on the disk when it
 * returns (synchronous=FULL). An `ask` is not waited for (NORMAL), and gets there with the write after it: what is lost if
 * the power fails in between is a trial that ran on this very machine.
 *
 * Whoever finds the file locked looks again every millisecond or so. SQLite's own waiting would stop the event loop, and its growing
 * pauses let one busy process starve another.
 */
export function sqliteDatabase({ path, load, busyTimeoutMs }: SqliteDatabaseOptions): Database {
  const isInMemory = path === ':memory:';
  let library: SqliteLibrary | undefined;
  let open: Open | undefined;
  /** The end of the transaction asked for last: the one connection runs one at a time. */
  let last: Promise<unknown> = Promise.resolve();

  const explained = (error: unknown): unknown => {
    if (TunableError.isInstance(error)) return error;
    const code = library?.codeOf(error);
    return code === undefined && open !== undefined ? error : explain(path, code, error);
  };

  const connect = async (mode: TransactionMode): Promise<Open> => {
    library ??= await load();
    open ??= { ...openFile(library, path), isPrepared: false, hasLog: false, synchronous: '' };
    if (mode === 'read') return open;
    // A file of another program is not changed before it is known to be one of ours: the first transaction reads.
    if (!open.isPrepared) {
      open.hasLog = open.file.query('PRAGMA journal_mode = WAL', [])[0]?.[0] === 'wal';
      open.isPrepared = true;
    }
    // Without a log ahead, NORMAL could damage the file when the power fails.
    const synchronous = mode === 'ask' && open.hasLog ? 'NORMAL' : 'FULL';
    if (open.synchronous !== synchronous) {
      open.file.execute(`PRAGMA synchronous = ${synchronous}`);
      open.synchronous = synchronous;
    }
    return open;
  };

  const run = async <T>(mode: TransactionMode, work: (connection: Connection) => Promise<T>): Promise<T> => {
    const { file, connection } = await connect(mode);
    file.execute(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
    try {
      const result = await work(connection);
      file.execute('COMMIT');
      return result;
    } catch (error) {
      try {
        file.execute('ROLLBACK');
      } catch {
        // SQLite has rolled back already, as it does when the disk is full.
      }
      throw error;
    }
  };

  /** Runs a transaction as soon as no other process has the file locked. */
  const runWhenFree = async <T>(
    mode: TransactionMode,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    const start = performance.now();
    for (;;) {
      try {
        return await run(mode, work);
      } catch (error) {
        if (!isBusy(library?.codeOf(error))) throw explained(error);
        if (performance.now() - start > busyTimeoutMs) throw locked(path, busyTimeoutMs, error);
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random()));
      }
    }
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    name: 'sqlite',
    place: `'${path}'`,
    dialect: sqliteDialect,
    transaction: (mode, work) => inTurn(() => runWhenFree(mode, work)),
    absence: () =>
      isInMemory || open !== undefined || isAnything(path)
        ? undefined
        : `there is no file '${path}'; check the path (createStudy makes the file)`,
    close() {
      return inTurn(async () => {
        // What is in memory would be lost.
        if (open === undefined || isInMemory) return;
        const { file } = open;
        open = undefined;
        try {
          // So that the file is whole without the log beside it, and can be copied alone.
          file.query('PRAGMA wal_checkpoint(TRUNCATE)', []);
        } catch {
          // A file that may only be read, or that others write: they will do it.
        }
        file.close();
      });
    },
  };
}

/** Whether there is a file, a directory, or something that may not be looked at: of that, SQLite says what is wrong. */
function isAnything(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

interface Open {
  readonly file: Engine;
  readonly connection: Connection;
  /** Whether the way in which it is written has been set. */
  isPrepared: boolean;
  hasLog: boolean;
  synchronous: '' | 'NORMAL' | 'FULL';
}

function openFile(library: SqliteLibrary, path: string): Pick<Open, 'file' | 'connection'> {
  const file = library.open(path);
  // What refers to rows of Optuna's goes with them by triggers.
  file.execute('PRAGMA foreign_keys = OFF');
  // 16 MB: the pages that a study of ten thousand trials keeps coming back to.
  file.execute('PRAGMA cache_size = -16000');
  return { file, connection: connectionOf(file) };
}

function connectionOf(engine: Engine): Connection {
  return {
    // Asynchronous in its type only: nothing else of this process runs before the transaction ends.
    query: async <Row extends readonly SqlValue[]>(
      sql: string,
      parameters: readonly SqlValue[] = [],
    ): Promise<readonly Row[]> => engine.query(sql, parameters) as unknown as readonly Row[],
    send: (sql, parameters = []) => void engine.query(sql, parameters),
  };
}

function isBusy(code: string | undefined): boolean {
  return code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED';
}
