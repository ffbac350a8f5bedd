import {
  InvalidArgumentError,
  InvalidParameterError,
  InvalidResultError,
  NoBestTrialError,
  TrialStateError,
  UnsupportedError,
} from '../errors.ts';
import { paretoFront } from '../analysis/pareto.ts';
import { isJsonObject, isJsonValue, show, type JsonValue } from '../json.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { createRandom } from '../math/random.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { plural } from '../plural.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { Direction } from './direction.ts';
import { explain } from './explain.ts';
import { checkListener, Emitter, type Listener, type StudyEvents } from './events.ts';
import type { History } from './history.ts';
import type { Objective, ObjectiveResult, Trial } from './objective.ts';
import { optimize, type OptimizeOptions } from './optimize.ts';
import { RunningTrial } from './running-trial.ts';
import { Desk, type StudyParts } from './desk.ts';
import { Ledger } from './ledger.ts';
import { checkOutcome, checkTold, isError, PRUNED_BECAUSE } from './outcome.ts';
import { completeRow } from './proposal.ts';
import type { OptimizeResult } from './run.ts';
import type { StudyProgress } from './stop-rules.ts';
import { recordsToCSV } from './study-csv.ts';
import { recordsOf, studyToJSON, type StudyJSON } from './study-json.ts';
import { viewTrial, type BestTrial, type TrialView } from './trial-view.ts';
import { WARM_START } from './warm-start.ts';

/** A part of a configuration: what is left out is filled in. */
export type PartialParams<P> = P extends readonly unknown[]
  ? P
  : P extends object
    ? { [K in keyof P]?: K extends 'type' ? P[K] : PartialParams<P[K]> }
    : P;

/** Options of {@link Study.enqueue}. */
export interface EnqueueOptions {
  /** Kept with the trial. */
  attributes?: { readonly [name: string]: JsonValue };
  /** Do nothing if an equal configuration is in the study already. Default false. */
  skipIfExists?: boolean;
}

/**
 * A search for good configurations, and everything found so far. Made by `createStudy`, `openStudy` or `loadStudy`.
 *
 * @typeParam P the type of a configuration.
 */
export class Study<P = unknown> {
  readonly #parts: StudyParts;
  readonly #ledger: Ledger;
  readonly #desk: Desk<P>;
  readonly #events = new Emitter<StudyEvents>();

  /**
   * Use `createStudy`.
   *
   * @param records the trials that the store holds already, in the order in which it gives them.
   */
  constructor(parts: StudyParts, records: readonly TrialRecord[]) {
    const { space, store, optimizer, isNoisy } = parts;
    const { directions } = store.header;
    optimizer.check?.({ space, directions });
    this.#parts = parts;
    this.#ledger = new Ledger(space, directions, isNoisy);
    this.#desk = new Desk(parts, this.#ledger, this.#events);
    for (const record of records) this.#ledger.learn(record);
    // What `console.log` shows in Node. Not on the prototype: that would keep bundlers from dropping this class.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => this.#summary() });
  }

  /** The name under which the storage keeps it. */
  get name(): string {
    return this.#parts.store.header.name;
  }

  /** The seed of all its random streams. */
  get seed(): number {
    return this.#parts.store.header.seed;
  }

  /** The space that it searches. */
  get space(): SearchSpace {
    return this.#parts.space;
  }

  /** One direction per objective. */
  get directions(): readonly Direction[] {
    return this.#parts.store.header.directions;
  }

  /** What proposes configurations. */
  get optimizer(): Optimizer {
    return this.#parts.optimizer;
  }

  /** What stops hopeless trials. */
  get pruner(): Pruner {
    return this.#parts.pruner;
  }

  /** The study in columns, as optimizers read it. */
  get history(): History {
    return this.#ledger.table;
  }

  /** What the user keeps with the study; see {@link setAttribute}. */
  get attributes(): { readonly [name: string]: JsonValue } {
    return this.#parts.store.header.attributes;
  }

  /** All started trials, in order of their numbers. Those that wait, enqueued or put back into the queue, are left out. */
  get trials(): readonly TrialView<P>[] {
    const views: TrialView<P>[] = [];
    for (let number = 0; number < this.#ledger.table.size; number++) {
      const record = this.#ledger.table.record(number);
      if (record.state !== 'waiting') views.push(viewTrial(this.space, record));
    }
    return views;
  }

