import {
  AllTrialsFailedError,
  InvalidArgumentError,
  InvalidResultError,
  TrialPruned,
  TrialTimeoutError,
} from '../errors.ts';
import { show } from '../json.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import { toMilliseconds, type Duration } from './duration.ts';
import { onInterrupt } from './interrupt.ts';
import type { Objective } from './objective.ts';
import { showProgress } from './progress.ts';
import type { RunningTrial } from './running-trial.ts';
import type { StopRule } from './stop-rules.ts';
import type { Study, StudyControl } from './study.ts';

/** Options of `study.optimize`. At least one of `trials`, `timeout`, `stop` and `signal` must be given. */
export interface OptimizeOptions {
  /** How many trials the study shall have in all: a resumed study continues to this number. Complete, pruned and failed ones count. */
  trials?: number;
  /** Start no trial after this time; running ones are finished. */
  timeout?: Duration;
  /** How many trials run side by side. Default 1. In one thread this helps objectives that wait; see `@tunable/threads` for the others. */
  concurrency?: number;
  /** Aborting it ends the run at once: running trials are aborted and go back to the queue. */
  signal?: AbortSignal;
  /** A trial that runs longer is aborted and fails with a `TrialTimeoutError`. */
  trialTimeout?: Duration;
  /** How often the objective of a failed trial is started again before the trial fails. Default 0. */
  retries?: number;
  /** Further ends: `targetValue(...)`, `noImprovement(...)`, `costBudget(...)`, or rules of your own. */
  stop?: StopRule | readonly StopRule[];
  /**
   * Makes concurrent runs repeatable: results are taken into account in the order of the trials, whichever ends first.
   * `true`: trial n knows the results up to trial n - concurrency, so the same seed and concurrency give the same study.
   * A number L: trial n knows those up to n - L, so the same seed gives the same study with any concurrency up to L.
   * Default false: every result is used as soon as it is there.
   */
  ordered?: boolean | number;
  /** End the run at the first failed trial and throw its error. Default false: the failure is recorded, the study goes on. */
  stopOnFailure?: boolean;
  /** How many trials may fail before any has succeeded, until the run ends with an `AllTrialsFailedError`. Default 10. */
  maxInitialFailures?: number;
  /**
   * Show a progress bar on the terminal. `'auto'`, the default: if standard output is a terminal. `true`: plain lines where
   * it is not. `false`: never.
   */
  progress?: boolean | 'auto';
  /**
   * In Node, Ctrl-C (SIGINT) finishes the running trials and ends the run; a second one aborts them. Default true.
   * `false` leaves the signal alone.
   */
  handleInterrupt?: boolean;
}

/** Why a run ended. */
export interface OptimizeResult {
  /**
   * - `trials`, `timeout`: that option's end was reached.
   * - `rule`: a stop rule fired; `detail` says which and why.
   * - `exhausted`: nothing is left to try.
   * - `interrupted`: Ctrl-C. `aborted`: the signal.
   */
  readonly reason: 'trials' | 'timeout' | 'rule' | 'exhausted' | 'interrupted' | 'aborted';
  /** The same as a sentence. */
  readonly detail: string;
  /** How many trials this run finished. */
  readonly finished: number;
}

const OPTION_NAMES: readonly (keyof OptimizeOptions)[] = [
  'trials',
  'timeout',
  'concurrency',
  'signal',
  'trialTimeout',
  'retries',
  'stop',
  'ordered',
  'stopOnFailure',
  'maxInitialFailures',
  'progress',
  'handleInterrupt',
];

/** Runs trials of `study`; see `Study.optimize`. */
export async function optimize<P>(
  study: Study<P>,
  control: StudyControl<P>,
  objective: Objective<P>,
  options: OptimizeOptions,
): Promise<OptimizeResult> {
  if (typeof objective !== 'function') {
    throw new InvalidArgumentError(
      `optimize: the objective must be a function (params, trial) => value, not ${show(objective)}`,
    );
  }
  const run = new Run(study, control, objective, checkOptimizeOptions(options));
  const releaseInterrupt = options.handleInterrupt === false ? () => {} : onInterrupt(() => run.interrupt());
  const hideProgress = showProgress(study, run, options.progress ?? 'auto');
  const onAbort = (): void => run.abort('aborted', 'the signal was aborted');
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted === true) onAbort();
  try {
    return await run.go();
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    releaseInterrupt();
    hideProgress();
  }
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
}

