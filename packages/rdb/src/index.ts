export type { Connection, Database, Dialect, Signals, SqlValue, TransactionMode } from './database.ts';
export { rdbStorage } from './rdb-storage.ts';
export type { LeaseOptions } from './rdb-store.ts';
