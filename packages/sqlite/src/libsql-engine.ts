import type { SqlValue } from '@tunable/rdb';
import Libsql from 'libsql';

import { StatementCache, type Engine, type EngineFactory } from './engine.ts';
import { resultName } from './result-codes.ts';

/** SQLite of the package `libsql`, a fork that reads and writes the same files, prebuilt for the usual platforms. */
export const libsqlEngine: EngineFactory = {
  name: 'libsql',
  open,
  codeOf(error) {
    const { rawCode, message } = error as { rawCode?: unknown; message?: unknown };
    if (typeof rawCode === 'number') return resultName(rawCode);
    // Failures to open a file have it in their message only.
    const inMessage = typeof message === 'string' ? /ConnectionFailed\(.*: (\d+)"\)/s.exec(message) : null;
    return inMessage === null ? undefined : resultName(Number(inMessage[1]));
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
      // It lets go of the file only when the garbage collector has found the last statement.
      statements.clear();
      database.close();
    },
  };
}