function checkOptimizeOptions(options: OptimizeOptions): RunOptions {
  checkOptions('optimize', options, OPTION_NAMES);
  const {
    trials,
    timeout,
    concurrency = 1,
    signal,
    trialTimeout,
    retries = 0,
    stop = [],
    ordered = false,
  } = options;
  const rules = Array.isArray(stop) ? (stop as readonly StopRule[]) : [stop as StopRule];
  if (trials === undefined && timeout === undefined && signal === undefined && rules.length === 0) {
    throw new InvalidArgumentError('optimize: say when to end: give trials, timeout, stop or signal');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidArgumentError(`optimize: signal must be an AbortSignal, not ${show(signal)}`);
  }
  if (rules.some((rule) => typeof rule?.shouldStop !== 'function')) {
    throw new InvalidArgumentError(
      `optimize: stop must be stop rules such as noImprovement(20), not ${show(stop)}`,
    );
  }
  for (const name of ['stopOnFailure', 'handleInterrupt'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') {
      throw new InvalidArgumentError(`optimize: ${name} must be true or false, not ${show(options[name])}`);
    }
  }
  if (
    options.progress !== undefined &&
    typeof options.progress !== 'boolean' &&
    options.progress !== 'auto'
  ) {
    throw new InvalidArgumentError(
      `optimize: progress must be true, false or 'auto', not ${show(options.progress)}`,
    );
  }
  const count = { min: 1, integer: true };
  checkNumber('optimize', 'concurrency', concurrency, count);
  if (typeof ordered === 'number')
    checkNumber('optimize', 'ordered', ordered, { min: concurrency, integer: true });
  else if (typeof ordered !== 'boolean') {
    throw new InvalidArgumentError(
      `optimize: ordered must be true, false or a whole number, not ${show(ordered)}`,
    );
  }
  return {
    trials: trials === undefined ? Infinity : checkNumber('optimize', 'trials', trials, count),
    timeoutMs: timeout === undefined ? Infinity : toMilliseconds('optimize: timeout', timeout),
    concurrency,
    trialTimeoutMs:
      trialTimeout === undefined ? Infinity : toMilliseconds('optimize: trialTimeout', trialTimeout),
    retries: checkNumber('optimize', 'retries', retries, { min: 0, integer: true }),
    rules,
    lag: ordered === true ? concurrency : ordered === false ? 0 : ordered,
    stopOnFailure: options.stopOnFailure ?? false,
    maxInitialFailures: checkNumber(
      'optimize',
      'maxInitialFailures',
      options.maxInitialFailures ?? 10,
      count,
    ),
  };
}

/** One call of `optimize`. */
export class Run<P = unknown> {
  readonly options: RunOptions;
  readonly startedAt: number = Date.now();
  /** How many trials this run has finished. */
  finished = 0;
  readonly #study: Study<P>;
  readonly #control: StudyControl<P>;
  readonly #objective: Objective<P>;
  readonly #active = new Set<Slot<P>>();
  /** Ordered runs: ended trials in the order of starting, until they are taken into account; null if put back. */
  readonly #ended: Promise<TrialRecord | null>[] = [];
  #applied = 0;
  #end: { reason: OptimizeResult['reason']; detail: string } | undefined;
  #isAborting = false;
  #error: { error: unknown } | undefined;

  constructor(study: Study<P>, control: StudyControl<P>, objective: Objective<P>, options: RunOptions) {
    this.#study = study;
    this.#control = control;
    this.#objective = objective;
    this.options = options;
  }

