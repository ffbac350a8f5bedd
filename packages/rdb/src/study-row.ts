import { withoutConstraints, type SpaceJSON, type StudyHeader } from '@tunable/core';

import type { Connection } from './database.ts';
import { inferSpace } from './infer-space.ts';
import { codecFromColumns, isOfDeclaredSpace } from './optuna/columns-json.ts';
import { toJsonValue } from './optuna/python-json.ts';
import { directionOf } from './optuna/states.ts';
import { parseTimestamp } from './optuna/timestamp.ts';
import { paramCodec, type ParamCodec } from './optuna/trial-params.ts';
import { readJson } from './record/read-trials.ts';

/** A study as the tables have it. */
export interface StudyRow {
  readonly id: number;
  readonly header: StudyHeader;
  readonly codec: ParamCodec;
  readonly versions: StudyVersions;
}

/** What says whether a study is still the one that was opened, and what has been asked of its workers. */
export interface StudyVersions {
  /** 0 for a space that was inferred. */
  readonly space: number;
  readonly attributes: number;
  readonly stops: number;
  /** Tells the study from others that have had its id; null for a study of Optuna's. */
  readonly token: string | null;
}

type Columns = [
  id: number,
  name: string,
  space: string | null,
  columns: string | null,
  spaceVersion: number | null,
  seed: number | null,
  createdAt: number | null,
  firstStart: string | null,
  attributesVersion: number | null,
  stops: number | null,
  token: string | null,
];

/**
 * The studies of the database, oldest first.
 *
 * @param name only the study of that name.
 */
export async function readStudies(connection: Connection, name?: string): Promise<StudyRow[]> {
  const where = name === undefined ? '' : 'WHERE s.study_name = ?';
  const given = name === undefined ? [] : [name];
  const studies = await connection.query<Columns>(
    `SELECT s.study_id, s.study_name, o.space, o.columns, o.space_version, o.seed, o.created_at,
        CASE WHEN o.created_at IS NULL THEN
          (SELECT CAST(MIN(t.datetime_start) AS TEXT) FROM trials t WHERE t.study_id = s.study_id) END,
        o.attributes_version, o.stops, o.token
      FROM studies s LEFT JOIN tunable_studies o ON o.study_id = s.study_id ${where} ORDER BY s.study_id`,
    given,
  );
  const directions = group(
    await connection.query<[number, string]>(
      `SELECT d.study_id, CAST(d.direction AS TEXT) FROM study_directions d
        JOIN studies s ON s.study_id = d.study_id ${where} ORDER BY d.study_id, d.objective`,
      given,
    ),
  );
  const attributes = group(
    await connection.query<[number, string, string]>(
      `SELECT a.study_id, a."key", a.value_json FROM study_user_attributes a
        JOIN studies s ON s.study_id = a.study_id ${where} ORDER BY a.study_user_attribute_id`,
      given,
    ),
  );
  const rows: StudyRow[] = [];
  for (const [id, studyName, spaceText, columns, ...rest] of studies) {
    const [spaceVersion, seed, createdAt, firstStart, attributesVersion, stops, token] = rest;
    const { codec, space } =
      spaceText === null
        ? await inferSpace(connection, id)
        : knownSpace(JSON.parse(spaceText) as SpaceJSON, columns);
    rows.push({
      id,
      codec,
      header: {
        name: studyName,
        space,
        ...(spaceText === null || (columns !== null && !isOfDeclaredSpace(columns))
          ? { isSpaceInferred: true as const }
          : {}),
        ...(token === null ? { isSeedMadeUp: true as const } : {}),
        directions: (directions.get(id) ?? []).map(([direction]) => directionOf(direction as string)),
        seed: seed ?? seedOf(studyName),
        // Optuna does not keep it; its first trial is not much younger.
        createdAt: createdAt ?? (firstStart === null ? 0 : parseTimestamp(firstStart)),
        attributes: Object.fromEntries(
          (attributes.get(id) ?? []).map(([key, json]) => [
            key as string,
            toJsonValue(readJson(json as string)),
          ]),
        ),
      },
      versions: { space: spaceVersion ?? 0, attributes: attributesVersion ?? 0, stops: stops ?? 0, token },
    });
  }
  return rows;
}

/** What has changed of a study that is open; undefined if it has been deleted. */
export async function readVersions(
  connection: Connection,
  study: number,
): Promise<StudyVersions | undefined> {
  const [row] = await connection.query<[number | null, number | null, number | null, string | null]>(
    `SELECT o.space_version, o.attributes_version, o.stops, o.token
      FROM studies s LEFT JOIN tunable_studies o ON o.study_id = s.study_id WHERE s.study_id = ?`,
    [study],
  );
  if (row === undefined) return undefined;
  return { space: row[0] ?? 0, attributes: row[1] ?? 0, stops: row[2] ?? 0, token: row[3] };
}

/** The attributes of a study. */
export async function readStudyAttributes(
  connection: Connection,
  study: number,
): Promise<StudyHeader['attributes']> {
  const rows = await connection.query<[string, string]>(
    'SELECT "key", value_json FROM study_user_attributes WHERE study_id = ? ORDER BY study_user_attribute_id',
    [study],
  );
  return Object.fromEntries(rows.map(([key, json]) => [key, toJsonValue(readJson(json))]));
}

/**
 * The space that `json` describes, and its codec.
 *
 * @param columns what {@link printColumns} made of the space of a study of Optuna's; null for others.
 */
export function knownSpace(
  json: SpaceJSON,
  columns: string | null = null,
): { readonly space: SpaceJSON; readonly codec: ParamCodec } {
  // Constraints are functions of the user's, which JSON does not hold; rows can be read without them.
  const space = withoutConstraints(json);
  return { space: json, codec: columns === null ? paramCodec(space) : codecFromColumns(space, columns) };
}

/** The rest of each row by its first column. */
function group(rows: readonly (readonly [number, ...string[]])[]): Map<number, string[][]> {
  const groups = new Map<number, string[][]>();
  for (const [id, ...rest] of rows) {
    const one = groups.get(id);
    if (one === undefined) groups.set(id, [rest]);
    else one.push(rest);
  }
  return groups;
}

/** The seed of a study that has none, the same for everybody who opens it. */
function seedOf(name: string): number {
  let hash = 2166136261;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 16777619);
  return hash >>> 0;
}
