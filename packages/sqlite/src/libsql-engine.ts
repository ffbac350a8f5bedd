import type { SqlValue } from '@tunable/rdb';
import Libsql from 'libsql';

import { StatementCache, type Engine, type EngineFactory } from './engine.ts';

/** SQLite of the package `libsql`, a fork that reads and writes the same files, prebuilt for the usual platforms. */
export const libsqlEngine: EngineFactory = {
  name: 'libsql',
  open,
  codeOf(error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && code.startsWith('SQLITE_')) return code;
    // Failures to open a file come without a code.
    return typeof message === 'string' && /ConnectionFailed\(.*: 14"\)/s.test(message)
      ? 'SQLITE_CANTOPEN'
      : undefined;
  },
};

function open(path: string): Engine {
  const database = new Libsql(path);
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
      database.close();
    },
  };
}
