import { StorageError } from '@tunable/core';

import type { Connection, Database } from '../database.ts';
import {
  createOptunaTables,
  OPTUNA_REVISION,
  OPTUNA_SCHEMA_VERSION,
  OPTUNA_TABLE_NAMES,
  READABLE_REVISIONS,
} from './optuna-tables.ts';
import { TUNABLE_VERSION, upgradeTunableTables, VERSION_TABLE } from './tunable-tables.ts';

/** What `version_info.library_version` says of databases that we made. */
const LIBRARY = 'tunable 0.1';

/**
 * Sees to it that the database has all tables: creates those of an empty database, adds ours to a database of
 * Optuna's, upgrades ours. Any number of processes may do so at once. A database that has everything is not written to.
 *
 * @throws {StorageError} a database of another program, of an Optuna too old or too new, or of a newer version of ours.
 */
export async function prepareSchema(database: Database): Promise<void> {
  const isReady = await database.transaction('read', async (connection) => {
    return (await missingOf(database, connection)).length === 0;
  });
  if (isReady) return;
  await database.transaction('write', async (connection) => {
    for (const statement of database.dialect.lockSchema) await connection.query(statement);
    for (const statement of await missingOf(database, connection)) await connection.query(statement);
  });
}

/** The statements that the database still needs. */
async function missingOf(database: Database, connection: Connection): Promise<string[]> {
  const { dialect, name, place } = database;
  const tables = new Set((await connection.query<[string]>(dialect.tableNames)).map(([table]) => table));
  const refuse = (why: string): StorageError => new StorageError(`${name}: ${place} ${why}`);
  const known = OPTUNA_TABLE_NAMES.filter((table) => tables.has(table));
  if (known.length === 0) {
    if (tables.size > 0 && !dialect.sharesTables) {
      throw refuse(
        `is the database of another program (its tables: ${list([...tables])}); nothing was changed. Give another file`,
      );
    }
    return [...createOptunaTables(dialect, LIBRARY), ...upgradeTunableTables(dialect, 0)];
  }
  if (known.length < OPTUNA_TABLE_NAMES.length) {
    const missing = OPTUNA_TABLE_NAMES.filter((table) => !tables.has(table));
    throw refuse(
      `has tables named like those of a study (${list(known)}), but lacks ${list(missing)}: it is damaged, or of another program, or of an Optuna older than 2. Nothing was changed. Give another database, or upgrade it with Optuna's command: optuna storage upgrade`,
    );
  }
  await checkOptunaVersion(connection, refuse);
  const version = tables.has(VERSION_TABLE) ? await tunableVersion(connection, refuse) : 0;
  if (version > TUNABLE_VERSION) {
    throw refuse(
      `was written by a newer version of this package (its tables have version ${version}, and ${TUNABLE_VERSION} is the newest known here). Update the package`,
    );
  }
  return upgradeTunableTables(dialect, version);
}

async function checkOptunaVersion(
  connection: Connection,
  refuse: (why: string) => StorageError,
): Promise<void> {
  const [revision] = (await connection.query<[string]>('SELECT version_num FROM alembic_version'))[0] ?? [];
  const [version] =
    (await connection.query<[number | null]>('SELECT schema_version FROM version_info'))[0] ?? [];
  if (READABLE_REVISIONS.includes(revision ?? '') && version === OPTUNA_SCHEMA_VERSION) return;
  throw refuse(
    revision === undefined || version == null
      ? 'is damaged: it does not say which version of tables it has'
      : `has tables of Optuna's in the version ${revision} (${version}), and ${OPTUNA_REVISION} (${OPTUNA_SCHEMA_VERSION}) is expected, that of Optuna 3.2 to 5. If it is older, upgrade it with Optuna's command: optuna storage upgrade; if it is newer, update this package`,
  );
}

async function tunableVersion(
  connection: Connection,
  refuse: (why: string) => StorageError,
): Promise<number> {
  const [version] = (await connection.query<[number]>(`SELECT version FROM ${VERSION_TABLE}`))[0] ?? [];
  if (version === undefined) throw refuse(`is damaged: ${VERSION_TABLE} is empty`);
  return version;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
