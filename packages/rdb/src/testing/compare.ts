import type { JsonValue, Study } from '@tunable/core';

import { isObject, toJsonValue, type PythonJson } from '../optuna/python-json.ts';
import { OPTUNA_DIRECTIONS, OPTUNA_STATES } from '../optuna/states.ts';

/** A study as `optuna_side.py describe` tells of it. */
export interface DescribedStudy {
  readonly name: string;
  readonly directions: readonly string[];
  readonly attributes: PythonJson;
  readonly trials: readonly DescribedTrial[];
}

/** A trial as `optuna_side.py describe` tells of it. */
export interface DescribedTrial {
  readonly number: number;
  readonly state: string;
  readonly params: { readonly [name: string]: PythonJson };
  readonly distributions: { readonly [name: string]: string };
  readonly values: readonly number[] | null;
  readonly intermediate: readonly (readonly [step: number, value: number])[];
  readonly attributes: PythonJson;
  readonly constraints: readonly number[];
  readonly fixed: { readonly [name: string]: PythonJson } | null;
  readonly start: number | null;
  readonly complete: number | null;
}

/** What a study holds, and what Python says that it should, in the same words; for a test to compare. */
export function inPythonsWords(study: Study, described: DescribedStudy): { ours: unknown; pythons: unknown } {
  const trials = Array.from({ length: study.history.size }, (_, number) => study.history.record(number));
  const leaves = new Map(study.space.leaves.map((leaf) => [leaf.name, leaf]));
  const valuesOf = (row: Float64Array): object =>
    Object.fromEntries(
      study.space.leaves.flatMap(({ index, name, parameter }) => {
        const x = row[index] as number;
        return Number.isNaN(x) || name.endsWith('?') ? [] : [[name, parameter.decode(x)]];
      }),
    );
  const known = (params: { readonly [name: string]: PythonJson } | null): object =>
    Object.fromEntries(
      Object.entries(params ?? {}).flatMap(([name, value]) =>
        leaves.has(name) ? [[name, toJsonValue(value)]] : [],
      ),
    );
  const isWaiting = ({ state }: DescribedTrial): boolean => state === OPTUNA_STATES.waiting;
  return {
    ours: {
      name: study.name,
      directions: study.directions.map((direction) => OPTUNA_DIRECTIONS[direction]),
      attributes: study.attributes,
      trials: trials.map((record) => ({
        number: record.number,
        state: OPTUNA_STATES[record.state],
        params: valuesOf(record.row),
        values: record.values ?? null,
        intermediate: sorted(
          (record.reports?.steps ?? []).map((step, i) => [step, record.reports?.values[i] as number]),
        ),
        attributes: record.attributes ?? {},
        constraints: (record.constraints ?? []).toSorted((a, b) => a - b),
        start: record.startedAt ?? null,
        complete: record.finishedAt ?? null,
      })),
    },
    pythons: {
      name: described.name,
      directions: described.directions,
      attributes: plain(described.attributes),
      trials: described.trials.map((trial) => ({
        number: trial.number,
        state: trial.state,
        params: known(isWaiting(trial) ? trial.fixed : trial.params),
        values: trial.values,
        intermediate: sorted(trial.intermediate),
        attributes: plain(trial.attributes),
        // By their keys, the order of which the database makes up.
        constraints: trial.constraints.toSorted((a, b) => a - b),
        start: trial.start,
        complete: trial.complete,
      })),
    },
  };
}

function sorted(reports: DescribedTrial['intermediate']): DescribedTrial['intermediate'] {
  return reports.toSorted(([a], [b]) => a - b);
}

function plain(attributes: PythonJson): JsonValue {
  return isObject(attributes) ? toJsonValue(attributes) : {};
}
