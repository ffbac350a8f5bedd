import { TunableError } from '@tunable/core';
import type { Connection, Database, SqlValue, TransactionMode } from '@tunable/rdb';

import { sqliteDialect } from './dialect.ts';
import type { Engine, EngineFactory } from './engine.ts';
import { explain, locked } from './explain.ts';

/** What must be decided about an SQLite file. */
export interface SqliteDatabaseOptions {
  readonly path: string;
  readonly engine: EngineFactory;
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
export function sqliteDatabase({ path, engine, busyTimeoutMs }: SqliteDatabaseOptions): Database {
  const isInMemory = path === ':memory:' || path === '';
  let open: Open | undefined;
  /** The end of the transaction asked for last: the one connection runs one at a time. */
  let last: Promise<unknown> = Promise.resolve();

  const explained = (error: unknown): unknown => {
    if (TunableError.isInstance(error)) return error;
    const code = engine.codeOf(error);
    return code === undefined && open !== undefined ? error : explain(path, code, error);
  };

  const whenFree = async <T>(attempt: () => T): Promise<T> => {
    const start = performance.now();
    for (;;) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(engine.codeOf(error))) throw explained(error);
        if (performance.now() - start > busyTimeoutMs) throw locked(path, busyTimeoutMs, error);
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random()));
      }
    }
  };

  const connect = async (mode: TransactionMode): Promise<Open> => {
    open ??= await whenFree(() => {
      const opened = engine.open(path);
      // Ours are deleted by triggers, and nothing else depends on them.
      opened.execute('PRAGMA foreign_keys = OFF');
      return { engine: opened, connection: connectionOf(opened), isPrepared: false, synchronous: '' };
    });
    const current = open;
    // A file of another program is not changed before it is known to be one of ours: the first transaction reads.
    if (mode !== 'read' && !current.isPrepared) {
      await whenFree(() => {
        const [[journal] = ['']] = current.engine.query('PRAGMA journal_mode = WAL', []);
        current.hasLog = journal === 'wal';
      });
      current.isPrepared = true;
    }
    // Without a log ahead, NORMAL could damage the file when the power fails.
    const synchronous = mode === 'ask' && current.hasLog === true ? 'NORMAL' : 'FULL';
    if (mode !== 'read' && current.synchronous !== synchronous) {
      current.engine.execute(`PRAGMA synchronous = ${synchronous}`);
      current.synchronous = synchronous;
    }
    return current;
  };

  const run = async <T>(mode: TransactionMode, work: (connection: Connection) => Promise<T>): Promise<T> => {
    const { engine: file, connection } = await connect(mode);
    await whenFree(() => file.execute(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE'));
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

  return {
    name: 'sqlite',
    place: `'${path}'`,
    dialect: sqliteDialect,
    transaction(mode, work) {
      const result = last.then(async () => {
        const start = performance.now();
        for (;;) {
          try {
            return await run(mode, work);
          } catch (error) {
            // Readers meet a locked file only while another process recovers or leaves it.
            const isTransient = isBusy(engine.codeOf(error));
            if (!isTransient) throw explained(error);
            if (performance.now() - start > busyTimeoutMs) throw locked(path, busyTimeoutMs, error);
            await new Promise((resolve) => setTimeout(resolve, 1 + Math.random()));
          }
        }
      });
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      // What is in memory would be lost.
      if (open === undefined || isInMemory) return;
      open.engine.close();
      open = undefined;
    },
  };
}

interface Open {
  readonly engine: Engine;
  readonly connection: Connection;
  /** Whether the way in which it is written has been set. */
  isPrepared: boolean;
  hasLog?: boolean;
  synchronous: '' | 'NORMAL' | 'FULL';
}

function connectionOf(engine: Engine): Connection {
  return {
    // Asynchronous in its type only: nothing else of this process runs before the transaction ends.
    query: async <Row extends readonly SqlValue[]>(
      sql: string,
      parameters: readonly SqlValue[] = [],
    ): Promise<readonly Row[]> => engine.query(sql, parameters) as unknown as readonly Row[],
  };
}

function isBusy(code: string | undefined): boolean {
  return code !== undefined && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}