  /** How many trials, enqueued or put back into the queue, wait to be run. */
  get waitingCount(): number {
    const { size, running, finished } = this.#ledger.table;
    return size - running.length - finished.length;
  }

  /**
   * The best complete, feasible trial; among equals the first.
   *
   * @throws {NoBestTrialError} when there is none yet.
   * @throws {UnsupportedError} with several objectives: see {@link pareto}.
   */
  get best(): BestTrial<P> {
    if (this.directions.length > 1) {
      throw new UnsupportedError(
        `a study with ${this.directions.length} objectives has no single best trial; read study.pareto`,
      );
    }
    const number = this.#ledger.table.bestOf();
    if (number === undefined) {
      const { counts } = this.#ledger;
      throw new NoBestTrialError(
        `there is no best trial yet: ${plural(counts.complete, 'trial')} complete${counts.complete > 0 ? ' (none of them feasible)' : ''}, ${counts.pruned} pruned, ${counts.failed} failed, ${this.#ledger.table.running.length} running${this.#whyPruned()}`,
      );
    }
    return viewTrial<P>(this.space, this.#ledger.table.record(number)) as BestTrial<P>;
  }

  /** What the first trial that was pruned by its objective said. */
  #whyPruned(): string {
    const { table } = this.#ledger;
    for (const number of table.finished) {
      const { state, attributes } = table.record(number);
      const reason = attributes?.[PRUNED_BECAUSE];
      if (state === 'pruned' && typeof reason === 'string')
        return `. Trial ${number} was pruned because: ${reason}`;
    }
    return '';
  }

  /** The complete, feasible trials that no other one beats in every objective, in order of their numbers. */
  get pareto(): readonly TrialView<P>[] {
    const candidates = this.#ledger.table.finished
      .filter(
        (n) => this.#ledger.table.record(n).state === 'complete' && this.#ledger.table.violations[n] === 0,
      )
      .toSorted((a, b) => a - b);
    const count = this.directions.length;
    const losses = new Float64Array(candidates.length * count);
    for (const [i, trial] of candidates.entries()) {
      for (let objective = 0; objective < count; objective++) {
        losses[i * count + objective] = this.#ledger.table.losses(objective)[trial] as number;
      }
    }
    return Array.from(paretoFront(losses, count), (i) =>
      viewTrial<P>(this.space, this.#ledger.table.record(candidates[i] as number)),
    );
  }

  /** What stop rules look at. */
  get progress(): StudyProgress {
    return this.#ledger.progress;
  }

  /**
   * Calls `listener` whenever `event` happens; see {@link StudyEvents}. What it throws reaches the caller of
   * `optimize`, `ask` or `tell`, after the event was recorded.
   *
   * @returns a function that removes the listener.
   * @throws {InvalidArgumentError} an event that there is not.
   */
  on<K extends keyof StudyEvents<P>>(event: K, listener: Listener<StudyEvents<P>[K]>): () => void {
    checkListener(event, listener);
    return this.#events.on(event, listener as Listener<StudyEvents[K]>);
  }

  /**
   * Puts a configuration in the queue: it is run before anything the optimizer proposes. Parameters left out take their
   * declared default, else a random value.
   *
   * @throws {InvalidParameterError} an unknown name (the message lists the valid ones), a value outside its domain, a
   *   whole configuration that violates a `where`.
   */
  async enqueue(params: PartialParams<P>, options: EnqueueOptions = {}): Promise<void> {
    checkOptions('enqueue', options, ['attributes', 'skipIfExists']);
    checkAttributes('enqueue', options.attributes);
    const { space } = this;
    if (typeof params !== 'object' || params === null) {
      throw new InvalidParameterError(`enqueue: expected an object of parameters, not ${show(params)}`);
    }
    const partial = space.encode(params, { partial: true });
    if (options.skipIfExists === true) {
      // Many machines may run this very line.
      await this.refresh();
      if (this.#ledger.hasMatch(partial)) return;
    }
    const row = completeRow(space, partial, createRandom(this.seed, this.history.size, ENQUEUED));
    if (row === undefined || !space.allows(row)) {
      throw new InvalidParameterError(
        `enqueue: ${show(params)} violates a constraint (where) of the search space${row === undefined ? ', however it is completed' : ''}`,
      );
    }
    await this.#desk.add({
      state: 'waiting',
      row,
      attempt: 0,
      ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
    });
  }

