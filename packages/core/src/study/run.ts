import {
  AllTrialsFailedError,
  InvalidResultError,
  StorageError,
  TrialPruned,
  TrialStateError,
} from '../errors.ts';
import { plural } from '../plural.ts';
import type { TrialFailure, TrialRecord } from '../storage/trial-record.ts';
import { attempt, FailedAttempt, isStale, RELEASED, timeOut } from './attempt.ts';
import type { Desk } from './desk.ts';
import type { Objective } from './objective.ts';
import type { PauseEnd, RunningTrial } from './running-trial.ts';
import type { StopRule, StudyProgress } from './stop-rules.ts';
import { Stopwatch } from './stopwatch.ts';
import type { Study } from './study.ts';

/** Why a run ended. */
export interface OptimizeResult {
  /**
   * - `trials`, `timeout`: that option's end was reached.
   * - `rule`: a stop rule fired; `detail` says which and why.
   * - `exhausted`: nothing is left to try.
   * - `interrupted`: Ctrl-C or SIGTERM. `aborted`: the signal. `stopped`: `study.requestStop()`, here or in another process.
   */
  readonly reason: 'trials' | 'timeout' | 'rule' | 'exhausted' | 'interrupted' | 'aborted' | 'stopped';
  /** The same as a sentence, with how many trials failed and why, if any did. */
  readonly detail: string;
  /** How many trials this run finished. */
  readonly finished: number;
  /** How many of them failed. */
  readonly failed: number;
  /** How many of them were pruned. */
  readonly pruned: number;
  /** What the user should know, such as that most trials failed, or that the pruner found early values to mislead. Usually empty. */
  readonly warnings: readonly string[];
}

/** Options with their defaults. */
export interface RunOptions {
  readonly trials: number;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly trialTimeoutMs: number;
  readonly retries: number;
  readonly rules: readonly StopRule[];
  /** How many trials may be started and not yet taken into account; 0 when results count as they come. */
  readonly lag: number;
  readonly stopOnFailure: boolean;
  readonly maxInitialFailures: number;
  /** How many trials may be paused; 0 when the pruner stops trials instead. */
  readonly maxPaused: number;
}

/** How long an aborted run waits for its storage, in milliseconds. */
const GRACE_MS = 3000;

/** One call of `optimize`. */
export class Run<P = unknown> {
  readonly options: RunOptions;
  readonly startedAt: number = Date.now();
  /** How many trials this run has finished. */
  finished = 0;
  #failed = 0;
  #pruned = 0;
  /** How many paused trials were put back. */
  #released = 0;
  #firstFailure: TrialFailure = { name: 'Error', message: '' };
  readonly #study: Study<P>;
  readonly #desk: Desk<P>;
  readonly #objective: Objective<P>;
  readonly #active = new Set<Slot<P>>();
  /** Slots whose trials wait in a pending report, by trial. */
  readonly #paused = new Map<number, Slot<P>>();
  readonly #warnings: string[] = [];
  /** Ends the wait of the loop for something to happen. */
  #wake: () => void = () => {};
  /** Ordered runs: ended trials in the order of starting, until they are taken into account; null if put back. */
  readonly #ended: Promise<TrialRecord | null>[] = [];
  #applied = 0;
  /** How long to wait for others the next time; short at first, as most soon end. */
  #nextPollMs = 20;
  #end: { reason: OptimizeResult['reason']; detail: string } | undefined;
  #isAborting = false;
  /** Ends the run without the storage. */
  #leave: () => void = () => {};
  /** After an abort: how long the storage may still take. */
  #grace: ReturnType<typeof setTimeout> | undefined;
  /** Whether nothing runs here, and trials of others are waited for. */
  isWaiting = false;
  #error: { error: unknown } | undefined;

  constructor(study: Study<P>, desk: Desk<P>, objective: Objective<P>, options: RunOptions) {
    this.#study = study;
    this.#desk = desk;
    this.#objective = objective;
    this.options = options;
  }

