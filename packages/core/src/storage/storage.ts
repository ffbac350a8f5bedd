import type { JsonValue } from '../json.ts';
import type { SpaceJSON } from '../space/to-json.ts';
import type { Direction } from '../study/direction.ts';
import type { TrialRecord } from './trial-record.ts';

/**
 * Keeps studies. The contract of the in-memory storage and of the adapters for databases; each method is one
 * transaction. `@tunable/adapter-kit` proves an implementation.
 *
 * A storage that loses its connection tries again by itself, for as long as it sees fit; then it throws a
 * `StorageError`. Every method can be called again with the same arguments after such an error: what was written already
 * is then left as it is (see `admits`).
 */
export interface Storage {
  /** A short name: 'memory'. */
  readonly name: string;

  /**
   * Creates a study, whole or not at all: of two processes that create the same name at once, one succeeds.
   *
   * @param records the trials that it begins with (a study that is copied or loaded): numbered 0, 1, 2, ... without gaps;
   *   first the finished ones in the order in which they finished, then the others. None by default.
   * @throws {StudyError} `study_exists` when the name is taken.
   */
  create(header: StudyHeader, records?: readonly TrialRecord[]): Promise<StudyStore>;

  /**
   * Opens a study.
   *
   * @throws {StudyError} `study_not_found`, with the names that exist. A file that does not exist is not made.
   */
  open(name: string): Promise<StudyStore>;

  /**
   * The headers of all studies, oldest first.
   *
   * @throws {StudyError} `study_not_found` when the place of the storage does not exist yet, and is only made by `create`.
   */
  list(): Promise<readonly StudyHeader[]>;

  /**
   * Deletes a study with all its trials.
   *
   * @throws {StudyError} `study_not_found`.
   */
  delete(name: string): Promise<void>;
}

/** What defines a study; fixed when it is created, but for its attributes and a space that may grow. */
export interface StudyHeader {
  /** Identifies it in its storage; not empty. */
  readonly name: string;
  /** The space, from which `spaceFromJSON` makes one again. */
  readonly space: SpaceJSON;
  /**
   * Present when another program made the study without declaring a space, so that this one is only what its trials show: any
   * other that describes them may take its place (`setSpace`), and is declared from then on.
   */
  readonly isSpaceInferred?: true;
  /** Present when another program made the study, which kept no seed: this one was made up. */
  readonly isSeedMadeUp?: true;
  /** One direction per objective, at least one. */
  readonly directions: readonly Direction[];
  /** The seed from which all random streams derive. */
  readonly seed: number;
  /** Milliseconds since 1970 (UTC). */
  readonly createdAt: number;
  /** Anything the user wants to keep with the study. */
  readonly attributes: { readonly [name: string]: JsonValue };
}

/**
 * The trials of one study. Several stores, in several processes, may stand for the same study. The members that are
 * optional are those that a storage for a single process can do without.
 */
export interface StudyStore {
  /** What defines the study; its attributes are the newest that this store knows of. */
  readonly header: StudyHeader;

  /**
   * Records of the trials that others have added or changed since the last call of `pull` or `ask`; the first call gives
   * all trials. First those that have finished, in the order in which they did (in which `tell` and `add` wrote them,
   * whatever the clocks said): it is a part of the study, since optimizers may depend on it. Then the others, by number.
   */
  pull(): Promise<readonly TrialRecord[]>;

  /**
   * Adds a running trial, or starts the longest waiting one. Nobody else's `ask` runs meanwhile, so that two
   * processes never get the same number or the same suggestion.
   *
   * With leases, it first deals with the running trials whose lease has run out: they wait again (attempt and row kept,
   * reports and startedAt dropped), or are failed if that was the last attempt allowed, with the failure
   * `{ name: 'LostTrialError', message }`. This is kept whatever `propose` returns, and is part of the news.
   *
   * @param propose is given the news (as from `pull`) and the trial to start: a waiting record, or the number of a new
   *   trial. Returns the running record to write, or null to write nothing. Must be synchronous. If it throws, the news
   *   count as taken, nothing else is written, and `ask` rejects with what it threw.
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
   * entry, and everything else is kept already. Without `step`, the next attempt starts: the record's `attempt` is one
   * more than the one kept, and what the trial reported is forgotten. Renews the lease, if there is one.
   *
   * Like `tell` and `release`, it need not write the row, which stays as it was when the trial started.
   *
   * @throws {TrialStateError} see {@link admits}.
   */
  report(record: TrialRecord, step?: number): Promise<void>;

