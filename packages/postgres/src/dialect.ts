import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Dialect } from '@tunable/rdb';

/**
 * PostgreSQL's SQL, with the column types that Optuna makes (SQLAlchemy's for PostgreSQL).
 *
 * @param schema made if it does not exist; the first of the search path if undefined.
 */
export function postgresDialect(schema: string | undefined): Dialect {
  return {
    forUpdate: ' FOR UPDATE',
    // The first number is arbitrary. Unlike a lock of the study's row, it does not make those wait who ask.
    lockFinishing: 'SELECT 1 FROM (SELECT pg_advisory_xact_lock(839088, ?::int)) AS locked',
    nowMs: '(extract(epoch FROM clock_timestamp()) * 1000)::double precision',
    newTrialId: "SELECT nextval(pg_get_serial_sequence('trials', 'trial_id'))::int",
    tableNames: `SELECT relname::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind IN ('r', 'p') AND pg_table_is_visible(pg_class.oid)
        AND nspname NOT IN ('pg_catalog', 'information_schema')`,
    sharesTables: true,
    lockSchema: [
      // The number is arbitrary, and the same in every program that makes these tables.
      'SELECT 1 FROM (SELECT pg_advisory_xact_lock(8390880602321187)) AS locked',
      ...(schema === undefined ? [] : [createSchema(schema)]),
    ],
    types: {
      identity: 'SERIAL NOT NULL',
      double: 'FLOAT(53)',
      datetime: 'TIMESTAMP WITHOUT TIME ZONE',
      enumeration: (name) => name,
    },
    createEnum: (name, members) => [
      `DO $$ BEGIN
        CREATE TYPE ${name} AS ENUM (${members.map((member) => `'${member}'`).join(', ')});
      EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    ],
    cascade: () => [],
  };
}

/** IF NOT EXISTS alone may look at what this connection has cached, and miss a schema that another has just made. */
function createSchema(name: string): string {
  const create = `CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(name)}`;
  return `DO ${escapeLiteral(`BEGIN ${create}; EXCEPTION WHEN unique_violation OR duplicate_schema THEN NULL; END`)}`;
}
