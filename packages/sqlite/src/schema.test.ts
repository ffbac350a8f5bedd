import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createStudy, float, openStudy, random, space, StorageError, StudyError } from '@tunable/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import optunaTables from './fixtures/optuna-5-tables.json' with { type: 'json' };
import { ask, change } from './fixtures/raw.ts';
import { sqlite } from './sqlite.ts';

const SPACE = space({ x: float(0, 1) });

let folder: string;
let path: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-schema-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file with one study of three trials. */
async function makeStudy(): Promise<void> {
  path = join(folder, `${count++}.db`);
  const study = await createStudy({
    space: SPACE,
    storage: sqlite(path),
    name: 's',
    optimizer: random(),
    seed: 1,
  });
  await study.optimize(({ x }) => x, { trials: 3 });
  await study.close();
}

const names = (sql: string): string[] => ask(path, sql).map(([name]) => String(name));

/** A table as `optuna-5-tables.json` describes those that Optuna 5.0.0 makes. */
function describeTable(table: string): object {
  const sets = names(`SELECT name FROM pragma_index_list('${table}') WHERE "unique" = 1`).map((index) =>
    names(`SELECT name FROM pragma_index_info('${index}') ORDER BY seqno`).join(', '),
  );
  return {
    columns: names(
      `SELECT name || ' ' || type || ' ' || "notnull" || ' ' || pk FROM pragma_table_info('${table}') ORDER BY cid`,
    ),
    unique: sets.toSorted(),
    indices: names(`SELECT name FROM pragma_index_list('${table}') WHERE origin = 'c' ORDER BY name`),
    references: names(
      `SELECT "from" || ' ' || "table" || ' ' || "to" FROM pragma_foreign_key_list('${table}')`,
    ).toSorted(),
  };
}

describe('the tables', () => {
  it("are Optuna 5's, column by column, and some of ours", async () => {
    await makeStudy();
    const found = names("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    const optunas = found.filter((table) => !table.startsWith('tunable_'));
    expect(Object.fromEntries(optunas.map((table) => [table, describeTable(table)]))).toEqual(optunaTables);
    expect(ask(path, 'SELECT version_num FROM alembic_version')).toEqual([['v3.2.0.a']]);
    expect(ask(path, 'SELECT version_info_id, schema_version FROM version_info')).toEqual([[1, 12]]);
    expect(ask(path, 'SELECT version FROM tunable_version')).toEqual([[1]]);
  });

  it('are created once by processes that begin together, as is the study', async () => {
    path = join(folder, `${count++}.db`);
    const attempts = Array.from({ length: 8 }, () =>
      createStudy({ space: SPACE, storage: sqlite(path), name: 's' }),
    );
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(StudyError);
      expect((reason as StudyError).code).toBe('study_exists');
    }
    for (const result of results) if (result.status === 'fulfilled') await result.value.close();
    expect(await sqlite(path).list()).toHaveLength(1);
  });

  it("take what is ours along when Python deletes a trial's row, so that no later trial inherits it", async () => {
    await makeStudy();
    expect(ask(path, 'SELECT COUNT(*) FROM tunable_results')).toEqual([[3]]);
    change(path, 'PRAGMA foreign_keys = OFF', 'DELETE FROM trials', 'DELETE FROM studies');
    const ours = ['tunable_trials', 'tunable_results', 'tunable_studies'];
    expect(ours.map((table) => ask(path, `SELECT COUNT(*) FROM ${table}`)[0])).toEqual([[0], [0], [0]]);
  });
});

describe('another version', () => {
  it("is used as it is if it is Optuna 3.0's, which lacks but an index", async () => {
    await makeStudy();
    change(path, 'DROP INDEX ix_trials_study_id', "UPDATE alembic_version SET version_num = 'v3.0.0.d'");
    const study = await openStudy({ name: 's', storage: sqlite(path), space: SPACE });
    await study.optimize(({ x }) => x, { trials: 4 });
    await study.close();
    expect(ask(path, 'SELECT version_num FROM alembic_version')).toEqual([['v3.0.0.d']]);
  });

  it('gets the tables of ours that it lacks, if Optuna made it', async () => {
    await makeStudy();
    const ours = names("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'tunable%'");
    change(path, ...ours.map((table) => `DROP TABLE ${table}`));
    change(
      path,
      ...names("SELECT name FROM sqlite_master WHERE type = 'trigger'").map((name) => `DROP TRIGGER ${name}`),
    );
    const study = await openStudy({ name: 's', storage: sqlite(path) });
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
    await study.optimize((params) => Object.values(params).length, { trials: 5 });
    await study.close();
    expect(names("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'tunable%'")).toEqual(
      ours,
    );
  });

  it.each([
    [
      'of an older Optuna',
      "UPDATE alembic_version SET version_num = 'v2.6.0.a'",
      /v2\.6\.0\.a.*optuna storage upgrade/,
    ],
    [
      'of a newer Optuna',
      "UPDATE alembic_version SET version_num = 'v6.0.0.a'",
      /v6\.0\.0\.a.*update this package/,
    ],
    ['without a version', 'DELETE FROM alembic_version', /damaged.*does not say which version/],
    [
      'newer than this package',
      'UPDATE tunable_version SET version = 99',
      /version 99, and 1 is the newest.*Update the package/,
    ],
    ['that has lost its version', 'DELETE FROM tunable_version', /damaged: tunable_version is empty/],
    ['that has lost a table', 'DROP TABLE trial_values', /lacks trial_values.*damaged/],
  ])('%s is refused with what to do', async (_, statement, message) => {
    await makeStudy();
    change(path, statement);
    const before = ask(path, 'SELECT COUNT(*) FROM sqlite_master');
    for (const attempt of [
      openStudy({ name: 's', storage: sqlite(path) }),
      createStudy({ name: 't', storage: sqlite(path), space: SPACE }),
      sqlite(path).list(),
    ]) {
      await expect(attempt).rejects.toThrow(StorageError);
      await expect(attempt).rejects.toThrow(message);
    }
    expect(ask(path, 'SELECT COUNT(*) FROM sqlite_master')).toEqual(before);
  });
});

describe('a damaged study', () => {
  it.each([
    [
      'a row that is too short',
      "UPDATE tunable_trials SET numbers = '[]' WHERE trial_id = 2",
      /trial 1 is damaged: its row has 0 numbers/,
    ],
    [
      'an unknown state',
      "UPDATE trials SET state = 'LOST' WHERE trial_id = 2",
      /trial 1 has the unknown state 'LOST'/,
    ],
    [
      'details that are no JSON',
      "UPDATE tunable_results SET details = '{' WHERE trial_id = 2",
      /trial 1 is damaged/,
    ],
  ])('%s names the trial', async (_, statement, message) => {
    await makeStudy();
    change(path, statement);
    const attempt = openStudy({ name: 's', storage: sqlite(path), space: SPACE });
    await expect(attempt).rejects.toThrow(StorageError);
    await expect(attempt).rejects.toThrow(message);
  });
});
