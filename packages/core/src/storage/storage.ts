import type { JsonValue } from '../json.ts';
import type { SpaceJSON } from '../space/to-json.ts';
import type { Direction } from '../study/direction.ts';
import type { TrialRecord } from './trial-record.ts';

/**
 * Keeps studies. The contract of the in-memory storage and of the adapters for databases; each method is one
 * transaction. `@tunable/adapter-kit` proves an implementation.
 */
export interface Storage {
  /** A short name: 'memory'. */
  readonly name: string;

  /**
   * Creates a study.
   *
   * @throws {StudyError} `study_exists` when the name is taken.
   */
  create(header: StudyHeader): Promise<StudyStore>;

  /**
   * Opens a study.
   *
   * @throws {StudyError} `study_not_found`, with the names that exist.
   */
  open(name: string): Promise<StudyStore>;

  /** The headers of all studies, oldest first. */
  list(): Promise<readonly StudyHeader[]>;

  /**
   * Deletes a study with all its trials.
   *
   * @throws {StudyError} `study_not_found`.
   */
  delete(name: string): Promise<void>;
}

/** What defines a study; fixed when it is created. */
export interface StudyHeader {
  /** Identifies it in its storage; not empty. */
  readonly name: string;
  /** The space, from which `spaceFromJSON` makes one again. */
  readonly space: SpaceJSON;
  /** One direction per objective, at least one. */
  readonly directions: readonly Direction[];
  /** The seed from which all random streams derive. */
  readonly seed: number;
  /** Milliseconds since 1970 (UTC). */
  readonly createdAt: number;
  /** Anything the user wants to keep with the study. */
  readonly attributes: { readonly [name: string]: JsonValue };
}

/** The trials of one study. Several stores, in several processes, may stand for the same study. */
export interface StudyStore {
  /** What defines the study; its attributes are the newest that this store knows of. */
  readonly header: StudyHeader;

  /** Records of the trials that others have added or changed since the last call of `pull` or `ask`. */
  pull(): Promise<readonly TrialRecord[]>;

  /**
   * Adds a running trial, or starts the longest waiting one. Nobody else's `ask` runs meanwhile, so that two
   * processes never get the same number or the same suggestion.
   *
   * @param propose is given the news (as from `pull`) and the trial to start: a waiting record, or the number of a new
   *   trial. Returns the running record to write, or null to write nothing. Must be synchronous.
   * @returns what `propose` returned.
   */
  ask(
    propose: (
      news: readonly TrialRecord[],
      slot: { readonly number: number; readonly waiting?: TrialRecord },
    ) => TrialRecord | null,
  ): Promise<TrialRecord | null>;

  /** Adds a waiting or finished trial under the next number. @returns the record with its number. */
  add(record: Omit<TrialRecord, 'number'>): Promise<TrialRecord>;

  /**
   * Keeps what a running trial has reported at `step`: in each series of its reports that has this step it is the last
   * entry, and everything else is kept already. Without `step`, the trial starts anew: what it reported is forgotten.
   *
   * @throws {TrialStateError} when it is not running: a finished trial never changes.
   */
  report(record: TrialRecord, step?: number): Promise<void>;

  /**
   * Ends a trial.
   *
   * @throws {TrialStateError} when it is not running (somebody else ended it): the first result stands.
   */
  tell(record: TrialRecord): Promise<void>;

  /**
   * Puts a running trial back into the queue (the record's state is `waiting`, its row whole), to be run again.
   *
   * @throws {TrialStateError} when it is not running.
   */
  release(record: TrialRecord): Promise<void>;

  /** Replaces the attributes of the study, or of a trial of any state. */
  setAttributes(attributes: { readonly [name: string]: JsonValue }, trial?: number): Promise<void>;

  /** Releases what the store holds open. */
  close(): Promise<void>;
}
