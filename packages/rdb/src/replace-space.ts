import { translateRows, type SpaceJSON, type StudyHeader } from '@tunable/core';

import { printColumns } from './optuna/columns-json.ts';
import type { CodecColumn } from './optuna/trial-params.ts';
import { printRow, readRow } from './record/row-json.ts';
import type { Scope } from './record/write-trials.ts';
import { insertRows } from './sql/insert-rows.ts';
import { ensureStudyRow } from './study-writes.ts';

/**
 * Gives a study a new space, and the rows of its trials their place in it.
 *
 * @param header has the new space.
 * @param from the space that the rows have.
 * @param columns as of {@link storeSpace}.
 * @returns the new version of the space.
 */
export async function replaceSpace(
  scope: Scope,
  header: StudyHeader,
  from: SpaceJSON,
  columns: readonly CodecColumn[] | undefined,
): Promise<number> {
  const { connection, study } = scope;
  const rows = await connection.query<[id: number, numbers: string]>(
    `SELECT o.trial_id, o.numbers FROM tunable_trials o JOIN trials t ON t.trial_id = o.trial_id
      WHERE t.study_id = ? AND o.numbers IS NOT NULL`,
    [study],
  );
  const translate = translateRows(from, header.space);
  await insertRows(
    connection,
    'tunable_trials',
    ['trial_id', 'numbers', 'attempt', 'prune', 'revision', 'attributes_version'],
    rows.map(([id, numbers]) => {
      const row = readRow(JSON.parse(numbers) as (number | null)[]);
      return [id, printRow(translate(row)), 0, 0, 0, 0];
    }),
    'ON CONFLICT (trial_id) DO UPDATE SET numbers = excluded.numbers, revision = tunable_trials.revision + 1',
  );
  return storeSpace(scope, header, header.space, columns);
}

/**
 * Enters the space of a study.
 *
 * @param columns how it stands in Optuna's tables, if that cannot be told from the space.
 * @returns its version.
 */
export async function storeSpace(
  scope: Scope,
  header: StudyHeader,
  space: SpaceJSON,
  columns: readonly CodecColumn[] | undefined,
): Promise<number> {
  await ensureStudyRow(scope, header);
  const [row] = await scope.connection.query<[number]>(
    `UPDATE tunable_studies SET space = ?, columns = ?, space_version = space_version + 1
      WHERE study_id = ? RETURNING space_version`,
    [
      JSON.stringify(space),
      columns === undefined ? null : printColumns(columns, header.isSpaceInferred !== true),
      scope.study,
    ],
  );
  return (row as [number])[0];
}
