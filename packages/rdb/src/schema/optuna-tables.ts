import type { Dialect } from '../database.ts';
import { OPTUNA_DIRECTIONS, OPTUNA_STATES } from '../optuna/states.ts';

/** The revision of Optuna's schema that new databases get: that of Optuna 3.2 to 5.0. */
export const OPTUNA_REVISION = 'v3.2.0.a';

/** The revisions that are used as they are. That of Optuna 3.0 and 3.1 lacks but an index. */
export const READABLE_REVISIONS: readonly string[] = ['v3.0.0.d', OPTUNA_REVISION];

/** The one row of `version_info.schema_version`, since Optuna 1. */
export const OPTUNA_SCHEMA_VERSION = 12;

/** How a number is kept that a column of doubles does not take (`value_type`). */
const VALUE_TYPES: readonly string[] = ['FINITE', 'INF_POS', 'INF_NEG'];

/** The same for intermediate values, which may be NaN. */
const INTERMEDIATE_VALUE_TYPES: readonly string[] = [...VALUE_TYPES, 'NAN'];

/** The tables by which a database of Optuna's is recognized; all have to be there, or none. */
export const OPTUNA_TABLE_NAMES: readonly string[] = [
  'studies',
  'version_info',
  'study_directions',
  'study_user_attributes',
  'study_system_attributes',
  'trials',
  'trial_user_attributes',
  'trial_system_attributes',
  'trial_params',
  'trial_values',
  'trial_intermediate_values',
  'trial_heartbeats',
  'alembic_version',
];

/**
 * Statements that create the tables of Optuna 5's relational storage, column by column and name by name as it does
 * (`optuna/storages/_rdb/models.py`, revision v3.2.0.a), and enter the versions.
 *
 * @param library what to enter as the library that made the database.
 */
export function createOptunaTables(dialect: Dialect, library: string): string[] {
  const { identity, double, datetime } = dialect.types;
  const enumerations: [name: string, members: readonly string[]][] = [
    ['studydirection', ['NOT_SET', ...Object.values(OPTUNA_DIRECTIONS)]],
    ['trialstate', Object.values(OPTUNA_STATES)],
    ['trialvaluetype', VALUE_TYPES],
    ['trialintermediatevaluetype', INTERMEDIATE_VALUE_TYPES],
  ];
  const [direction, state, valueType, intermediateValueType] = enumerations.map(([name, members]) =>
    dialect.types.enumeration(name, members),
  );
  const attributes = (owner: 'study' | 'trial', kind: 'user' | 'system'): string => `
    CREATE TABLE ${owner}_${kind}_attributes (
      ${owner}_${kind}_attribute_id ${identity},
      ${owner}_id INTEGER,
      "key" VARCHAR(512),
      value_json TEXT,
      PRIMARY KEY (${owner}_${kind}_attribute_id),
      UNIQUE (${owner}_id, "key"),
      FOREIGN KEY(${owner}_id) REFERENCES ${owner === 'study' ? 'studies' : 'trials'} (${owner}_id)
    )`;
  return [
    ...enumerations.flatMap(([name, members]) => dialect.createEnum(name, members)),
    `CREATE TABLE studies (
      study_id ${identity},
      study_name VARCHAR(512) NOT NULL,
      PRIMARY KEY (study_id)
    )`,
    'CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)',
    `CREATE TABLE version_info (
      version_info_id INTEGER NOT NULL,
      schema_version INTEGER,
      library_version VARCHAR(256),
      PRIMARY KEY (version_info_id),
      CHECK (version_info_id=1)
    )`,
    `CREATE TABLE study_directions (
      study_direction_id ${identity},
      direction ${direction} NOT NULL,
      study_id INTEGER NOT NULL,
      objective INTEGER NOT NULL,
      PRIMARY KEY (study_direction_id),
      UNIQUE (study_id, objective),
      FOREIGN KEY(study_id) REFERENCES studies (study_id)
    )`,
    attributes('study', 'user'),
    attributes('study', 'system'),
    `CREATE TABLE trials (
      trial_id ${identity},
      number INTEGER,
      study_id INTEGER,
      state ${state} NOT NULL,
      datetime_start ${datetime},
      datetime_complete ${datetime},
      PRIMARY KEY (trial_id),
      FOREIGN KEY(study_id) REFERENCES studies (study_id)
    )`,
    'CREATE INDEX ix_trials_study_id ON trials (study_id)',
    attributes('trial', 'user'),
    attributes('trial', 'system'),
    `CREATE TABLE trial_params (
      param_id ${identity},
      trial_id INTEGER,
      param_name VARCHAR(512),
      param_value ${double},
      distribution_json TEXT,
      PRIMARY KEY (param_id),
      UNIQUE (trial_id, param_name),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
    )`,
    `CREATE TABLE trial_values (
      trial_value_id ${identity},
      trial_id INTEGER NOT NULL,
      objective INTEGER NOT NULL,
      value ${double},
      value_type ${valueType} NOT NULL,
      PRIMARY KEY (trial_value_id),
      UNIQUE (trial_id, objective),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
    )`,
    `CREATE TABLE trial_intermediate_values (
      trial_intermediate_value_id ${identity},
      trial_id INTEGER NOT NULL,
      step INTEGER NOT NULL,
      intermediate_value ${double},
      intermediate_value_type ${intermediateValueType} NOT NULL,
      PRIMARY KEY (trial_intermediate_value_id),
      UNIQUE (trial_id, step),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
    )`,
    `CREATE TABLE trial_heartbeats (
      trial_heartbeat_id ${identity},
      trial_id INTEGER NOT NULL,
      heartbeat ${datetime} NOT NULL,
      PRIMARY KEY (trial_heartbeat_id),
      UNIQUE (trial_id),
      FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
    )`,
    `CREATE TABLE alembic_version (
      version_num VARCHAR(32) NOT NULL,
      CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
    )`,
    `INSERT INTO alembic_version (version_num) VALUES ('${OPTUNA_REVISION}')`,
    `INSERT INTO version_info (version_info_id, schema_version, library_version)
      VALUES (1, ${OPTUNA_SCHEMA_VERSION}, '${library}')`,
  ];
}
