import { StorageError } from '@tunable/core';
import type { SqlValue } from '@tunable/rdb';
import type Libsql from 'libsql';

import { StatementCache, type Engine, type SqliteLibrary } from './engine.ts';
import { resultName } from './result-codes.ts';

/**
 * SQLite of the package `libsql`, a fork that reads and writes the same files, prebuilt for the usual platforms. Loaded
 * when it is needed first.
 *
 * @throws {StorageError} on platforms for which it is not built.
 */
export async function libsqlEngine(): Promise<SqliteLibrary> {
  try {
    const { default: Database } = await import('libsql');
    return { open: (path) => open(new Database(path)), codeOf };
  } catch (error) {
    throw new StorageError(
      `sqlite: the package libsql cannot be loaded on this platform (${process.platform}, ${process.arch}). Install again without leaving out optional dependencies; or take the SQLite inside Node, with the option engine: 'node'`,
      { cause: error },
    );
  }
}

function codeOf(error: unknown): string | undefined {
  const { rawCode, message } = error as { rawCode?: unknown; message?: unknown };
  if (typeof rawCode === 'number') return resultName(rawCode);
  // Failures to open a file have it in their message only.
  const inMessage = typeof message === 'string' ? /ConnectionFailed\(.*: (\d+)"\)/s.exec(message) : null;
  return inMessage === null ? undefined : resultName(Number(inMessage[1]));
}

function open(database: Libsql.Database): Engine {
  const statements = new StatementCache((sql) => {
    const statement = database.prepare(sql);
    const isReader = statement.reader;
    return { isReader, statement: isReader ? statement.raw(true) : statement };
  });
  return {
    query(sql, parameters) {
      const { isReader, statement } = statements.get(sql);
      if (isReader) return statement.all(parameters) as (readonly SqlValue[])[];
      statement.run(parameters);
      return [];
    },
    execute(sql) {
      database.exec(sql);
    },
    close() {
      // It lets go of the file only when the garbage collector has found the last statement.
      statements.clear();
      database.close();
    },
  };
}
