import type { SqlValue } from '@tunable/rdb';

import { StatementCache, type Engine, type EngineFactory } from './engine.ts';

/** What is used of `node:sqlite`, whose types depend on the version of Node. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => {
    prepare(sql: string): NodeStatement;
    exec(sql: string): void;
    close(): void;
  };
}

interface NodeStatement {
  all(...parameters: readonly SqlValue[]): readonly (readonly SqlValue[])[];
  setReturnArrays(enabled: boolean): void;
}

/** SQLite's names by their numbers, of what can be told apart in a sentence. */
const CODES: { readonly [number: number]: string } = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** The SQLite inside Node: of Node 24, or late versions of Node 22. Undefined in others. */
export function nodeEngine(): EngineFactory | undefined {
  const sqlite = process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
  if (sqlite === undefined) return undefined;
  const { DatabaseSync } = sqlite;
  return { name: 'node:sqlite', open: (path) => open(new DatabaseSync(path)), codeOf };
}

function codeOf(error: unknown): string | undefined {
  const { errcode } = error as { errcode?: unknown };
  if (typeof errcode !== 'number') return undefined;
  // The lowest byte is the kind; the others say more about it.
  return CODES[errcode & 0xff] ?? `SQLITE_${errcode}`;
}

function open(database: InstanceType<NodeSqlite['DatabaseSync']>): Engine {
  const statements = new StatementCache((sql) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  });
  return {
    query: (sql, parameters) => statements.get(sql).all(...parameters),
    execute: (sql) => database.exec(sql),
    close: () => database.close(),
  };
}
