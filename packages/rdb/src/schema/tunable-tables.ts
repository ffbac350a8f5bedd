import type { Dialect } from '../database.ts';

/** The version of the tables below. */
export const TUNABLE_VERSION = 1;

/** The table that holds the version, one row. */
export const VERSION_TABLE = 'tunable_version';

/**
 * What Optuna's tables lack, in tables of ours that refer to its rows and go when these go:
 *
 * - `tunable_studies`: what defines a study. `space` is null while a study of Optuna's has no space but the one inferred from its
 *   trials; `columns` says of a space that was inferred how it stands in Optuna's tables. `space_version` grows when the space is replaced, `attributes_version` when attributes of the study or of a
 *   finished trial change, `stops` when a stop is requested.
 * - `tunable_trials`: what a trial has while it waits and runs. `numbers` is its row as JSON, null where inactive or open.
 *   `lease` is when it counts as lost (milliseconds since 1970 on the database's clock), null when none of our workers runs it.
 *   `revision` grows with every change; `token` tells who added the trial, so that nobody adds it twice.
 * - `tunable_results`: finished trials whole, as JSON, numbered in the order in which they finished.
 * - `tunable_reports`: series that `trial_intermediate_values` has no place for, `objective:<i>` and `metric:<name>`.
 */
function versionOne(dialect: Dialect): string[] {
  const { identity, double } = dialect.types;
  const trialReference = 'FOREIGN KEY(trial_id) REFERENCES trials (trial_id) ON DELETE CASCADE';
  return [
    `CREATE TABLE ${VERSION_TABLE} (
      version INTEGER NOT NULL
    )`,
    `INSERT INTO ${VERSION_TABLE} (version) VALUES (0)`,
    `CREATE TABLE tunable_studies (
      study_id INTEGER NOT NULL,
      space TEXT,
      columns TEXT,
      space_version INTEGER NOT NULL,
      seed ${double} NOT NULL,
      created_at ${double} NOT NULL,
      attributes_version INTEGER NOT NULL,
      stops INTEGER NOT NULL,
      token VARCHAR(64),
      PRIMARY KEY (study_id),
      FOREIGN KEY(study_id) REFERENCES studies (study_id) ON DELETE CASCADE
    )`,
    ...dialect.cascade('tunable_studies', 'studies', 'study_id'),
    `CREATE TABLE tunable_trials (
      trial_id INTEGER NOT NULL,
      numbers TEXT,
      attempt INTEGER NOT NULL,
      proposed_by TEXT,
      why TEXT,
      lease ${double},
      prune INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      attributes_version INTEGER NOT NULL,
      token VARCHAR(64),
      PRIMARY KEY (trial_id),
      ${trialReference}
    )`,
    ...dialect.cascade('tunable_trials', 'trials', 'trial_id'),
    `CREATE TABLE tunable_results (
      finish_order ${identity},
      trial_id INTEGER NOT NULL,
      details TEXT NOT NULL,
      PRIMARY KEY (finish_order),
      UNIQUE (trial_id),
      ${trialReference}
    )`,
    ...dialect.cascade('tunable_results', 'trials', 'trial_id'),
    `CREATE TABLE tunable_reports (
      report_id ${identity},
      trial_id INTEGER NOT NULL,
      series TEXT NOT NULL,
      step ${double} NOT NULL,
      value ${double},
      value_type VARCHAR(7) NOT NULL,
      PRIMARY KEY (report_id),
      UNIQUE (trial_id, series, step),
      ${trialReference}
    )`,
    ...dialect.cascade('tunable_reports', 'trials', 'trial_id'),
  ];
}

/** By version: the statements that lead there from the version before. */
const STEPS: { readonly [version: number]: (dialect: Dialect) => string[] } = { 1: versionOne };

/**
 * Statements that bring the tables of ours up to {@link TUNABLE_VERSION}.
 *
 * @param from the version that the database has; 0 when it has none.
 */
export function upgradeTunableTables(
  dialect: Dialect,
  from: number,
  steps: { readonly [version: number]: (dialect: Dialect) => string[] } = STEPS,
  to: number = TUNABLE_VERSION,
): string[] {
  const statements: string[] = [];
  for (let version = from + 1; version <= to; version++) {
    statements.push(...(steps[version] as (dialect: Dialect) => string[])(dialect));
    statements.push(`UPDATE ${VERSION_TABLE} SET version = ${version}`);
  }
  return statements;
}
