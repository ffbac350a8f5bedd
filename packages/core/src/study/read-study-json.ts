import { StudyError } from '../errors.ts';
import { isJsonObject, show } from '../json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { mapValues } from '../space/to-json.ts';
import { isFinished, type Reports, type ReportSeries, type TrialRecord } from '../storage/trial-record.ts';
import { STATE_CODES } from './history.ts';
import { isWhole } from './proposal.ts';
import type { JsonNumber, ReportSeriesJSON, ReportsJSON, StudyJSON, TrialJSON } from './study-json.ts';

/**
 * Rejects what `studyToJSON` did not write.
 *
 * @throws {StudyError} `study_mismatch`.
 */
export function checkStudyJSON(json: StudyJSON): void {
  if (typeof json !== 'object' || json === null || json.format !== 'tunable-study') {
    throw mismatch(
      `expected a saved study ({ format: 'tunable-study', ... } as study.toJSON() gives it, parsed), not ${show(json)}`,
    );
  }
  if (json.version !== 1) {
    throw mismatch(
      `the saved study has version ${show(json.version)}; this library reads version 1: update @tunable/core`,
    );
  }
  const { study, trials, finished } = json;
  if (typeof study !== 'object' || study === null) throw damaged(`its study is ${show(study)}`);
  const { name, directions, seed, createdAt, attributes } = study;
  if (typeof name !== 'string' || name === '') throw damaged(`its name is ${show(name)}`);
  if (!Number.isSafeInteger(seed)) throw damaged(`its seed is ${show(seed)}`);
  if (typeof createdAt !== 'number') throw damaged(`its createdAt is ${show(createdAt)}`);
  if (!isJsonObject(attributes)) throw damaged(`its attributes are ${show(attributes)}`);
  const areDirections =
    Array.isArray(directions) &&
    directions.length > 0 &&
    directions.every((d) => d === 'minimize' || d === 'maximize');
  if (!areDirections) throw damaged(`its directions are ${show(directions)}`);
  if (!Array.isArray(trials)) throw damaged(`its trials are ${show(trials)}`);
  if (!Array.isArray(finished)) throw damaged(`its list of finished trials is ${show(finished)}`);
}

/**
 * The records in a saved study that `checkStudyJSON` accepts.
 *
 * @throws {StudyError} `study_mismatch`: a damaged trial, or one that does not belong to `space`.
 */
export function recordsFromJSON(json: StudyJSON, space: SearchSpace): TrialRecord[] {
  const objectives = json.study.directions.length;
  const records = json.trials.map((trial, index) => {
    try {
      return recordFromJSON(trial, index, space, objectives);
    } catch (error) {
      throw mismatch(
        `trial ${index} of the saved study is damaged or does not fit the space: ${(error as Error).message}`,
      );
    }
  });
  const ended = records.filter((record) => isFinished(record.state));
  const listed = new Set(json.finished);
  if (
    listed.size !== json.finished.length ||
    listed.size !== ended.length ||
    !ended.every(({ number }) => listed.has(number))
  ) {
    throw damaged(
      `its list of ${json.finished.length} finished trials does not fit the ${ended.length} that are`,
    );
  }
  return records;
}

function recordFromJSON(
  trial: TrialJSON,
  index: number,
  space: SearchSpace,
  objectives: number,
): TrialRecord {
  if (typeof trial !== 'object' || trial === null) throw new TypeError(`it is ${show(trial)}`);
  const { params, row, values, constraints, metrics, reports, ...rest } = trial;
  if (rest.number !== index) throw new TypeError(`it has the number ${show(rest.number)}`);
  if (!Object.hasOwn(STATE_CODES, rest.state)) throw new TypeError(`its state is ${show(rest.state)}`);
  if (!Number.isSafeInteger(rest.attempt)) throw new TypeError(`its attempt is ${show(rest.attempt)}`);
  if (
    values === undefined ? rest.state === 'complete' : !isListOf(values, objectives) || values.includes('NaN')
  ) {
    throw new TypeError(`its values are ${show(values)}, and ${objectives} are expected`);
  }
  return {
    ...rest,
    row: rest.state === 'waiting' ? waitingRow(row, space) : startedRow(params, space),
    ...(values === undefined ? {} : { values: numbersFromJSON(values) }),
    ...(constraints === undefined ? {} : { constraints: numbersFromJSON(constraints) }),
    ...(metrics === undefined ? {} : { metrics: mapValues(metrics, numberFromJSON) }),
    ...(reports === undefined ? {} : { reports: reportsFromJSON(reports) }),
  };
}

/** The row of a trial that was started: one of another program may lack parameters. */
function startedRow(params: unknown, space: SearchSpace): Float64Array {
  const row = space.encode(params, { partial: true });
  return isWhole(space, row) ? space.encode(params) : row;
}

/** The row of a waiting trial, which may have gaps. */
function waitingRow(row: readonly (number | null)[] | undefined, space: SearchSpace): Float64Array {
  if (!isListOf(row, space.leaves.length)) {
    throw new TypeError(`its row is ${show(row)}, and ${space.leaves.length} numbers are expected`);
  }
  return Float64Array.from(row, (x, leaf) => {
    if (x === null) return Number.NaN;
    const { name, parameter } = space.leaves[leaf] as SearchSpace['leaves'][number];
    if (typeof x === 'number' && parameter.encode(parameter.decode(x)) === x) return x;
    throw new TypeError(`${name} is ${show(x)}, and not ${parameter.describe()}`);
  });
}

function reportsFromJSON({ furtherObjectives, metrics, ...first }: ReportsJSON): Reports {
  return {
    ...seriesFromJSON(first),
    ...(furtherObjectives === undefined ? {} : { furtherObjectives: furtherObjectives.map(seriesFromJSON) }),
    ...(metrics === undefined ? {} : { metrics: mapValues(metrics, seriesFromJSON) }),
  };
}

function seriesFromJSON({ steps, values }: ReportSeriesJSON): ReportSeries {
  const isSeries =
    Array.isArray(steps) &&
    steps.every((step) => Number.isSafeInteger(step)) &&
    isListOf(values, steps.length);
  if (!isSeries)
    throw new TypeError(`its reports have the steps ${show(steps)} and the values ${show(values)}`);
  return { steps, values: numbersFromJSON(values) };
}

function numbersFromJSON(numbers: readonly JsonNumber[]): number[] {
  return numbers.map(numberFromJSON);
}

function numberFromJSON(x: JsonNumber): number {
  if (typeof x === 'number') return x;
  if (x === 'Infinity' || x === '-Infinity' || x === 'NaN') return Number(x);
  throw new TypeError(`${show(x)} stands where a number is expected`);
}

function isListOf<T>(list: readonly T[] | undefined, length: number): list is readonly T[] {
  return Array.isArray(list) && list.length === length;
}

function damaged(how: string): StudyError {
  return mismatch(`the saved study is damaged: ${how}`);
}

function mismatch(message: string): StudyError {
  return new StudyError('study_mismatch', message);
}
