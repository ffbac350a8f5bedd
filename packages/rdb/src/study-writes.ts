import type { JsonValue, StudyHeader } from '@tunable/core';

import { attributeRows, upsertAttributes, type Scope } from './record/write-trials.ts';
import { insertRows } from './sql/insert-rows.ts';

/** Sets attributes of a study; those with other names stay. */
export async function setStudyAttributes(
  scope: Scope,
  header: StudyHeader,
  attributes: { readonly [name: string]: JsonValue },
): Promise<void> {
  const { connection, study } = scope;
  await ensureStudyRow(scope, header);
  await connection.query(
    'UPDATE tunable_studies SET attributes_version = attributes_version + 1 WHERE study_id = ?',
    [study],
  );
  await insertRows(
    connection,
    'study_user_attributes',
    ['study_id', '"key"', 'value_json'],
    attributeRows(study, attributes),
    'ON CONFLICT (study_id, "key") DO UPDATE SET value_json = excluded.value_json',
  );
}

/** Sets attributes of a trial, and lets others know; those with other names stay. */
export async function setTrialAttributes(
  scope: Scope,
  header: StudyHeader,
  id: number,
  attributes: { readonly [name: string]: JsonValue },
): Promise<void> {
  const { connection, study } = scope;
  await ensureStudyRow(scope, header);
  const [[version] = [0]] = await connection.query<[number]>(
    'UPDATE tunable_studies SET attributes_version = attributes_version + 1 WHERE study_id = ? RETURNING attributes_version',
    [study],
  );
  await connection.query(
    `INSERT INTO tunable_trials (trial_id, attempt, prune, revision, attributes_version) VALUES (?, 0, 0, 0, ?)
      ON CONFLICT (trial_id) DO UPDATE SET attributes_version = excluded.attributes_version,
        revision = tunable_trials.revision + 1`,
    [id, version],
  );
  upsertAttributes(connection, 'user', attributeRows(id, attributes));
}

/** Asks something of the workers of a study: to end, or to prune the trial with this id. */
export async function request(scope: Scope, header: StudyHeader, trial: number | undefined): Promise<void> {
  const { connection, study } = scope;
  if (trial === undefined) {
    await ensureStudyRow(scope, header);
    await connection.query('UPDATE tunable_studies SET stops = stops + 1 WHERE study_id = ?', [study]);
    return;
  }
  await connection.query(
    `INSERT INTO tunable_trials (trial_id, attempt, prune, revision, attributes_version) VALUES (?, 0, 1, 0, 0)
      ON CONFLICT (trial_id) DO UPDATE SET prune = 1`,
    [trial],
  );
}

/** Sees to it that a study of Optuna's has an entry of ours. */
export async function ensureStudyRow({ connection, study }: Scope, header: StudyHeader): Promise<void> {
  await connection.query(
    `INSERT INTO tunable_studies (study_id, space_version, seed, created_at, attributes_version, stops)
      VALUES (?, 0, ?, ?, 0, 0) ON CONFLICT (study_id) DO NOTHING`,
    [study, header.seed, header.createdAt],
  );
}
