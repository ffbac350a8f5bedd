import {
  InvalidArgumentError,
  InvalidParameterError,
  InvalidResultError,
  NoBestTrialError,
  TrialPruned,
  TrialStateError,
  TunableError,
  UnsupportedError,
} from '../errors.ts';
import { paretoFront } from '../analysis/pareto.ts';
import { isJsonValue, show, type JsonValue } from '../json.ts';
import { createRandom, hashIntegers } from '../math/random.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { checkNumber } from '../options.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { StudyStore } from '../storage/storage.ts';
import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import type { Direction } from './direction.ts';
import { Emitter, type Listener, type StudyEvents } from './events.ts';
import { TrialTable, type History } from './history.ts';
import { checkResult, toFailure, type Objective, type ObjectiveResult, type Trial } from './objective.ts';
import { optimize, type OptimizeOptions, type OptimizeResult } from './optimize.ts';
import { completeRow, isWhole, KnownConfigurations, propose } from './proposal.ts';
import { judgedTrial, reportedTrials } from './reported-trials.ts';
import { RunningTrial } from './running-trial.ts';
import type { StudyProgress } from './stop-rules.ts';
import { studyToJSON, type StudyJSON } from './study-json.ts';
import { viewTrial, type BestTrial, type TrialView } from './trial-view.ts';