  /**
   * The next trial to run, or the next `count` trials, for those who run trials themselves; end each with {@link tell}.
   * Fewer than `count` when no more configurations of a finite space are left.
   *
   * @throws {UnsupportedError} when every configuration of a finite space has been tried.
   */
  ask(): Promise<Trial<P>>;
  ask(count: number): Promise<Trial<P>[]>;
  async ask(count?: number): Promise<Trial<P> | Trial<P>[]> {
    if (count === undefined) {
      const trial = await this.#askOrThrow();
      this.#events.throwError();
      return trial;
    }
    checkNumber('ask', 'count', count, { min: 1, integer: true });
    const trials: Trial<P>[] = [];
    while (trials.length < count) {
      const trial = trials.length === 0 ? await this.#askOrThrow() : await this.#desk.next();
      if (trial === null) break;
      trials.push(trial);
    }
    this.#events.throwError();
    return trials;
  }

  /**
   * Ends a trial.
   *
   * @param trial what `ask` returned, or its number.
   * @param result what an objective would return; an `Error` for a trial that failed, a `TrialPruned` for one that was
   *   pruned. A result with NaN fails the trial, as it does when an objective returns it.
   * @returns the finished trial.
   * @throws {InvalidArgumentError} an ill-formed result: nothing, a text, too many values, ... The trial is still running.
   * @throws {TrialStateError} an unknown trial, or one that was told before.
   */
  tell(trial: Trial<P> | number, result: ObjectiveResult | Error): Promise<TrialView<P>>;
  /** Ends several trials, one after the other: those before one that is refused have ended. */
  tell(
    results: readonly (readonly [trial: Trial<P> | number, result: ObjectiveResult | Error])[],
  ): Promise<TrialView<P>[]>;
  async tell(
    trial: Trial<P> | number | readonly (readonly [Trial<P> | number, ObjectiveResult | Error])[],
    result?: ObjectiveResult | Error,
  ): Promise<TrialView<P> | TrialView<P>[]> {
    if (!Array.isArray(trial))
      return this.#tell(trial as Trial<P> | number, result as ObjectiveResult | Error);
    const views: TrialView<P>[] = [];
    for (const [one, itsResult] of trial as readonly (readonly [
      Trial<P> | number,
      ObjectiveResult | Error,
    ])[]) {
      views.push(await this.#tell(one, itsResult));
    }
    return views;
  }

  /**
   * Adds a complete trial that was run elsewhere.
   *
   * @throws {InvalidParameterError} params that are none of the space.
   * @throws {InvalidResultError} an ill-formed result, or an error.
   */
  async addTrial(
    params: P,
    result: ObjectiveResult,
    options: { attributes?: { readonly [name: string]: JsonValue } } = {},
  ): Promise<TrialView<P>> {
    checkOptions('addTrial', options, ['attributes']);
    checkAttributes('addTrial', options.attributes);
    const row = this.space.encode(params);
    if (isError(result)) {
      throw new InvalidResultError(
        `addTrial was given an error (${result.message}), and adds complete trials only; to record a failure, tell it of a trial that you asked for`,
      );
    }
    const fields = checkOutcome(result, this.#ledger.table, 'addTrial was given');
    const now = Date.now();
    const record = await this.#desk.add({
      ...fields,
      ...options,
      state: 'complete',
      row,
      attempt: 1,
      by: 'added',
      startedAt: now,
      finishedAt: now,
    });
    return viewTrial(this.space, record);
  }

