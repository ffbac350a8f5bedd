import { StorageError, type Direction, type TrialState } from '@tunable/core';
import {
  areCompatible,
  isList,
  isObject,
  parseDistribution,
  parsePythonJson,
  parseTimestamp,
  STATE_NUMBERS,
  type Distribution,
  type PythonJson,
  type TrialParam,
} from '@tunable/rdb/optuna';

/** A study as a journal tells of it. */
export interface JournalStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttributes: Map<string, PythonJson>;
  readonly systemAttributes: Map<string, PythonJson>;
  /** In the order of their numbers. */
  readonly trials: JournalTrial[];
}

/** A trial as a journal tells of it. */
export interface JournalTrial {
  readonly number: number;
  state: TrialState;
  /** In the order in which they were set. */
  readonly params: Map<string, TrialParam>;
  values: readonly number[] | undefined;
  /** By step, in the order in which they were reported. */
  readonly intermediateValues: Map<number, number>;
  readonly userAttributes: Map<string, PythonJson>;
  readonly systemAttributes: Map<string, PythonJson>;
  /** Milliseconds since 1970. */
  startedAt: number | undefined;
  /** Milliseconds since 1970. */
  finishedAt: number | undefined;
  /** Its place among all finished trials of the journal, in the order of the lines; infinite while it is not. */
  finishOrder: number;
}

/**
 * Brings a journal back to life as Optuna does: line by line, by the rules of its replay. Studies and trials have no
 * identifiers in the file, but count in the order in which they were accepted; a line that came too late (another worker
 * was faster) stands in the file without having an effect. Source: `optuna/storages/journal/_storage.py` of Optuna 5.
 */
export class JournalReplay {
  /** By identifier; deleted ones are gone. */
  readonly #studies = new Map<number, JournalStudy>();
  readonly #trials: { readonly trial: JournalTrial; readonly study: JournalStudy }[] = [];
  /** The distribution of each parameter of a study in the first trial that had it. */
  readonly #distributions = new Map<JournalStudy, Map<string, Distribution>>();
  #nextStudy = 0;
  #finished = 0;
  #line = 0;
  /** What was wrong with the line before: it is forgiven if nothing follows. */
  #malformed: StorageError | undefined;

  /** The studies that there are after all lines applied so far, oldest first. */
  get studies(): readonly JournalStudy[] {
    return [...this.#studies.values()];
  }

  /**
   * Applies one line.
   *
   * @throws {StorageError} naming the line: it is malformed and not the last, or has an operation that Optuna 5 does not know.
   */
  apply(line: string): void {
    this.#line += 1;
    if (this.#malformed !== undefined) throw this.#malformed;
    if (line.trim() === '') return;
    let entry: PythonJson;
    try {
      entry = parsePythonJson(line);
    } catch (error) {
      this.#malformed = this.#error(`is not JSON: ${(error as Error).message}`, error);
      return;
    }
    if (!isObject(entry)) throw this.#error('is not an object');
    try {
      this.#apply(entry);
    } catch (error) {
      throw error instanceof StorageError ? error : this.#error((error as Error).message, error);
    }
  }

  #apply(entry: Entry): void {
    switch (entry['op_code']) {
      case 0:
        return this.#createStudy(entry);
      case 1:
        this.#studies.delete(numberIn(entry, 'study_id'));
        return;
      case 2:
        return setAll(this.#study(entry)?.userAttributes, entry['user_attr']);
      case 3:
        return setAll(this.#study(entry)?.systemAttributes, entry['system_attr']);
      case 4:
        return this.#createTrial(entry);
      case 5:
        return this.#setParam(entry);
      case 6:
        return this.#setState(entry);
      case 7:
        this.#openTrial(entry)?.trial.intermediateValues.set(
          numberIn(entry, 'step'),
          numberIn(entry, 'intermediate_value'),
        );
        return;
      case 8:
        return setAll(this.#openTrial(entry)?.trial.userAttributes, entry['user_attr']);
      case 9:
        return setAll(this.#openTrial(entry)?.trial.systemAttributes, entry['system_attr']);
      // Written by Rustuna only; Optuna passes over it.
      case 10:
        return;
      default:
        throw this.#error(`has the unknown operation ${JSON.stringify(entry['op_code'])}`);
    }
  }

  #createStudy(entry: Entry): void {
    const name = entry['study_name'];
    const directions = entry['directions'];
    if (
      typeof name !== 'string' ||
      directions === undefined ||
      !isList(directions) ||
      directions.length === 0
    ) {
      throw this.#error('creates a study without a name or directions');
    }
    if (this.studies.some((study) => study.name === name)) return;
    const study: JournalStudy = {
      name,
      directions: directions.map((direction) => (direction === 2 ? 'maximize' : 'minimize')),
      userAttributes: new Map(),
      systemAttributes: new Map(),
      trials: [],
    };
    this.#studies.set(this.#nextStudy, study);
    this.#distributions.set(study, new Map());
    this.#nextStudy += 1;
  }

  #createTrial(entry: Entry): void {
    const study = this.#study(entry);
    if (study === undefined) return;
    const { value = null, values = null, distributions, params } = entry;
    const trial: JournalTrial = {
      number: study.trials.length,
      state: stateOf(entry['state'] ?? 0),
      params: new Map(),
      values: valuesOf(value === null ? values : [value]),
      intermediateValues: new Map(),
      userAttributes: new Map(),
      systemAttributes: new Map(),
      startedAt: timeOf(entry['datetime_start']),
      finishedAt: timeOf(entry['datetime_complete']),
      finishOrder: Infinity,
    };
    if (isObject(params) && isObject(distributions)) {
      for (const name of Object.keys(params)) {
        this.#write(study, trial, name, numberIn(params, name), textIn(distributions, name));
      }
    }
    if (isObject(entry['intermediate_values'])) {
      for (const step of Object.keys(entry['intermediate_values']))
        trial.intermediateValues.set(Number(step), numberIn(entry['intermediate_values'], step));
    }
    setAll(trial.userAttributes, entry['user_attrs']);
    setAll(trial.systemAttributes, entry['system_attrs']);
    study.trials.push(trial);
    this.#trials.push({ trial, study });
    if (isFinal(trial.state)) this.#finish(trial);
  }

  #setParam(entry: Entry): void {
    const found = this.#openTrial(entry);
    if (found === undefined) return;
    const { trial, study } = found;
    const name = textIn(entry, 'param_name');
    const text = textIn(entry, 'distribution');
    const first = this.#distributions.get(study)?.get(name);
    if (first !== undefined && !areCompatible(first, parseDistribution(text))) return;
    this.#write(study, trial, name, numberIn(entry, 'param_value_internal'), text);
  }

  #write(study: JournalStudy, trial: JournalTrial, name: string, value: number, distribution: string): void {
    trial.params.set(name, { name, value, distribution });
    const known = this.#distributions.get(study);
    if (known?.has(name) === false) known.set(name, parseDistribution(distribution));
  }

