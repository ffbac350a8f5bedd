import {
  StudyError,
  TunableError,
  withoutConstraints,
  type SpaceJSON,
  type Storage,
  type StudyHeader,
} from '@tunable/core';
import {
  isObject,
  OPTUNA_STATES,
  paramCodec,
  paramCodecFromTrials,
  type ParamCodec,
} from '@tunable/rdb/optuna';

import { journalLines, type JournalSource } from './journal-lines.ts';
import { checkOptions } from './options.ts';
import { OWN_STUDY } from './own-attributes.ts';
import { JournalReplay, type JournalStudy } from './replay.ts';
import { attributesOf, toRecord } from './to-record.ts';

/** Options of {@link importOptunaJournal}. */
export interface ImportJournalOptions {
  /** The text of the journal file, whole or as a stream gives it (`createReadStream(path)`). */
  readonly from: JournalSource;
  /** Where the studies go. */
  readonly to: Storage;
  /** The names of the studies to take. Default: all. */
  readonly studies?: readonly string[];
}

/** What {@link importOptunaJournal} took over. */
export interface ImportedStudy {
  /** The name of the study, in the journal and now in the storage. */
  readonly name: string;
  /** How many trials it has. */
  readonly trials: number;
}

/**
 * Reads a journal file of Optuna's (of any version that wrote such files: 3.1 to 5) and creates the studies that it holds. Trials keep their
 * numbers, values, intermediate values, constraints, user attributes, times and the order in which they finished; one that was
 * running waits to be run again. The space is the one that the trials show, flat, under Optuna's names; a
 * study that `exportOptunaJournal` wrote has its own. System attributes of Optuna's samplers stay behind.
 *
 * The file is only read: a program that still writes to it does not notice, and its last, incomplete line is not
 * counted.
 *
 * @returns the studies created, oldest first.
 * @throws {InvalidArgumentError} what is no journal (its path, say), no storage, or no list of names; an unknown option.
 * @throws {StorageError} a line that is malformed, with its number.
 * @throws {StudyError} `study_exists` when the storage has one of the names, before anything is created; `study_not_found`
 *   when the journal lacks one of `studies`.
 * @example
 * import { createReadStream } from 'node:fs';
 * await importOptunaJournal({ from: createReadStream('journal.log'), to: sqlite('study.db') });
 */
export async function importOptunaJournal(options: ImportJournalOptions): Promise<ImportedStudy[]> {
  checkOptions('importOptunaJournal', options, ['from', 'to', 'studies'], 'to', 'create');
  const { from, to, studies: wanted } = options;
  const replay = new JournalReplay();
  for await (const lines of journalLines(from)) for (const line of lines) replay.apply(line);
  const studies = wanted === undefined ? replay.studies : wanted.map((name) => find(replay.studies, name));
  const taken = await namesIn(to);
  for (const { name } of studies) {
    if (!taken.has(name)) continue;
    throw new StudyError(
      'study_exists',
      `the storage has a study '${name}' already, and nothing was imported; delete it, or name the others in studies`,
    );
  }
  const imported: ImportedStudy[] = [];
  for (const study of studies) {
    const { header, codec } = headerOf(study);
    const inOrder = study.trials.toSorted((a, b) => a.finishOrder - b.finishOrder || a.number - b.number);
    const store = await to.create(
      header,
      inOrder.map((trial) => toRecord(trial, codec)),
    );
    await store.close();
    imported.push({ name: study.name, trials: study.trials.length });
  }
  return imported;
}

async function namesIn(storage: Storage): Promise<ReadonlySet<string>> {
  try {
    return new Set((await storage.list()).map(({ name }) => name));
  } catch (error) {
    // A file that the first study will make.
    if (TunableError.isInstance(error) && error.code === 'study_not_found') return new Set();
    throw error;
  }
}

function find(studies: readonly JournalStudy[], name: string): JournalStudy {
  const study = studies.find((candidate) => candidate.name === name);
  if (study !== undefined) return study;
  const names = studies.map((candidate) => `'${candidate.name}'`).join(', ') || 'none';
  throw new StudyError('study_not_found', `the journal has no study '${name}'; its studies are: ${names}`);
}

function headerOf(study: JournalStudy): { header: StudyHeader; codec: ParamCodec } {
  const { name, directions, trials, userAttributes, systemAttributes } = study;
  const own = systemAttributes.get(OWN_STUDY);
  const known = (isObject(own) ? own : {}) as Partial<Pick<StudyHeader, 'space' | 'seed' | 'createdAt'>>;
  const codec =
    known.space === undefined
      ? paramCodecFromTrials(
          trials.map(({ state, params }) => ({ state: OPTUNA_STATES[state], params: [...params.values()] })),
        )
      : paramCodec(withoutConstraints(known.space));
  const space: SpaceJSON = known.space ?? codec.space.toJSON();
  const times = trials.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt]));
  return {
    codec,
    header: {
      name,
      space,
      directions,
      seed: known.seed ?? Math.floor(Math.random() * 2 ** 32),
      createdAt: known.createdAt ?? times.reduce((a, b) => Math.min(a, b), Date.now()),
      attributes: attributesOf(userAttributes),
    },
  };
}
