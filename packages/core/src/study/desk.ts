import {
  InvalidParameterError,
  StorageError,
  StudyError,
  TrialPruned,
  TrialStateError,
  TunableError,
  UnsupportedError,
} from '../errors.ts';
import { show } from '../json.ts';
import { createRandom, hashIntegers } from '../math/random.ts';
import type { EarlierStudy, Optimizer } from '../optimizer/optimizer.ts';
import { isPruned } from '../pruner/is-pruned.ts';
import type { Pruner, ReportedTrials } from '../pruner/pruner.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Heartbeat, StudyStore } from '../storage/storage.ts';
import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import type { Emitter, StudyEvents } from './events.ts';
import { earlierStudies } from './earlier-studies.ts';
import type { Ledger } from './ledger.ts';
import { outcomeOf } from './outcome.ts';
import { completeRow, propose } from './proposal.ts';
import { Pulse } from './pulse.ts';
import { EXEMPT, reportedTrials } from './reported-trials.ts';
import type { CheckedReport } from './reports.ts';
import { Lessons } from './lessons.ts';
import { RunningTrial, type PauseEnd } from './running-trial.ts';
import { trialIdPrefix } from './trial-id.ts';
import { viewTrial, type BestTrial } from './trial-view.ts';
import { savedResults } from './warm-start.ts';

/** What a study works with. */
export interface StudyParts {
  readonly space: SearchSpace;
  readonly store: StudyStore;
  readonly optimizer: Optimizer;
  readonly pruner: Pruner;
  /** Whether evaluating a configuration twice is worth while. */
  readonly isNoisy: boolean;
}

/** Starts, judges and ends the trials of a study: the steps that `ask`, `tell` and `optimize` are made of. */
export class Desk<P> {
  readonly #parts: StudyParts;
  readonly #ledger: Ledger;
  /** What optimizers learn from earlier studies. */
  readonly #earlier: readonly EarlierStudy[];
  /** What they learn from this one. */
  readonly #lessons: Lessons;
  readonly #events: Emitter<StudyEvents>;
  /** Trials that run here, until their results are kept. */
  readonly #running = new Map<number, RunningTrial<P>>();
  /** The link to the other workers of the study. */
  readonly pulse: Pulse;
  readonly #idPrefix: string;
  /** Results that the storage could not take yet. */
  readonly #unsaved = new Map<RunningTrial<P>, TrialRecord>();
  /** Results that the storage is being told. */
  readonly #telling = new Map<RunningTrial<P>, TrialRecord>();
  /** Final records that were taken into account: of two attempts to save one, both may succeed. */
  readonly #learnt = new WeakSet<TrialRecord>();
  /** With ordered runs: how many finished trials the pruner may look at, by running trial. */
  readonly #horizons = new Map<number, number>();
  /** The first that the pruner has warned of; cleared when a run begins. */
  warning: string | undefined;
  /** The last addition of a trial; see `#inTurn`. */
  #lastAddition: Promise<unknown> = Promise.resolve();

  constructor(parts: StudyParts, ledger: Ledger, events: Emitter<StudyEvents>) {
    this.#parts = parts;
    this.#earlier = earlierStudies(savedResults(parts.store.header.attributes), parts.space);
    this.#ledger = ledger;
    this.#lessons = new Lessons(ledger.table, parts.pruner, parts.store.header.seed);
    this.#events = events;
    this.#idPrefix = trialIdPrefix(parts.store.header.name);
    this.pulse = new Pulse(parts.store, this.#running, this.#heard, (message) =>
      events.emit('warning', () => ({ message })),
    );
  }