  async go(): Promise<OptimizeResult> {
    const { concurrency, lag } = this.options;
    try {
      this.#checkEnds();
      while (this.#end === undefined) {
        if (lag > 0 && this.#ended.length - this.#applied >= lag) await this.#applyNext();
        else if (this.#active.size >= concurrency) await Promise.race(this.#settled());
        else if (!(await this.#start())) this.#stop('exhausted', 'nothing is left to try');
        this.#checkEnds();
      }
    } catch (error) {
      this.#fail(error);
    }
    await Promise.all(this.#settled());
    while (this.#applied < this.#ended.length)
      await this.#applyNext().catch((error: unknown) => this.#fail(error));
    if (this.#error !== undefined) throw this.#error.error;
    this.#throwIfAllFailed();
    return {
      ...(this.#end as { reason: OptimizeResult['reason']; detail: string }),
      finished: this.finished,
    };
  }

  /** The first Ctrl-C lets running trials finish, the second aborts them. */
  interrupt(): void {
    if (this.#end?.reason === 'interrupted') this.abort('interrupted', 'interrupted twice');
    else this.#end = { reason: 'interrupted', detail: 'interrupted' };
  }

  /** Aborts the running trials and ends the run. */
  abort(reason: 'aborted' | 'interrupted', detail: string): void {
    this.#end ??= { reason, detail };
    this.#isAborting = true;
    for (const { trial } of this.#active) trial.abort(new DOMException(detail, 'AbortError'));
  }

  #settled(): Promise<void>[] {
    return Array.from(this.#active, (slot) => slot.settled);
  }

  /** How many objectives are running. */
  get activeCount(): number {
    return this.#active.size;
  }

  #stop(reason: OptimizeResult['reason'], detail: string): void {
    this.#end ??= { reason, detail };
  }

  #fail(error: unknown): void {
    this.#error ??= { error };
    this.#stop('aborted', 'an error ended the run');
  }

  /** Looks whether an end is reached; trials that are running count as begun. */
  #checkEnds(): void {
    const { trials, timeoutMs, rules, maxInitialFailures } = this.options;
    const { history } = this.#study;
    const begun = history.finished.length + this.#inFlight;
    if (begun >= trials) this.#stop('trials', `the study has its ${trials} trials`);
    if (Date.now() - this.startedAt >= timeoutMs) this.#stop('timeout', `${timeoutMs} ms have passed`);
    if (this.#end !== undefined) return;
    const { progress } = this.#study;
    for (const rule of rules) {
      const why = rule.shouldStop(progress);
      if (why !== undefined) this.#stop('rule', `${rule.name}: ${why}`);
    }
    const { finished } = history;
    if (
      this.finished >= maxInitialFailures &&
      finished.every((trial) => history.record(trial).state === 'failed')
    ) {
      this.#throwAllFailed();
    }
  }

  /** Trials started and not yet in the history's `finished`. */
  get #inFlight(): number {
    return this.options.lag > 0 ? this.#ended.length - this.#applied : this.#active.size;
  }

  async #start(): Promise<boolean> {
    const trial = await this.#control.next();
    if (trial === null) return false;
    if (this.options.lag > 0) this.#control.setHorizon(trial, this.#study.history.finished.length);
    const slot: Slot<P> = { trial, settled: Promise.resolve() };
    this.#active.add(slot);
    const ended = this.#evaluate(slot);
    if (this.options.lag > 0) this.#ended.push(ended);
    slot.settled = this.#settle(slot, ended);
    return true;
  }

  async #settle(slot: Slot<P>, ended: Promise<TrialRecord | null>): Promise<void> {
    try {
      const record = await ended;
      if (record !== null && this.options.lag === 0) this.#apply(record);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#active.delete(slot);
    }
  }

  async #applyNext(): Promise<void> {
    const record = await (this.#ended[this.#applied] as Promise<TrialRecord | null>);
    this.#applied++;
    if (record !== null) this.#apply(record);
  }

  #apply(record: TrialRecord): void {
    this.finished++;
    this.#control.learn(record);
  }

  /** Runs the objective until it succeeds or its retries are used up. Resolves to null when the trial was cut short. */
  async #evaluate(slot: Slot<P>): Promise<TrialRecord | null> {
    for (;;) {
      const { trial } = slot;
      if (this.#isAborting) trial.abort(new DOMException('the run was aborted', 'AbortError'));
      const result = await this.#attempt(trial);
      const isFailure = result instanceof FailedAttempt;
      if (isFailure && this.#isAborting) {
        await this.#control.release(trial);
        return null;
      }
      if (isFailure && trial.attempt <= this.options.retries && this.#end === undefined) {
        slot.trial = await this.#control.retry(trial, result.error);
        continue;
      }
      const record = this.#control.end(trial, isFailure ? toError(result.error) : result);
      await this.#control.keep(record);
      if (record.state === 'failed' && this.options.stopOnFailure) {
        this.#fail(isFailure ? result.error : new InvalidResultError(record.failure?.message ?? ''));
      }
      return record;
    }
  }

  /** What the objective returned, a `TrialPruned`, or why it failed. */
  async #attempt(trial: RunningTrial<P>): Promise<unknown> {
    const { trialTimeoutMs } = this.options;
    const timer =
      trialTimeoutMs > MAX_DELAY_MS
        ? undefined
        : setTimeout(() => {
            trial.abort(
              new TrialTimeoutError(
                `trial ${trial.number} ran longer than the trialTimeout of ${trialTimeoutMs} ms`,
              ),
            );
          }, trialTimeoutMs);
    try {
      return await untilAborted(trial.signal, async () => this.#objective(trial.params, trial));
    } catch (error) {
      return TrialPruned.isInstance(error) ? error : new FailedAttempt(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #throwIfAllFailed(): void {
    const { history } = this.#study;
    if (this.finished > 0 && history.finished.every((trial) => history.record(trial).state === 'failed'))
      this.#throwAllFailed();
  }

  #throwAllFailed(): never {
    const { history } = this.#study;
    const first = history.record(history.finished[0] as number);
    const { name = 'Error', message = '', stack } = first.failure ?? {};
    const cause = Object.assign(new Error(message), { name, ...(stack === undefined ? {} : { stack }) });
    throw new AllTrialsFailedError(
      `all ${history.finished.length} trials failed; the first one with ${name}: ${message}`,
      { cause },
    );
  }
}

/** A running trial, in its newest attempt, and the promise of its end. */
interface Slot<P> {
  trial: RunningTrial<P>;
  settled: Promise<void>;
}

/** Longer delays would overflow `setTimeout`, which would then fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Wraps what an objective threw, which may be anything. */
class FailedAttempt {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`thrown: ${show(error)}`);
}

/** The result of `work`, or a rejection with the signal's reason as soon as it aborts. */
function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
