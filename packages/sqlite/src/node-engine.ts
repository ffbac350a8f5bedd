import type { SqlValue } from '@tunable/rdb';

import { StatementCache, type Engine, type SqliteLibrary } from './engine.ts';
import { resultName } from './result-codes.ts';

/** What is used of `node:sqlite`, whose types depend on the version of Node. */
interface NodeSqlite {
  readonly StatementSync: { readonly prototype: object };
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

/** The SQLite inside Node: of Node 24, or late versions of Node 22. Undefined in others. */
export function nodeEngine(): SqliteLibrary | undefined {
  // Found on call, as the import of what is not there would fail, and as there is a warning that it is experimental.
  const sqlite = process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
  if (sqlite === undefined || !('setReturnArrays' in sqlite.StatementSync.prototype)) return undefined;
  const { DatabaseSync } = sqlite;
  return { open: (path) => open(new DatabaseSync(path)), codeOf };
}

function codeOf(error: unknown): string | undefined {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? resultName(errcode) : undefined;
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