  /**
   * Starts the next trial; null when nothing is left to try.
   *
   * @param isEnough asked when it is known what others have started: whether to start none.
   * @param canRestore whether one that an earlier run has put back while it was paused may be taken up so, with its
   *   reports. If not, it begins anew.
   */
  next(isEnough: () => boolean = () => false, canRestore = false): Promise<RunningTrial<P> | null> {
    return this.#inTurn(async () => {
      this.#checkSpace();
      if (this.#unsaved.size > 0) await this.flush();
      await this.pulse.catchUp();
      return this.#startNext(isEnough, canRestore);
    });
  }

  /** Prunes a running trial, in whichever process it runs. */
  async requestPrune(number: number): Promise<void> {
    const mine = this.#running.get(number);
    if (mine !== undefined && !mine.hasEnded) return mine.prune(requestedPruning(number));
    await this.refresh();
    this.#check(number);
    const { store } = this.#parts;
    if (store.request === undefined) {
      throw new UnsupportedError(
        `trial ${number} was asked for by another study, which this storage cannot reach; call requestPrune there`,
      );
    }
    await store.request({ prune: number });
  }

  /** Learns what others have done. */
  async refresh(): Promise<void> {
    await this.flush();
    for (const record of await this.#parts.store.pull()) this.#ledger.learn(record);
  }

  /** @param reply what is to become of trials that run here. */
  readonly #heard = ({ lost, prune }: Heartbeat, asked: readonly RunningTrial[]): void => {
    for (const trial of asked as readonly RunningTrial<P>[]) {
      const { number, attempt, hasEnded } = trial;
      // What has ended meanwhile will be told, and the answer to that counts.
      if (hasEnded || this.#running.get(number) !== trial) continue;
      if (lost.includes(number)) {
        this.lose(
          trial,
          `attempt ${attempt} at trial ${number} is not waited for any more: its lease ran out, or somebody else has ended it`,
        );
      } else if (prune.includes(number)) trial.prune(requestedPruning(number));
    }
  };

  /** Gives up an attempt that the storage refuses. */
  lose(trial: RunningTrial<P>, message: string): void {
    if (trial.isLost) return;
    const { number, attempt } = trial;
    trial.lose(new TrialStateError(message, 'stale_trial'));
    this.#forget(trial);
    this.#events.emit('trialLost', () => ({ number, attempt, message }));
  }

  /** Adds a waiting or finished trial. */
  add(record: Omit<TrialRecord, 'number'>): Promise<TrialRecord> {
    return this.#inTurn(async () => {
      this.#checkSpace();
      const added = await this.#parts.store.add(record);
      // Others may have added trials before this one.
      if (added.number > this.#ledger.table.size) await this.refresh();
      this.#ledger.learn(added);
      return added;
    });
  }

  /** @throws {StudyError} `study_mismatch` when the space was to be inferred from trials, and there were none. */
  #checkSpace(): void {
    const { name, isSpaceInferred, space } = this.#parts.store.header;
    if (isSpaceInferred !== true || Object.keys(space.shape).length > 0) return;
    throw new StudyError(
      'study_mismatch',
      `the study '${name}', which another program made, had no parameters yet to tell its space from when it was opened; declare it: openStudy({ name, storage, space })`,
    );
  }

  /** Throws what a listener has thrown since the last call, if anything. */
  throwListenerError(): void {
    this.#events.throwError();
  }

  /** Additions wait for one another: a suggestion must see the trial before it, and numbers must be learnt in order. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastAddition.then(work);
    this.#lastAddition = result.catch(() => undefined);
    return result;
  }

  /**
   * The running trial with this number, also one that another process has started.
   *
   * @throws {TrialStateError} when there is none.
   */
  find(number: unknown): RunningTrial<P> {
    return this.#running.get(number as number) ?? this.#run(this.#check(number));
  }

  /** The record of a running trial. */
  #check(number: unknown): TrialRecord {
    const { table } = this.#ledger;
    const isKnown = Number.isInteger(number) && (number as number) >= 0 && (number as number) < table.size;
    if (!isKnown) {
      throw new TrialStateError(
        `trial ${show(number)} is unknown; this study has ${table.size} trials, numbered from 0`,
      );
    }
    const record = table.record(number as number);
    if (record.state === 'running') return record;
    throw new TrialStateError(
      isFinished(record.state)
        ? `trial ${record.number} was told already (it is ${record.state}); each trial is told once`
        : `trial ${record.number} is waiting and was not started; get it from ask`,
    );
  }

  /** Shows the pruner of this trial only the first `horizon` finished trials. */
  setHorizon(trial: RunningTrial<P>, horizon: number): void {
    this.#horizons.set(trial.number, horizon);
  }

  /** Ends the pause of a trial. */
  endPause({ number, pause }: RunningTrial<P>, end: PauseEnd): void {
    if (end === 'continue') this.#events.emit('trialPromoted', () => ({ number }));
    pause?.settle(end);
  }

  /** Which of the paused trials shall go on; see `Pruner.promote`. */
  promoted(paused: readonly number[], isLast: boolean): number | undefined {
    return this.#parts.pruner.promote?.(paused, this.#reports(), isLast);
  }

  /** The one of these trials that came least far, and of several the one with the worst last report. */
  leastPromising(trials: readonly number[]): number {
    const others = this.#reports();
    const standing = trials.map((trial) => {
      const { steps, losses } = others.of(trial);
      const loss = losses.at(-1) ?? Infinity;
      return { trial, step: steps.at(-1) ?? -1, loss: Number.isNaN(loss) ? Infinity : loss };
    });
    standing.sort((a, b) => a.step - b.step || (a.loss === b.loss ? a.trial - b.trial : b.loss - a.loss));
    return (standing[0] as { trial: number }).trial;
  }

  #reports(): ReportedTrials {
    return reportedTrials(this.#ledger.table, this.#parts.store.header.seed, -1, undefined);
  }

  /**
   * The final record of a trial.
   *
   * @param result what the objective returned; an error if it failed; a `TrialPruned`. From here on the trial takes no
   *   reports.
   */
  end(trial: RunningTrial<P>, result: unknown): TrialRecord {
    trial.end();
    const { record } = trial;
    const outcome = outcomeOf(trial, result, this.#ledger.table);
    const ended: TrialRecord = { ...record, ...outcome, finishedAt: Date.now() };
    if (record.attributes === undefined || outcome.attributes === undefined) return ended;
    return { ...ended, attributes: { ...record.attributes, ...outcome.attributes } };
  }

  /**
   * Writes the final record of a trial to the storage.
   *
   * @throws {StorageError} when the storage cannot be reached: the record is kept here, to be written later.
   */
  async keep(trial: RunningTrial<P>, record: TrialRecord): Promise<void> {
    this.#telling.set(trial, record);
    try {
      await this.#parts.store.tell(record, trial.unkept);
    } catch (error) {
      if (!isStorageError(error)) {
        this.#forget(trial);
        throw error;
      }
      this.#unsaved.set(trial, record);
      throw new StorageError(
        `the result of trial ${record.number} could not be saved: ${error.message}. It is in \`unsaved\` of this error and in study.toJSON(), and is saved when the study is used again (optimize, ask, refresh)`,
        { cause: error, unsaved: this.unsaved },
      );
    } finally {
      this.#telling.delete(trial);
    }
    this.#forget(trial);
  }

  /** Waits no longer for the storage: counts the results that it is being told as unsaved, and gives all that are. */
  abandon(): readonly TrialRecord[] {
    for (const [trial, record] of this.#telling) this.#unsaved.set(trial, record);
    return this.unsaved;
  }

  /** Final records that the storage could not take yet. */
  get unsaved(): readonly TrialRecord[] {
    return [...this.#unsaved.values()];
  }

  /** Writes what the storage could not take before. */
  async flush(): Promise<void> {
    for (const [trial, record] of this.#unsaved) {
      try {
        await this.keep(trial, record);
        this.learn(record);
      } catch (error) {
        if (!(error instanceof TrialStateError)) throw error;
        this.lose(trial, error.message);
      }
    }
  }

  /** Takes a final record into account, and tells the listeners. */
  learn(record: TrialRecord): void {
    if (this.#learnt.has(record)) return;
    this.#learnt.add(record);
    const { table } = this.#ledger;
    const best = table.bestOf();
    this.#ledger.learn(record);
    this.#events.emit('trialFinished', () => viewTrial(table.space, record));
    if (table.directions.length === 1 && table.bestOf() !== best) {
      this.#events.emit('newBest', () => viewTrial(table.space, record) as BestTrial);
    }
    if (record.state === 'complete') this.#warn();
  }

  /** Passes on the pruner's warning, if it has one. */
  #warn(): void {
    if (this.warning !== undefined) return;
    const message = this.#parts.pruner.warning?.(this.#reports());
    if (message === undefined) return;
    this.warning = message;
    this.#events.emit('warning', () => ({ message }));
  }

  /** Starts the objective of a failed attempt again. */
  async retry(trial: RunningTrial<P>, error: unknown): Promise<RunningTrial<P>> {
    const { number, attempt } = trial;
    const { reports: _, ...record } = trial.record;
    const again: TrialRecord = { ...record, attempt: attempt + 1 };
    try {
      // If this one was lost, somebody else may have begun an attempt of the same number.
      await this.pulse.beat();
      if (trial.isLost)
        throw new TrialStateError(`attempt ${attempt} at trial ${number} was lost`, 'stale_trial');
      trial.end();
      await this.#parts.store.report(again);
    } catch (failure) {
      // Nobody runs it any more: its lease shall run out.
      this.#forget(trial);
      throw failure;
    }
    this.#ledger.learn(again);
    this.#events.emit('trialRetried', () => ({ number: again.number, attempt: again.attempt, error }));
    const next = this.#run(again);
    next.onPause = trial.onPause;
    return next;
  }

  /** Puts a trial that was cut short back into the queue; one that is paused with its reports, to be paused again. */
  async release(trial: RunningTrial<P>, isPaused: boolean): Promise<void> {
    this.#forget(trial);
    const { reports, startedAt: _, ...record } = trial.record;
    const waiting: TrialRecord = { ...record, ...(isPaused && reports && { reports }), state: 'waiting' };
    await this.#parts.store.release(waiting);
    this.#ledger.learn(waiting);
  }

  #forget(trial: RunningTrial<P>): void {
    trial.end();
    this.#unsaved.delete(trial);
    // Its number may stand for a newer attempt by now.
    if (this.#running.get(trial.number) !== trial) return;
    this.#running.delete(trial.number);
    this.#horizons.delete(trial.number);
  }

  async #startNext(isEnough: () => boolean, canRestore: boolean): Promise<RunningTrial<P> | null> {
    const record = await this.#parts.store.ask((news, { number, waiting }) => {
      for (const one of news) this.#ledger.learn(one);
      if (isEnough()) return null;
      return waiting === undefined ? this.#propose(number) : this.#startWaiting(waiting, canRestore);
    });
    if (record === null) return null;
    this.#ledger.learn(record);
    const before = this.#running.get(record.number);
    if (before !== undefined)
      this.lose(before, `trial ${record.number} was lost: its lease ran out, and it is run again`);
    const trial = this.#run(record);
    if (record.reports !== undefined) {
      trial.restorePause();
      this.#ledger.table.upsert(trial.record);
    }
    const { number, params, attempt } = trial;
    this.#events.emit('trialStarted', () => ({ number, params, attempt }));
    return trial;
  }

  #propose(number: number): TrialRecord | null {
    const { optimizer, store } = this.#parts;
    const { known } = this.#ledger;
    const running = [...this.#running.values()];
    const paused = running.filter(({ pause }) => pause?.isOver === false).map((trial) => trial.number);
    const history = this.#lessons.history(paused);
    const suggestion = propose(optimizer, history, known, store.header.seed, number, this.#earlier);
    if (suggestion === null) return null;
    const { row, by = optimizer.name, why } = suggestion;
    const record: TrialRecord = { number, state: 'running', row, by, attempt: 1, startedAt: Date.now() };
    return why === undefined ? record : { ...record, why };
  }

  #startWaiting(released: TrialRecord, canRestore: boolean): TrialRecord {
    const { reports: _, ...rest } = released;
    const waiting = canRestore ? released : rest;
    const { space, store } = this.#parts;
    const row = completeRow(space, waiting.row, createRandom(store.header.seed, waiting.number));
    if (row === undefined) {
      throw new InvalidParameterError(
        `the enqueued trial ${waiting.number} cannot be completed: the constraints (where) of the search space allow no way`,
      );
    }
    return {
      ...waiting,
      state: 'running',
      row,
      by: waiting.by ?? 'enqueued',
      attempt: waiting.attempt + 1,
      startedAt: Date.now(),
    };
  }

  #run(record: TrialRecord): RunningTrial<P> {
    const { space, store } = this.#parts;
    const seed = hashIntegers([store.header.seed, record.number, 1]);
    const params = space.decode(record.row) as P;
    const objectives = store.header.directions.length;
    const id = `${this.#idPrefix}${record.number}`;
    const trial = new RunningTrial<P>(record, params, seed, id, objectives, this.#reported);
    this.#running.set(record.number, trial);
    this.pulse.start();
    return trial;
  }

  /** Keeps the newest report of a trial. Resolves to whether the trial should be pruned. */
  readonly #reported = async (trial: RunningTrial, step: number, report: CheckedReport): Promise<boolean> => {
    const { number, record } = trial;
    const { pruner, store } = this.#parts;
    const { table } = this.#ledger;
    table.upsert(record);
    await store.report(record, step).catch((error: unknown) => {
      if (!isStorageError(error)) throw error;
      // The objective has better things to do than to wait for a storage: the result will bring the report along.
      (trial.unkept ??= []).push(step);
      const message = `trial ${number}, step ${step}: the report could not be saved yet: ${error.message}`;
      this.#events.emit('warning', () => ({ message }));
    });
    const { value, values, metrics } = report;
    this.#events.emit('trialReported', () => ({ number, step, value, values, metrics }));
    const others = reportedTrials(table, store.header.seed, number, this.#horizons.get(number));
    const judged = { number, step, ...others.of(number) };
    if (pruner.judge === undefined || table.directions.length > 1) return isPruned(pruner, judged, others);
    // A report without a value of the objective.
    if (judged.steps.at(-1) !== step) return false;
    const { onPause } = trial;
    const verdict = pruner.judge(judged, others, onPause !== undefined);
    if (verdict === 'exempt') this.#exempt(trial);
    if (verdict !== 'pause' || onPause === undefined) return verdict === 'prune' || verdict === 'pause';
    const goesOn = trial.startPause();
    onPause();
    if (trial.pause?.isOver === false) this.#events.emit('trialPaused', () => ({ number, step }));
    return trial.leavesToPause || !(await goesOn);
  };

  #exempt(trial: RunningTrial): void {
    const { record } = trial;
    if (record.attributes?.[EXEMPT] === true) return;
    trial.record = { ...record, attributes: { ...record.attributes, [EXEMPT]: true } };
    this.#ledger.table.upsert(trial.record);
  }
}

function requestedPruning(number: number): TrialPruned {
  return new TrialPruned(`trial ${number} was pruned on request`);
}

function isStorageError(error: unknown): error is TunableError {
  return TunableError.isInstance(error) && error.code === 'storage';
}
