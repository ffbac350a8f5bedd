import {
  InvalidArgumentError,
  StudyError,
  type Storage,
  type StudyHeader,
  type TrialRecord,
} from '@tunable/core';

import type { Connection, Database } from './database.ts';
import { OPTUNA_DIRECTIONS } from './optuna/states.ts';
import { RdbStore, type LeaseOptions } from './rdb-store.ts';
import { attributeRows, insertTrials } from './record/write-trials.ts';
import { checkNames } from './record/check-names.ts';
import { prepareSchema } from './schema/prepare-schema.ts';
import { insertRows } from './sql/insert-rows.ts';
import { knownSpace, readStudies, type StudyRow } from './study-row.ts';

/**
 * Keeps studies in a relational database, in the tables of Optuna 5 and some of ours. Tables are created when they are needed
 * first. The database is closed when the last study is.
 */
export function rdbStorage(database: Database, options: LeaseOptions): Storage {
  let preparation: Promise<void> | undefined;
  const prepared = async (): Promise<void> => {
    preparation ??= prepareSchema(database);
    try {
      await preparation;
    } catch (error) {
      // The next call tries again: what was wrong may have been put right.
      preparation = undefined;
      throw error;
    }
  };
  let users = 0;
  const release = async (): Promise<void> => {
    users--;
    if (users > 0) return;
    // Whoever opens it next may find another database in the same place.
    preparation = undefined;
    await database.close();
  };
  /** Runs `work` with the tables there, and closes the database after it if no study is open. */
  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    users++;
    try {
      await prepared();
      return await work();
    } finally {
      await release();
    }
  };
  /** Like `use`, where there is something already: a place that was mistyped is not made. */
  const useExisting: typeof use = async (work) => {
    const absence = database.absence?.();
    if (absence === undefined) return use(work);
    throw new StudyError('study_not_found', `${database.name}: ${absence}`);
  };
  const storeOf = (row: StudyRow): RdbStore => {
    users++;
    return new RdbStore(database, row, options, release);
  };
  return {
    name: database.name,
    create: (header, records = []) => use(async () => storeOf(await createStudy(database, header, records))),
    open: (name) =>
      useExisting(async () => {
        if (typeof name !== 'string')
          throw new InvalidArgumentError(`the name of a study must be a text, not ${String(name)}`);
        const row = await database.transaction('read', async (connection) => {
          const [found] = await readStudies(connection, name);
          if (found === undefined) throw await notFound(database, connection, name);
          return found;
        });
        return storeOf(row);
      }),
    list: () =>
      useExisting(async () => {
        const rows = await database.transaction('read', (connection) => readStudies(connection));
        return rows.map(({ header }) => header);
      }),
    delete: (name) => useExisting(() => deleteStudy(database, name)),
  };
}

async function createStudy(
  database: Database,
  header: StudyHeader,
  records: readonly TrialRecord[],
): Promise<StudyRow> {
  const { name, space, directions, seed, createdAt, attributes } = header;
  checkNames('the name of the study', [name]);
  checkNames('an attribute', Object.keys(attributes));
  const { codec } = knownSpace(space);
  const token = globalThis.crypto.randomUUID();
  const id = await database.transaction('write', async (connection) => {
    const [created] = await connection.query<[number]>(
      'INSERT INTO studies (study_name) VALUES (?) ON CONFLICT (study_name) DO NOTHING RETURNING study_id',
      [name],
    );
    if (created === undefined) {
      const own = await createdBefore(connection, token);
      if (own !== undefined) return own;
      throw new StudyError(
        'study_exists',
        `a study '${name}' exists already in ${database.place}; open it with openStudy, or choose another name`,
      );
    }
    const [study] = created;
    await insertRows(
      connection,
      'study_directions',
      ['study_id', 'objective', 'direction'],
      directions.map((direction, objective) => [study, objective, OPTUNA_DIRECTIONS[direction]]),
    );
    await insertRows(
      connection,
      'tunable_studies',
      ['study_id', 'space', 'space_version', 'seed', 'created_at', 'attributes_version', 'stops', 'token'],
      [[study, JSON.stringify(space), 1, seed, createdAt, 0, 0, token]],
    );
    await insertRows(
      connection,
      'study_user_attributes',
      ['study_id', '"key"', 'value_json'],
      attributeRows(study, attributes),
    );
    const scope = { connection, dialect: database.dialect, study, codec };
    await insertTrials(scope, records, { token, leaseMs: null });
    return study;
  });
  return { id, header, codec, versions: { space: 1, attributes: 0, stops: 0, token } };
}

/** The study that this very call has created before its answer was lost. */
async function createdBefore(connection: Connection, token: string): Promise<number | undefined> {
  const [row] = await connection.query<[number]>('SELECT study_id FROM tunable_studies WHERE token = ?', [
    token,
  ]);
  return row?.[0];
}

async function deleteStudy(database: Database, name: string): Promise<void> {
  let begun: number | undefined;
  await database.transaction('write', async (connection) => {
    const [row] = await connection.query<[number]>(
      `SELECT study_id FROM studies WHERE study_name = ?${database.dialect.forUpdate}`,
      [name],
    );
    // It went before the answer was lost; one that has its name since is another.
    if (begun !== undefined && row?.[0] !== begun) return;
    if (row === undefined) throw await notFound(database, connection, name);
    [begun] = row;
    await deleteRows(connection, begun);
  });
}

async function deleteRows(connection: Connection, study: number): Promise<void> {
  const ofTrials = [
    'trial_user_attributes',
    'trial_system_attributes',
    'trial_params',
    'trial_values',
    'trial_intermediate_values',
    'trial_heartbeats',
    'tunable_trials',
    'tunable_results',
    'tunable_reports',
  ];
  for (const table of ofTrials) {
    await connection.query(
      `DELETE FROM ${table} WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)`,
      [study],
    );
  }
  const ofStudies = [
    'trials',
    'study_directions',
    'study_user_attributes',
    'study_system_attributes',
    'tunable_studies',
    'studies',
  ];
  for (const table of ofStudies) await connection.query(`DELETE FROM ${table} WHERE study_id = ?`, [study]);
}

async function notFound(database: Database, connection: Connection, name: string): Promise<StudyError> {
  const rows = await connection.query<[string]>('SELECT study_name FROM studies ORDER BY study_id DESC');
  const names = rows.slice(0, 10).map(([known]) => `'${known}'`);
  const rest = rows.length > names.length ? ` and ${rows.length - names.length} more` : '';
  return new StudyError(
    'study_not_found',
    `there is no study '${name}' in ${database.place}; the studies are: ${names.join(', ') || 'none'}${rest}`,
  );
}
