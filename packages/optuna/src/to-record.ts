import type { JsonValue, Reports, TrialRecord } from '@tunable/core';
import {
  FIXED_PARAMS,
  isObject,
  readConstraints,
  toJsonValue,
  type ParamCodec,
  type PythonJson,
} from '@tunable/rdb/optuna';

import { OWN_TRIAL } from './own-attributes.ts';
import type { JournalTrial } from './replay.ts';

/** A trial of a journal as the core keeps it. One that was running waits to be run again. */
export function toRecord(trial: JournalTrial, codec: ParamCodec): TrialRecord {
  const { number, state, params, values, systemAttributes, startedAt, finishedAt } = trial;
  const own = systemAttributes.get(OWN_TRIAL);
  const known = (isObject(own) ? own : {}) as Partial<TrialRecord>;
  const attributes = attributesOf(trial.userAttributes);
  const kept = Object.keys(attributes).length === 0 ? {} : { attributes };
  const row = codec.read([...params.values()]);
  if (state === 'waiting' || state === 'running') {
    const { by, why, attempt = 0 } = known;
    const fixed = codec.readFixed(systemAttributes.get(FIXED_PARAMS) ?? null);
    return {
      number,
      state: 'waiting',
      row: params.size === 0 ? fixed : row,
      ...kept,
      ...(by === undefined ? {} : { by }),
      ...(why === undefined ? {} : { why }),
      attempt,
    };
  }
  const constraints = readConstraints(systemAttributes);
  const reports = known.reports ?? reportsOf(trial.intermediateValues);
  return {
    number,
    state,
    row,
    ...(values === undefined || values.some(Number.isNaN) ? {} : { values }),
    ...(constraints === undefined ? {} : { constraints }),
    ...kept,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    attempt: 1,
    ...known,
    ...(reports === undefined ? {} : { reports }),
  };
}

/** Attributes as the core keeps them. */
export function attributesOf(attributes: ReadonlyMap<string, PythonJson>): {
  readonly [name: string]: JsonValue;
} {
  return Object.fromEntries([...attributes].map(([key, value]) => [key, toJsonValue(value)]));
}

function reportsOf(intermediateValues: ReadonlyMap<number, number>): Reports | undefined {
  if (intermediateValues.size === 0) return undefined;
  return { steps: [...intermediateValues.keys()], values: [...intermediateValues.values()] };
}