  /**
   * Runs trials until one of the ends given in `options` is reached, and returns why it ended. What is known by then stays
   * in the study. See {@link OptimizeOptions}.
   *
   * @throws {AllTrialsFailedError} when every trial of the study fails, or the first `maxInitialFailures` of this run do.
   * @throws {InvalidArgumentError} no end given, or an ill-formed option.
   */
  optimize(objective: Objective<P>, options: OptimizeOptions): Promise<OptimizeResult> {
    return optimize(this, this.#desk, objective, options);
  }

  /**
   * Who proposed the trials and why, as a text to print: one line for each optimizer and reason.
   *
   * @example 'gaussianProcess: 11 of the trials 0 to 10 (initial design); 4 set a new best'
   */
  explain(): string {
    return explain(this.history);
  }

  /** Keeps a JSON value with the study, under a name. */
  async setAttribute(name: string, value: JsonValue): Promise<void> {
    if (!isJsonValue(value))
      throw new InvalidArgumentError(`setAttribute: ${show(value)} cannot be saved as JSON`);
    if (name === WARM_START && Object.hasOwn(this.attributes, WARM_START)) {
      throw new InvalidArgumentError(
        `setAttribute: '${WARM_START}' holds what this study was started from, which its suggestions depend on; choose another name`,
      );
    }
    await this.#parts.store.setAttributes({ [name]: value });
  }

  /** Learns what other processes have added to a shared study. */
  async refresh(): Promise<void> {
    await this.#desk.refresh();
  }

  /** Everything, as plain data for `JSON.stringify`; `loadStudy` reads it. */
  toJSON(): StudyJSON {
    return studyToJSON(this.#parts.store.header, this.space, this.#ledger.table, this.#desk.unsaved);
  }

  /** The trials as JSON lines: one line for each, as in `toJSON().trials`, in order of their numbers. */
  toJSONL(): string {
    return this.toJSON()
      .trials.map((trial) => `${JSON.stringify(trial)}\n`)
      .join('');
  }

  /**
   * The trials as a table (RFC 4180), one line for each and one for the names of the columns: `number`, `state`, `value` (or
   * `values_0`, ...), `params_...`, `metrics_...`, `constraints_...`, `attributes_...`, `datetime_start`, ... Times are UTC,
   * `duration` is in seconds; lists and objects are JSON. Safe to open in a spreadsheet: text that would be a
   * formula there begins with an apostrophe.
   */
  toCSV(): string {
    const records = recordsOf(this.#ledger.table, this.#desk.unsaved);
    return recordsToCSV(this.space, this.directions.length, records);
  }

  #summary(): object {
    const number = this.directions.length === 1 ? this.#ledger.table.bestOf() : undefined;
    return {
      study: this.name,
      directions: this.directions,
      ...this.#ledger.counts,
      running: this.history.running.length,
      waiting: this.waitingCount,
      ...(number === undefined ? {} : { best: viewTrial(this.space, this.history.record(number)) }),
    };
  }

  /**
   * Asks every worker of the study, in this process and elsewhere, to end its `optimize` as at the first Ctrl-C: running
   * trials are finished. Others hear of it within a heartbeat of the storage; those that share nothing but memory do not.
   */
  requestStop(): Promise<void> {
    return this.#desk.pulse.requestStop();
  }

  /**
   * Prunes a running trial, in whichever process it runs: its `signal` is aborted, and it ends as pruned with its last
   * reported value. Another process hears of it within a heartbeat of the storage.
   *
   * @throws {TrialStateError} when the trial is not running.
   * @throws {UnsupportedError} when it runs elsewhere and the storage has no way to say so.
   */
  requestPrune(number: number): Promise<void> {
    return this.#desk.requestPrune(number);
  }

  /** Releases what the storage holds open. The study must not be used afterwards. */
  async close(): Promise<void> {
    this.#desk.pulse.stop();
    await this.#parts.store.close();
  }

  async #askOrThrow(): Promise<Trial<P>> {
    const trial = await this.#desk.next();
    if (trial !== null) return trial;
    throw new UnsupportedError(
      `nothing is left to try: the optimizer '${this.optimizer.name}' has proposed all it can (${plural(this.history.size, 'trial')}); declare the study noisy to repeat configurations`,
    );
  }

  async #tell(trial: Trial<P> | number, result: ObjectiveResult | Error): Promise<TrialView<P>> {
    const running = this.#desk.find(typeof trial === 'number' ? trial : trial?.number);
    if (trial instanceof RunningTrial && trial !== running) {
      throw new TrialStateError(
        `trial ${trial.number} was asked for by another study, or was started anew since; tell the study that asked for it`,
      );
    }
    if (running.hasEnded && !this.#desk.unsaved.some(({ number }) => number === running.number)) {
      throw new TrialStateError(`trial ${running.number} is being told already; each trial is told once`);
    }
    if (!running.wasPruned) checkTold(result, this.#ledger.table);
    const record = this.#desk.end(running, result);
    await this.#desk.keep(running, record);
    this.#desk.learn(record);
    this.#events.throwError();
    return viewTrial(this.space, record);
  }
}

/** Names the random streams by which enqueued configurations are completed. */
const ENQUEUED = 2;

function checkAttributes(owner: string, attributes: unknown): void {
  if (attributes === undefined || isJsonObject(attributes)) return;
  throw new InvalidArgumentError(
    `${owner}: attributes must be an object that JSON can hold, not ${show(attributes)}`,
  );
}