  #setState(entry: Entry): void {
    const trial = this.#openTrial(entry)?.trial;
    if (trial === undefined) return;
    const state = stateOf(entry['state']);
    // Two workers wanted the same waiting trial: the one whose line came first has it.
    if (state === 'running' && trial.state === 'running') return;
    trial.state = state;
    if (state === 'running') trial.startedAt = timeOf(entry['datetime_start']);
    trial.values = valuesOf(entry['values'] ?? null) ?? trial.values;
    if (!isFinal(state)) return;
    trial.finishedAt = timeOf(entry['datetime_complete']);
    this.#finish(trial);
  }

  #finish(trial: JournalTrial): void {
    trial.finishOrder = this.#finished;
    this.#finished += 1;
  }

  #study(entry: Entry): JournalStudy | undefined {
    return this.#studies.get(numberIn(entry, 'study_id'));
  }

  /** The trial of an entry, unless it is unknown or has finished. */
  #openTrial(entry: Entry): { trial: JournalTrial; study: JournalStudy } | undefined {
    const found = this.#trials[numberIn(entry, 'trial_id')];
    return found === undefined || isFinal(found.trial.state) ? undefined : found;
  }

  #error(what: string, cause?: unknown): StorageError {
    return new StorageError(
      `line ${this.#line} of the journal ${what}`,
      cause === undefined ? {} : { cause },
    );
  }
}

interface Entry {
  readonly [field: string]: PythonJson;
}

function isFinal(state: TrialState): boolean {
  return state !== 'waiting' && state !== 'running';
}

function setAll(attributes: Map<string, PythonJson> | undefined, given: PythonJson | undefined): void {
  if (attributes === undefined || !isObject(given)) return;
  for (const [key, value] of Object.entries(given)) attributes.set(key, value);
}

function numberIn(entry: Entry, field: string): number {
  const value = entry[field];
  if (typeof value === 'number') return value;
  throw new TypeError(`has no number in the field '${field}'`);
}

function textIn(entry: Entry, field: string): string {
  const value = entry[field];
  if (typeof value === 'string') return value;
  throw new TypeError(`has no text in the field '${field}'`);
}

function stateOf(number: PythonJson | undefined): TrialState {
  const state = STATE_NUMBERS[number as number];
  if (state === undefined) throw new TypeError(`has the unknown state ${JSON.stringify(number)}`);
  return state;
}

function valuesOf(values: PythonJson): readonly number[] | undefined {
  return isList(values) && values.every((value) => typeof value === 'number') ? values : undefined;
}

function timeOf(text: PythonJson | undefined): number | undefined {
  const ms = typeof text === 'string' ? parseTimestamp(text, 'local') : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
