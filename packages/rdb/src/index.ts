export type { Connection, Database, Dialect, Signals, SqlValue, TransactionMode } from './database.ts';