  /**
   * Ends a trial. The first result stands; the very same once more is left as it is.
   *
   * @param unkept steps of its reports that `report` could not keep, since the storage was out of reach: they are kept now.
   *   None by default.
   * @throws {TrialStateError} see {@link admits}.
   */
  tell(record: TrialRecord, unkept?: readonly number[]): Promise<void>;

  /**
   * Puts a running trial back into the queue (the record's state is `waiting`, its row whole, its `attempt` the one that
   * was cut short), to be run again. What it reported is kept if the record has it (the trial was paused), else forgotten; so
   * it is when `ask` starts a trial that waits with reports.
   *
   * @throws {TrialStateError} see {@link admits}.
   */
  release(record: TrialRecord): Promise<void>;

  /** Sets attributes of the study, or of a trial of any state. Those with other names stay, as others may have set them. */
  setAttributes(attributes: { readonly [name: string]: JsonValue }, trial?: number): Promise<void>;

  /**
   * Goes on with a space that has grown: everything that could be tried before still can be. From then on the header has
   * the new space, and records hold rows of it, those of earlier trials with the same values under the same names, and NaN
   * for parameters that they never had (the study fills in defaults). See `translateRows`. Without this method a study
   * keeps the space it was created with.
   *
   * Merely looking changes nothing for others: the space of the study is replaced by the first `ask` or `add`. Other
   * stores that are open then are out of date, unless they were given the very same space: their `pull`, `ask`, `add` and
   * `setSpace` throw (see `spaceHasGrown`); `report`, `tell`, `release` and `beat` go on, so that running trials come to
   * their end.
   *
   * @throws {StudyError} `study_mismatch` when somebody else has replaced the space since this store was opened.
   */
  setSpace?(space: SpaceJSON): Promise<void>;

  /**
   * How often `beat` is to be called, in milliseconds: often enough that a lease survives several lost calls. By default
   * 15,000, with leases of 60,000; both are options of the storage. Undefined without leases: running trials then stay
   * running until somebody tells them. Given if and only if there is `beat`.
   */
  readonly heartbeatMs?: number;

  /**
   * Renews the leases of the trials that this process runs, and asks what others want of it. A trial gets its lease when
   * `ask` starts it, and loses it when it ends. The time is that of the database, never that of a worker.
   *
   * Trials without a lease (those that other programs run) are never put back. `close` leaves leases as they are: they run
   * out.
   *
   * @param running the trials that run here, with their attempts; may be empty.
   */
  beat?(running: readonly Pick<TrialRecord, 'number' | 'attempt'>[]): Promise<Heartbeat>;

  /** Asks something of the workers of the study, wherever they are: they learn of it by `beat`. */
  request?(request: StudyRequest): Promise<void>;

  /**
   * Has `listener` called soon after somebody has made a request, if the storage can: `beat` then need not wait for its
   * time. A shortcut only; lost notifications must not matter.
   *
   * @returns a function that removes the listener.
   */
  onRequest?(listener: () => void): () => void;

  /** Releases what the store holds open. Further calls do nothing. */
  close(): Promise<void>;
}

/** What the workers of a study can be asked. */
export type StudyRequest =
  | {
      /** Every worker ends its run as at the first Ctrl-C: running trials are finished. */
      readonly stop: true;
    }
  | {
      /** The worker that runs this trial prunes it; should the trial be lost first, whoever runs it next does. */
      readonly prune: number;
    };

/** What `beat` finds. */
export interface Heartbeat {
  /** Those of the trials given that are not running in the attempt given any more: their results would be refused. */
  readonly lost: readonly number[];
  /** Those of the trials given that shall be pruned. */
  readonly prune: readonly number[];
  /** How often a stop was requested of the study since it was created: a run ends when this grows while it runs. */
  readonly stops: number;
  /** How many running trials besides those given have a lease, run out or not: somebody runs them, or they will be lost. */
  readonly others: number;
}
