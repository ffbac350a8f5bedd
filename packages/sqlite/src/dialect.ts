import type { Dialect } from '@tunable/rdb';

/** How SQLite says it. A writer is alone (BEGIN IMMEDIATE), so nothing has to be locked. */
export const sqliteDialect: Dialect = {
  forUpdate: '',
  lockFinishing: '',
  nowMs: "CAST(unixepoch('subsec') * 1000 AS REAL)",
  newTrialId: 'SELECT COALESCE(MAX(trial_id), 0) + 1 FROM trials',
  tableNames:
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  sharesTables: false,
  lockSchema: [],
  types: {
    identity: 'INTEGER NOT NULL',
    double: 'FLOAT',
    datetime: 'DATETIME',
    enumeration: (_, members) => `VARCHAR(${Math.max(...members.map((member) => member.length))})`,
  },
  createEnum: () => [],
  // Python does not enforce foreign keys in SQLite.
  cascade: (table, parent, key) => [
    `CREATE TRIGGER ${table}_follows AFTER DELETE ON ${parent} FOR EACH ROW
      BEGIN DELETE FROM ${table} WHERE ${key} = OLD.${key}; END`,
  ],
};