  async go(): Promise<OptimizeResult> {
    const left = new Promise<OptimizeResult>((resolve) => {
      this.#leave = () => resolve(this.#abandon());
    });
    try {
      return await Promise.race([this.#work(), left]);
    } finally {
      clearTimeout(this.#grace);
    }
  }

  /** After an abort: what the storage has not taken by now, it takes or refuses in its own time. */
  async #abandon(): Promise<OptimizeResult> {
    const unsaved = this.#desk.abandon();
    if (unsaved.length > 0) {
      throw new StorageError(
        `the run was aborted while the storage did not answer: ${plural(unsaved.length, 'result')} could not be saved: in \`unsaved\` of this error and in study.toJSON(), and saved when the study is used again (optimize, ask, refresh)`,
        { unsaved },
      );
    }
    if (this.#error !== undefined) throw this.#error.error;
    this.#warnings.push(
      'the run was aborted while the storage did not answer: its trials are run again when their leases have run out',
    );
    return this.#result();
  }

  async #work(): Promise<OptimizeResult> {
    this.#desk.warning = undefined;
    await this.#desk.flush();
    const unlisten = await this.#desk.pulse.onStop(() => this.#requestStop());
    try {
      return await this.#go();
    } finally {
      unlisten();
    }
  }

  async #go(): Promise<OptimizeResult> {
    try {
      this.#checkEnds();
      while (!this.#isOver && (await this.#step())) this.#checkEnds();
    } catch (error) {
      this.#fail(error);
    }
    this.#endPauses();
    await Promise.all(Array.from(this.#active, (slot) => slot.settled));
    while (this.#applied < this.#ended.length)
      await this.#applyNext().catch((error: unknown) => this.#fail(error));
    if (this.#error !== undefined) throw this.#error.error;
    this.#throwIfAllFailed();
    return this.#result();
  }

  #result(): OptimizeResult {
    this.isWaiting = false;
    const { finished, running } = this.#study.history;
    const { reason, detail } = this.#end as Pick<OptimizeResult, 'reason' | 'detail'>;
    const { warning } = this.#desk;
    if (warning !== undefined) this.#warnings.unshift(warning);
    const details = [detail];
    if (this.isInterrupted) details[0] += ` with ${plural(finished.length, 'trial')} done`;
    else if (reason === 'trials') {
      const trials = plural(this.options.trials, 'trial');
      details[0] =
        this.finished === 0
          ? `the study had its ${trials} already: \`trials\` is a total`
          : `the study has its ${trials}`;
      const elsewhere = running.length;
      if (elsewhere > 0) details.push(`${elsewhere} of them ${elsewhere === 1 ? 'runs' : 'run'} elsewhere`);
    }
    if (this.#released > 0) details.push(`${plural(this.#released, 'paused trial')} left to a later run`);
    if (this.#failed > 0) {
      const failures = `${this.#failed} of this run's ${plural(this.finished, 'trial')} failed, the first with ${this.#cause}`;
      details.push(failures);
      if (this.#failed > this.finished / 2) this.#warnings.push(failures);
    }
    return {
      reason,
      detail: details.join('; '),
      finished: this.finished,
      failed: this.#failed,
      pruned: this.#pruned,
      warnings: this.#warnings,
    };
  }

  /** The first failure in a line. */
  get #cause(): string {
    const { name, message } = this.#firstFailure;
    return `${name}: ${message.split('\n', 1)[0]}`;
  }

  /** Starts, promotes or awaits trials. Resolves to false when nothing is left to do. */
  async #step(): Promise<boolean> {
    const { concurrency, lag } = this.options;
    const isLast = this.#end !== undefined;
    if (lag > 0 && this.#ended.length - this.#applied >= lag) await this.#applyNext();
    else if (this.#active.size >= concurrency) await this.#change();
    else if (this.#promote(isLast)) return true;
    else if (!isLast) {
      if ((await this.#start()) === 'nothing') this.#stop('exhausted', 'nothing is left to try');
    } else if (await this.#takeOver()) return true;
    else if (this.#active.size > 0) await this.#change();
    else return false;
    return true;
  }

  /**
   * When everything is begun: waits for the trials that others run, and takes over those whose worker is lost. Resolves to
   * false when there is nothing to wait for. Without it, trials of the last worker to die would never be run.
   */
  async #takeOver(): Promise<boolean> {
    const { pollMs } = this.#desk.pulse;
    if (pollMs === undefined || this.#isCutShort) return false;
    const waitMs = Math.min(this.#nextPollMs, pollMs, this.startedAt + this.options.timeoutMs - Date.now());
    this.#nextPollMs *= 2;
    // Counted first: what is lost or released after that is found by asking.
    const others = await this.#desk.pulse.othersRunning();
    const isStarted = (await this.#start()) === 'started';
    this.isWaiting = !isStarted && others > 0 && this.#active.size === 0;
    if (isStarted) return true;
    if (others === 0) return this.#hasMoved();
    // Others may be waiting for these: nobody promotes them any more.
    if (this.#active.size === 0) this.#endPauses();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const polled = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    if (!this.#isCutShort) await Promise.race([polled, this.#change()]);
    clearTimeout(timer);
    return true;
  }

  /**
   * Whether there is something to wait for after all: a trial that was back in the queue is not counted, and another may
   * have taken it before this one asked, or put it back since.
   */
  async #hasMoved(): Promise<boolean> {
    const queued = this.#queued;
    if ((await this.#desk.pulse.othersRunning()) > 0) return true;
    await this.#desk.refresh();
    return this.#queued > queued;
  }

  get #queued(): number {
    const { size, finished, running } = this.#study.history;
    return size - finished.length - running.length;
  }

  #requestStop(): void {
    if (!this.#isCutShort) this.#end = { reason: 'stopped', detail: 'a stop was requested' };
    this.#wake();
  }

  /** The first Ctrl-C lets running trials finish, the second aborts them. */
  interrupt(): void {
    if (this.#end?.reason === 'interrupted') this.abort('interrupted', 'interrupted twice');
    else this.#end = { reason: 'interrupted', detail: 'interrupted' };
    this.#wake();
  }

  /** Aborts the running trials and ends the run. */
  abort(reason: 'aborted' | 'interrupted', detail: string): void {
    this.#end ??= { reason, detail };
    this.#isAborting = true;
    this.#grace ??= setTimeout(() => this.#leave(), GRACE_MS);
    for (const { trial } of this.#active) trial.abort(new DOMException(detail, 'AbortError'));
    for (const { trial } of this.#paused.values()) {
      if (!trial.leavesToPause)
        trial.abort(new TrialPruned(`trial ${trial.number} was paused when the run was aborted`));
    }
    this.#endPauses();
    this.#wake();
  }

  /** Whether Ctrl-C was pressed. */
  get isInterrupted(): boolean {
    return this.#end?.reason === 'interrupted';
  }

  /** How many objectives are running. */
  get activeCount(): number {
    return this.#active.size;
  }

  /** Since when the storage has been out of reach, in milliseconds since 1970; undefined while it answers. */
  get awaySince(): number | undefined {
    return this.#desk.pulse.awaySince;
  }

  /** How many trials are paused. */
  get pausedCount(): number {
    return this.#paused.size;
  }

  /** Resolves when a trial ended or was paused, or the run was interrupted. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /**
   * Whether nothing more is to be started or promoted. A run that has its trials, or has tried everything, is over only when
   * the pruner promotes no more paused ones.
   */
  get #isOver(): boolean {
    if (this.#end === undefined) return false;
    return this.#isCutShort || (this.options.maxPaused === 0 && this.#desk.pulse.pollMs === undefined);
  }

  /** Whether the run ends before it has its trials or has tried everything. */
  get #isCutShort(): boolean {
    if (this.#end === undefined) return false;
    const { reason } = this.#end;
    return this.#isAborting || this.#hasTimedOut || (reason !== 'trials' && reason !== 'exhausted');
  }

  get #hasTimedOut(): boolean {
    return Date.now() - this.startedAt >= this.options.timeoutMs;
  }

  #stop(reason: OptimizeResult['reason'], detail: string): void {
    this.#end ??= { reason, detail };
  }

  #fail(error: unknown): void {
    // Of several results that could not be saved, the last error holds all.
    if (this.#error === undefined || error instanceof StorageError) this.#error = { error };
    this.#end = { reason: 'aborted', detail: 'an error ended the run' };
  }

  /** Looks whether an end is reached; trials that are running count as begun. */
  #checkEnds(): void {
    this.#desk.throwListenerError();
    const { trials, timeoutMs, rules, maxInitialFailures } = this.options;
    if (this.#begun >= trials) this.#stop('trials', 'the study has its trials');
    if (this.#hasTimedOut) this.#stop('timeout', `${timeoutMs} ms have passed`);
    if (this.#end !== undefined) return;
    for (const rule of rules) {
      const why = rule.shouldStop(this.#progress);
      if (why !== undefined) this.#stop('rule', `${rule.name}: ${why}`);
    }
    if (this.finished >= maxInitialFailures && this.#failed === this.finished) this.#throwAllFailed();
  }

  /** How many trials the study has or will have: those of other runs and processes too. */
  get #begun(): number {
    const { finished, running } = this.#study.history;
    return finished.length + running.length;
  }

  /** What stop rules look at: paused trials have cost something too. */
  get #progress(): StudyProgress {
    const { progress } = this.#study;
    let { totalCost } = progress;
    for (const { watch } of this.#paused.values()) totalCost += (watch?.elapsedMs ?? 0) / 1000;
    return { ...progress, totalCost };
  }

  async #start(): Promise<'started' | 'enough' | 'nothing'> {
    // Asked again in the storage's transaction: others may have started trials meanwhile.
    const canRestore = this.options.maxPaused > 0 && this.#objective.canPause === 'checkpoint';
    const isEnough = (): boolean => this.#isAborting || this.#begun >= this.options.trials;
    const trial = await this.#desk.next(isEnough, canRestore);
    if (trial === null) return this.#begun >= this.options.trials ? 'enough' : 'nothing';
    if (this.options.lag > 0) this.#desk.setHorizon(trial, this.#study.history.finished.length);
    const slot: Slot<P> = { trial, settled: Promise.resolve(), watch: undefined, wasPaused: false };
    this.#active.add(slot);
    if (this.options.maxPaused > 0) trial.onPause = () => this.#pause(slot);
    const ended = this.#evaluate(slot);
    if (this.options.lag > 0) this.#ended.push(ended);
    slot.settled = this.#settle(slot, ended);
    if (trial.pause !== undefined) this.#pause(slot);
    return 'started';
  }

  async #settle(slot: Slot<P>, ended: Promise<TrialRecord | null>): Promise<void> {
    try {
      const record = await ended;
      if (record !== null && this.options.lag === 0) this.#apply(record);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#active.delete(slot);
      this.#paused.delete(slot.trial.number);
      this.#wake();
    }
  }

  /** Frees the place of a trial that waits in its report from now on. */
  #pause(slot: Slot<P>): void {
    this.#active.delete(slot);
    this.#paused.set(slot.trial.number, slot);
    slot.wasPaused = true;
    slot.watch?.stop();
    const { maxPaused } = this.options;
    if (this.#isOver) this.#endPause(slot);
    else if (this.#paused.size > maxPaused) {
      const least = this.#desk.leastPromising([...this.#paused.keys()]);
      this.#resume(this.#paused.get(least) as Slot<P>, 'prune');
    }
    this.#wake();
  }

  #resume(slot: Slot<P>, end: PauseEnd): void {
    this.#paused.delete(slot.trial.number);
    this.#active.add(slot);
    slot.watch?.start();
    this.#desk.endPause(slot.trial, end);
  }

  #endPauses(): void {
    for (const slot of this.#paused.values()) this.#endPause(slot);
  }

  /** A trial with a checkpoint can be paused in a later run, too, if there is one to come. */
  #endPause(slot: Slot<P>): void {
    this.#resume(slot, this.#isCutShort && slot.trial.leavesToPause ? 'release' : 'prune');
  }

  /** Lets the pruner choose a paused trial that goes on, if one should. */
  #promote(isLast: boolean): boolean {
    if (this.#paused.size === 0) return false;
    const slot = this.#paused.get(this.#desk.promoted([...this.#paused.keys()], isLast) ?? -1);
    if (slot !== undefined) this.#resume(slot, 'continue');
    return slot !== undefined;
  }

  async #applyNext(): Promise<void> {
    // Counted first: a trial that could not be kept must not be waited for again.
    const record = await (this.#ended[this.#applied++] as Promise<TrialRecord | null>);
    if (record !== null) this.#apply(record);
  }

  #apply(record: TrialRecord): void {
    this.finished++;
    if (record.state === 'pruned') this.#pruned++;
    if (record.state === 'failed' && this.#failed++ === 0)
      this.#firstFailure = record.failure ?? this.#firstFailure;
    this.#desk.learn(record);
  }

  /** Resolves to null when the trial was cut short, or somebody else has told it: the first result stands. */
  async #evaluate(slot: Slot<P>): Promise<TrialRecord | null> {
    try {
      return await this.#attempts(slot);
    } catch (error) {
      if (!(error instanceof TrialStateError)) throw error;
      if (isStale(error)) {
        this.#desk.lose(slot.trial, error.message);
        this.#warnings.push(error.message);
      }
      return null;
    }
  }

  /** Runs the objective until it succeeds or its retries are used up. Resolves to null when the trial was cut short. */
  async #attempts(slot: Slot<P>): Promise<TrialRecord | null> {
    for (let retries = 0; ; retries++) {
      const { trial } = slot;
      if (this.#isAborting) trial.abort(new DOMException('the run was aborted', 'AbortError'));
      const watch = new Stopwatch(this.options.trialTimeoutMs, () =>
        timeOut(trial, this.options.trialTimeoutMs),
      );
      slot.watch = watch;
      const result = await attempt(this.#objective, trial);
      watch.stop();
      if (result === RELEASED) {
        await this.#desk.release(trial, true);
        this.#released++;
        return null;
      }
      const isFailure = result instanceof FailedAttempt;
      if (isFailure && isStale(result.error)) throw result.error;
      if (isFailure && this.#isAborting) {
        await this.#desk.release(trial, false);
        return null;
      }
      if (isFailure && retries < this.options.retries && !this.#isCutShort) {
        slot.trial = await this.#desk.retry(trial, result.error);
        continue;
      }
      const record = withCost(this.#desk.end(trial, isFailure ? result.toError() : result), slot);
      await this.#desk.keep(trial, record);
      if (record.state === 'failed' && this.options.stopOnFailure) {
        this.#fail(isFailure ? result.error : new InvalidResultError(record.failure?.message ?? ''));
      }
      return record;
    }
  }

  #throwIfAllFailed(): void {
    const { history } = this.#study;
    if (this.finished > 0 && history.finished.every((trial) => history.record(trial).state === 'failed'))
      this.#throwAllFailed();
  }

  #throwAllFailed(): never {
    const { message, ...rest } = this.#firstFailure;
    throw new AllTrialsFailedError(
      this.finished === 1
        ? `the only trial of this run failed, with ${this.#cause}`
        : `all ${this.finished} trials of this run failed; the first one with ${this.#cause}`,
      { cause: Object.assign(new Error(message), rest) },
    );
  }
}

/** A running trial, in its newest attempt, and the promise of its end. */
interface Slot<P> {
  trial: RunningTrial<P>;
  settled: Promise<void>;
  /** Of the newest attempt. */
  watch: Stopwatch | undefined;
  wasPaused: boolean;
}

/** A trial that was paused and told no cost costs what it ran, in seconds, not what it waited. */
function withCost<P>(record: TrialRecord, { wasPaused, watch }: Slot<P>): TrialRecord {
  if (!wasPaused || record.cost !== undefined || watch === undefined) return record;
  return { ...record, cost: watch.elapsedMs / 1000 };
}
