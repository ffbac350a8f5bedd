import {
  withoutConstraints,
  type Reports,
  type Storage,
  type StudyHeader,
  type TrialRecord,
  type TrialState,
} from '@tunable/core';
import {
  FIXED_PARAMS,
  paramCodec,
  parsePythonJson,
  printIsoTimestamp,
  printPythonJson,
  STATE_NUMBERS,
  writeConstraints,
  type ParamCodec,
  type PythonJson,
} from '@tunable/rdb/optuna';

import { checkOptions } from './options.ts';
import { OWN_STUDY, OWN_TRIAL } from './own-attributes.ts';

/** Options of {@link exportOptunaJournal}. */
export interface ExportJournalOptions {
  /** Where the studies are kept. */
  readonly from: Storage;
  /** The names of the studies to write, in this order. Default: all, oldest first. */
  readonly studies?: readonly string[];
}

/**
 * Writes studies as a journal file of Optuna 5: `JournalStorage(JournalFileBackend(path))` reads and continues it. Parameters
 * have the names of the leaves (`optimizer.adam.beta1`); what Optuna has no place for (the space itself, metrics,
 * costs, failures, ...) stands in system attributes, which it passes over and `importOptunaJournal` reads. A running trial becomes
 * a waiting one, which is run again. No trial is held in memory twice: lines are made as they are taken.
 *
 * @returns the text, some lines at a time; ASCII, each line ended by `\n`.
 * @throws {InvalidArgumentError} no storage, or no list of names; an unknown option. At once, before a file is opened.
 * @throws {StudyError} `study_not_found`.
 * @example
 * import { writeFile } from 'node:fs/promises';
 * await writeFile('journal.log', exportOptunaJournal({ from: sqlite('study.db') }));
 */
export function exportOptunaJournal(options: ExportJournalOptions): AsyncGenerator<string, void> {
  checkOptions('exportOptunaJournal', options, ['from', 'studies'], 'from', 'list');
  return journalOf(options);
}

async function* journalOf({ from, studies }: ExportJournalOptions): AsyncGenerator<string, void> {
  const names = studies ?? (await from.list()).map(({ name }) => name);
  let firstTrial = 0;
  for (const [study, name] of names.entries()) {
    const store = await from.open(name);
    try {
      const records = [...(await store.pull())];
      yield studyLines(store.header, study);
      yield* trialLines(store.header, records, study, firstTrial);
      firstTrial += records.length;
    } finally {
      await store.close();
    }
  }
}

function studyLines(
  { name, directions, attributes, space, seed, createdAt }: StudyHeader,
  study: number,
): string {
  const numbers = directions.map((direction) => (direction === 'maximize' ? 2 : 1));
  return [
    line(0, { study_name: name, directions: numbers }),
    line(3, {
      study_id: study,
      system_attr: { [OWN_STUDY]: { space, seed, createdAt } as unknown as PythonJson },
    }),
    ...Object.entries(attributes).map(([key, value]) =>
      line(2, { study_id: study, user_attr: { [key]: value } }),
    ),
  ].join('');
}

/** How many lines go into one piece of text. */
const LINES_AT_ONCE = 1000;

/** First the trials by number, unfinished; then the results in the order in which they came. */
function* trialLines(
  header: StudyHeader,
  records: readonly TrialRecord[],
  study: number,
  firstTrial: number,
): Generator<string> {
  const codec = paramCodec(withoutConstraints(header.space));
  let text: string[] = [];
  for (const record of records.toSorted((a, b) => a.number - b.number)) {
    text.push(creationLine(record, study, codec));
    if (text.length < LINES_AT_ONCE) continue;
    yield text.join('');
    text = [];
  }
  for (const record of records) {
    if (isUnfinished(record.state)) continue;
    const { number, state, values, finishedAt, startedAt } = record;
    text.push(
      line(6, {
        trial_id: firstTrial + number,
        state: STATE_NUMBERS.indexOf(state),
        values: values ?? null,
        datetime_complete: printIsoTimestamp(finishedAt ?? startedAt ?? header.createdAt),
      }),
    );
    if (text.length < LINES_AT_ONCE) continue;
    yield text.join('');
    text = [];
  }
  yield text.join('');
}

function creationLine(record: TrialRecord, study: number, codec: ParamCodec): string {
  const isOpen = isUnfinished(record.state);
  const { row, reports, attributes = {}, constraints = [], startedAt } = record;
  // A waiting trial of Optuna has no parameters yet, but those that it shall be given.
  const params = isOpen ? [] : codec.write(row);
  const system: [string, PythonJson][] = writeConstraints(constraints).map(([key, json]) => [
    key,
    parsePythonJson(json),
  ]);
  if (isOpen) system.push([FIXED_PARAMS, parsePythonJson(codec.writeFixed(row))]);
  const own = ownMembers(record);
  if (Object.keys(own).length > 0) system.push([OWN_TRIAL, own]);
  return line(4, {
    study_id: study,
    datetime_start: isOpen || startedAt === undefined ? null : printIsoTimestamp(startedAt),
    state: STATE_NUMBERS.indexOf(isOpen ? 'waiting' : 'running'),
    value: null,
    values: null,
    distributions: Object.fromEntries(params.map(({ name, distribution }) => [name, distribution])),
    params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
    user_attrs: attributes,
    system_attrs: Object.fromEntries(system),
    intermediate_values:
      reports === undefined || isOpen
        ? {}
        : Object.fromEntries(reports.steps.map((step, i) => [String(step), reports.values[i] as number])),
  });
}

/** The members of a record that Optuna has no place for. */
function ownMembers({ state, metrics, failure, cost, by, why, attempt, reports }: TrialRecord): {
  readonly [name: string]: PythonJson;
} {
  const isOpen = isUnfinished(state);
  const members = {
    ...(attempt === (isOpen ? 0 : 1) ? {} : { attempt }),
    by,
    why,
    ...(isOpen ? {} : { metrics, failure, cost, ...(isPlain(reports) ? {} : { reports }) }),
  };
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as {
    readonly [name: string]: PythonJson;
  };
}

/** Whether intermediate values say it all: one series, and steps in the order in which an object of numbered members has them. */
function isPlain(reports: Reports | undefined): boolean {
  if (reports === undefined) return true;
  const { steps, furtherObjectives, metrics } = reports;
  const isAscending = steps.every((step, i) => step >= 0 && (i === 0 || step > (steps[i - 1] as number)));
  return isAscending && furtherObjectives === undefined && metrics === undefined;
}

function isUnfinished(state: TrialState): boolean {
  return state === 'waiting' || state === 'running';
}

function line(operation: number, fields: { readonly [name: string]: PythonJson }): string {
  return `${printPythonJson({ op_code: operation, worker_id: 'tunable', ...fields }, { compact: true })}\n`;
}