/** What a study is made of; `createStudy` fills it in. */
export interface StudyParts {
  readonly space: SearchSpace;
  readonly store: StudyStore;
  readonly optimizer: Optimizer;
  readonly pruner: Pruner;
  /** Whether evaluating a configuration twice is worth while. */
  readonly isNoisy: boolean;
}

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
  readonly #table: TrialTable;
  readonly #known: KnownConfigurations;
  readonly #running = new Map<number, RunningTrial<P>>();
  readonly #events = new Emitter<StudyEvents<P>>();
  readonly #improvements: { value: number; finishedCount: number }[] = [];
  #totalCost = 0;
  /** Asks of this study wait for one another; see `#next`. */
  #lastAsk: Promise<unknown> = Promise.resolve();

  /** Use `createStudy`. @param records the trials that the store holds already. */
  constructor(parts: StudyParts, records: readonly TrialRecord[]) {
    const { space, store, optimizer, isNoisy } = parts;
    optimizer.check?.({ space, directions: store.header.directions });
    this.#parts = parts;
    this.#table = new TrialTable(space, store.header.directions);
    this.#known = new KnownConfigurations(space, isNoisy);
    for (const record of records) this.#learn(record);
  }

  /** The name under which the storage keeps it. */
  get name(): string {
    return this.#parts.store.header.name;
  }

  /** The seed of all its random streams. */
  get seed(): number {
    return this.#parts.store.header.seed;
  }

  get space(): SearchSpace {
    return this.#parts.space;
  }

  /** One direction per objective. */
  get directions(): readonly Direction[] {
    return this.#parts.store.header.directions;
  }

  get optimizer(): Optimizer {
    return this.#parts.optimizer;
  }

  get pruner(): Pruner {
    return this.#parts.pruner;
  }

  /** The study in columns, as optimizers read it. */
  get history(): History {
    return this.#table;
  }

  /** What the user keeps with the study; see {@link setAttribute}. */
  get attributes(): { readonly [name: string]: JsonValue } {
    return this.#parts.store.header.attributes;
  }

  /** All started trials, in order of their numbers. Enqueued ones that wait are left out. */
  get trials(): readonly TrialView<P>[] {
    const views: TrialView<P>[] = [];
    for (let number = 0; number < this.#table.size; number++) {
      const record = this.#table.record(number);
      if (record.state !== 'waiting') views.push(viewTrial(this.space, record));
    }
    return views;
  }

  /** How many enqueued trials wait to be run. */
  get waitingCount(): number {
    const { size, running, finished } = this.#table;
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
    const number = this.#table.bestOf();
    if (number === undefined) {
      const counts = this.#countStates();
      throw new NoBestTrialError(
        `there is no best trial yet: ${counts.complete} trials are complete${counts.complete > 0 ? ' (none of them feasible)' : ''}, ${counts.pruned} pruned, ${counts.failed} failed, ${this.#table.running.length} running`,
      );
    }
    return viewTrial<P>(this.space, this.#table.record(number)) as BestTrial<P>;
  }

  /** The complete, feasible trials that no other one beats in every objective, in order of their numbers. */
  get pareto(): readonly TrialView<P>[] {
    const candidates = this.#table.finished
      .filter((n) => this.#table.record(n).state === 'complete' && this.#table.violations[n] === 0)
      .toSorted((a, b) => a - b);
    const count = this.directions.length;
    const losses = new Float64Array(candidates.length * count);
    for (const [i, trial] of candidates.entries()) {
      for (let objective = 0; objective < count; objective++) {
        losses[i * count + objective] = this.#table.losses(objective)[trial] as number;
      }
    }
    return Array.from(paretoFront(losses, count), (i) =>
      viewTrial<P>(this.space, this.#table.record(candidates[i] as number)),
    );
  }

  /** What stop rules look at. */
  get progress(): StudyProgress {
    return {
      directions: this.directions,
      finishedCount: this.#table.finished.length,
      bestValue: this.#improvements.at(-1)?.value,
      improvements: this.#improvements,
      totalCost: this.#totalCost,
    };
  }

  /**
   * Calls `listener` whenever `event` happens; see {@link StudyEvents}. What it throws reaches the caller of
   * `optimize`, `ask` or `tell`, after the event was recorded.
   *
   * @returns a function that removes the listener.
   */
  on<K extends keyof StudyEvents<P>>(event: K, listener: Listener<StudyEvents<P>[K]>): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Puts a configuration in the queue: it is run before anything the optimizer proposes. Parameters left out take their
   * declared default, else a random value.
   *
   * @throws {InvalidParameterError} an unknown name (the message lists the valid ones), a value outside its domain, a
   *   whole configuration that violates a `where`.
   */
  async enqueue(params: PartialParams<P>, options: EnqueueOptions = {}): Promise<void> {
    const { space, store } = this.#parts;
    const partial = space.encode(params, { partial: true });
    if (isWhole(space, partial) && !space.allows(partial)) {
      throw new InvalidParameterError(
        `enqueue: ${show(params)} violates a constraint (where) of the search space`,
      );
    }
    if (options.skipIfExists === true && this.#hasEqual(partial)) return;
    const record = await store.add({
      state: 'waiting',
      row: partial,
      attempt: 0,
      ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
    });
    await this.#catchUp(record);
  }

  /**
   * The next trial to run, or the next `count` trials, for those who run trials themselves; end each with {@link tell}.
   *
   * @throws {UnsupportedError} when every configuration of a finite space has been tried.
   */
  ask(): Promise<Trial<P>>;
  ask(count: number): Promise<Trial<P>[]>;
  async ask(count?: number): Promise<Trial<P> | Trial<P>[]> {
    if (count === undefined) return this.#askOrThrow();
    checkNumber('ask', 'count', count, { min: 1, integer: true });
    const trials: Trial<P>[] = [];
    for (let i = 0; i < count; i++) trials.push(await this.#askOrThrow());
    return trials;
  }

  /**
   * Ends a trial.
   *
   * @param trial what `ask` returned, or its number.
   * @param result what an objective would return; an `Error` for a trial that failed, a `TrialPruned` for one that was
   *   pruned. An ill-formed result (NaN, nothing, too many values) fails the trial.
   * @returns the finished trial.
   * @throws {TrialStateError} an unknown trial, or one that was told before.
   */
  tell(trial: Trial<P> | number, result: ObjectiveResult | Error): Promise<TrialView<P>>;
  /** Ends several trials. */
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
   * Adds a finished trial that was run elsewhere.
   *
   * @throws {InvalidParameterError} params that are none of the space.
   * @throws {InvalidResultError} an ill-formed result.
   */
  async addTrial(
    params: P,
    result: ObjectiveResult,
    options: { attributes?: { readonly [name: string]: JsonValue } } = {},
  ): Promise<TrialView<P>> {
    const row = this.space.encode(params);
    const outcome = checkResult(result, this.directions.length);
    const now = Date.now();
    const record = await this.#parts.store.add({
      ...outcomeFields(outcome),
      ...options,
      state: 'complete',
      row,
      attempt: 1,
      by: 'added',
      startedAt: now,
      finishedAt: now,
    });
    await this.#catchUp(record);
    return viewTrial(this.space, record);
  }

  /**
   * Runs trials until one of the ends given in `options` is reached, and returns why it ended. What is known by then stays
   * in the study. See {@link OptimizeOptions}.
   *
   * @throws {AllTrialsFailedError} when every trial fails.
   * @throws {InvalidArgumentError} no end given, or an ill-formed option.
   */
  optimize(objective: Objective<P>, options: OptimizeOptions): Promise<OptimizeResult> {
    return optimize(this, this.#control, objective, options);
  }

  /** Keeps a JSON value with the study, under a name. */
  async setAttribute(name: string, value: JsonValue): Promise<void> {
    if (!isJsonValue(value))
      throw new InvalidArgumentError(`setAttribute: ${show(value)} cannot be saved as JSON`);
    await this.#parts.store.setAttributes({ ...this.attributes, [name]: value });
  }

  /** Learns what other processes have added to a shared study. */
  async refresh(): Promise<void> {
    for (const record of await this.#parts.store.pull()) this.#learn(record);
  }

  /** Everything, as plain data for `JSON.stringify`; `loadStudy` reads it. */
  toJSON(): StudyJSON {
    return studyToJSON(this.#parts.store.header, this.space, this.#table);
  }

  /** Releases what the storage holds open. The study must not be used afterwards. */
  async close(): Promise<void> {
    await this.#parts.store.close();
  }

  /** What the optimize loop may do beyond the public surface. */
  readonly #control: StudyControl<P> = {
    next: () => this.#next(),
    end: (trial, result) => this.#end(trial, result),
    keep: (ended) => this.#keep(ended),
    learn: (record) => this.#learnEnd(record),
    retry: (trial, error) => this.#retry(trial, error),
    release: (trial) => this.#release(trial),
    setHorizon: (trial, horizon) => void this.#horizons.set(trial.number, horizon),
  };
  /** With ordered runs: how many finished trials the pruner may look at, by running trial. */
  readonly #horizons = new Map<number, number>();

  async #askOrThrow(): Promise<Trial<P>> {
    const trial = await this.#next();
    if (trial !== null) return trial;
    throw new UnsupportedError(
      `nothing is left to try: the optimizer '${this.optimizer.name}' has proposed all it can (${this.#table.size} trials); declare the study noisy to repeat configurations`,
    );
  }

  /** Starts the next trial; null when nothing is left to try. */
  #next(): Promise<RunningTrial<P> | null> {
    // One at a time: a suggestion must see the trial that the ask before it has started.
    const asked = this.#lastAsk.then(() => this.#startNext());
    this.#lastAsk = asked.catch(() => undefined);
    return asked;
  }

  async #startNext(): Promise<RunningTrial<P> | null> {
    const { store, optimizer, space } = this.#parts;
    const record = await store.ask((news, { number, waiting }) => {
      for (const one of news) this.#learn(one);
      const suggestion =
        waiting === undefined
          ? propose(optimizer, this.#table, this.#known, this.seed, number)
          : {
              row: completeRow(space, waiting.row, createRandom(this.seed, number)),
              by: waiting.by ?? 'enqueued',
            };
      if (suggestion === null) return null;
      return {
        ...waiting,
        ...suggestion,
        number,
        state: 'running',
        attempt: (waiting?.attempt ?? 0) + 1,
        startedAt: Date.now(),
      };
    });
    if (record === null) return null;
    this.#learn(record);
    const trial = this.#run(record);
    this.#events.emit('trialStarted', () => ({ number: trial.number, params: trial.params }));
    return trial;
  }

  #run(record: TrialRecord): RunningTrial<P> {
    const params = this.space.decode(record.row) as P;
    const trial = new RunningTrial<P>(record, params, hashIntegers([this.seed, record.number, 1]), {
      reported: (running) => this.#reported(running as RunningTrial<P>),
    });
    this.#running.set(record.number, trial);
    return trial;
  }

  async #reported(trial: RunningTrial<P>): Promise<boolean> {
    this.#table.upsert(trial.record);
    const { steps, values } = trial.record.reports as { steps: readonly number[]; values: readonly number[] };
    const last = steps.length - 1;
    await this.#parts.store.report(trial.record, last);
    this.#events.emit('trialReported', () => ({
      number: trial.number,
      step: steps[last] as number,
      value: values[last] as number,
    }));
    if (this.directions.length > 1) return false;
    const others = reportedTrials(this.#table, this.seed, trial.number, this.#horizons.get(trial.number));
    return this.pruner.shouldPrune(judgedTrial(this.#table, trial.number), others);
  }

  async #tell(trial: Trial<P> | number, result: ObjectiveResult | Error): Promise<TrialView<P>> {
    const number = typeof trial === 'number' ? trial : trial?.number;
    const running = this.#running.get(number);
    if (running === undefined) throw this.#notRunning(number);
    const record = this.#end(running, result);
    await this.#keep(record);
    this.#learnEnd(record);
    return viewTrial(this.space, record);
  }

  #notRunning(number: unknown): TrialStateError {
    if (!Number.isInteger(number) || (number as number) < 0 || (number as number) >= this.#table.size) {
      return new TrialStateError(
        `trial ${show(number)} is unknown; this study has ${this.#table.size} trials, numbered from 0`,
      );
    }
    const { state } = this.#table.record(number as number);
    return new TrialStateError(
      isFinished(state)
        ? `trial ${show(number)} was told already (it is ${state}); each trial is told once`
        : `trial ${show(number)} is ${state}, and was not started by this study object; only trials that it asked for can be told`,
    );
  }

  /** The final record of a trial with this result. From here on the trial takes no reports and no other result. */
  #end(trial: RunningTrial<P>, result: unknown): TrialRecord {
    trial.end();
    this.#running.delete(trial.number);
    return { ...trial.record, ...this.#outcomeOf(trial, result), finishedAt: Date.now() };
  }

  #outcomeOf(trial: RunningTrial<P>, result: unknown): Partial<TrialRecord> & Pick<TrialRecord, 'state'> {
    if (TrialPruned.isInstance(result)) {
      const { lastValue } = trial;
      const hasValue = lastValue !== undefined && !Number.isNaN(lastValue) && this.directions.length === 1;
      return { state: 'pruned', ...(hasValue ? { values: [lastValue] } : {}) };
    }
    if (result instanceof Error || TunableError.isInstance(result))
      return { state: 'failed', failure: toFailure(result) };
    try {
      return { state: 'complete', ...outcomeFields(checkResult(result, this.directions.length)) };
    } catch (error) {
      if (error instanceof InvalidResultError) return { state: 'failed', failure: toFailure(error) };
      throw error;
    }
  }

  /** Writes a final record to the storage. */
  async #keep(record: TrialRecord): Promise<void> {
    await this.#parts.store.tell(record);
  }

  /** Takes a final record into account, and tells the listeners. */
  #learnEnd(record: TrialRecord): void {
    const best = this.#table.bestOf();
    this.#horizons.delete(record.number);
    this.#learn(record);
    this.#events.emit('trialFinished', () => viewTrial(this.space, record));
    if (this.directions.length === 1 && this.#table.bestOf() !== best)
      this.#events.emit('newBest', () => this.best);
  }

  /** Starts the objective of a failed attempt again. */
  async #retry(trial: RunningTrial<P>, error: unknown): Promise<RunningTrial<P>> {
    trial.end();
    const { reports: _, ...record } = trial.record;
    const again: TrialRecord = { ...record, attempt: trial.attempt + 1 };
    await this.#parts.store.report(again, 0);
    this.#table.upsert(again);
    this.#events.emit('trialRetried', () => ({ number: again.number, attempt: again.attempt, error }));
    return this.#run(again);
  }

  /** Puts a trial that was cut short back into the queue. */
  async #release(trial: RunningTrial<P>): Promise<void> {
    trial.end();
    this.#running.delete(trial.number);
    const { reports: _, startedAt: __, ...record } = trial.record;
    const waiting: TrialRecord = { ...record, state: 'waiting', attempt: trial.attempt - 1 };
    await this.#parts.store.release(waiting);
    this.#table.upsert(waiting);
  }

  async #catchUp(record: TrialRecord): Promise<void> {
    if (record.number > this.#table.size) await this.refresh();
    if (record.number >= this.#table.size || this.#table.record(record.number) !== record)
      this.#learn(record);
  }

  #learn(record: TrialRecord): void {
    const best = this.#table.bestOf();
    const wasFinished =
      record.number < this.#table.size && isFinished(this.#table.record(record.number).state);
    this.#table.upsert(record);
    this.#known.add(record);
    if (wasFinished || !isFinished(record.state)) return;
    const seconds = ((record.finishedAt ?? 0) - (record.startedAt ?? record.finishedAt ?? 0)) / 1000;
    this.#totalCost += record.cost ?? seconds;
    const now = this.#table.bestOf();
    if (this.directions.length === 1 && now !== undefined && now !== best) {
      const [value] = this.#table.record(now).values as readonly number[];
      this.#improvements.push({ value: value as number, finishedCount: this.#table.finished.length });
    }
  }

  #hasEqual(row: Float64Array): boolean {
    const key = this.space.key(row);
    for (let number = 0; number < this.#table.size; number++) {
      if (this.space.key(this.#table.record(number).row) === key) return true;
    }
    return false;
  }

  #countStates(): { complete: number; pruned: number; failed: number } {
    const counts = { complete: 0, pruned: 0, failed: 0 };
    for (const number of this.#table.finished)
      counts[this.#table.record(number).state as keyof typeof counts]++;
    return counts;
  }
}

/** What the optimize loop does to a study. */
export interface StudyControl<P> {
  /** Starts the next trial; null when nothing is left to try. */
  next(): Promise<RunningTrial<P> | null>;
  /** Makes the final record of a trial. */
  end(trial: RunningTrial<P>, result: unknown): TrialRecord;
  /** Writes a final record to the storage. */
  keep(record: TrialRecord): Promise<void>;
  /** Takes a kept record into account. */
  learn(record: TrialRecord): void;
  retry(trial: RunningTrial<P>, error: unknown): Promise<RunningTrial<P>>;
  release(trial: RunningTrial<P>): Promise<void>;
  /** Shows the pruner of this trial only the first `horizon` finished trials. */
  setHorizon(trial: RunningTrial<P>, horizon: number): void;
}

function outcomeFields(outcome: ReturnType<typeof checkResult>): Partial<TrialRecord> {
  const { value: _, ...fields } = outcome;
  return fields;
}
