import { AllTrialsFailedError, InvalidResultError, TrialPruned, TrialTimeoutError } from '../errors.ts';
import { show } from '../json.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { Desk } from './desk.ts';
import type { Objective } from './objective.ts';
import type { RunningTrial } from './running-trial.ts';
import type { StopRule } from './stop-rules.ts';
import type { Study } from './study.ts';

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

/** One call of `optimize`. */
export class Run<P = unknown> {
  readonly options: RunOptions;
  readonly startedAt: number = Date.now();
  /** How many trials this run has finished. */
  finished = 0;
  readonly #study: Study<P>;
  readonly #desk: Desk<P>;
  readonly #objective: Objective<P>;
  readonly #active = new Set<Slot<P>>();
  /** Ordered runs: ended trials in the order of starting, until they are taken into account; null if put back. */
  readonly #ended: Promise<TrialRecord | null>[] = [];
  #applied = 0;
  #end: { reason: OptimizeResult['reason']; detail: string } | undefined;
  #isAborting = false;
  #error: { error: unknown } | undefined;

  constructor(study: Study<P>, desk: Desk<P>, objective: Objective<P>, options: RunOptions) {
    this.#study = study;
    this.#desk = desk;
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
    const trial = await this.#desk.next();
    if (trial === null) return false;
    if (this.options.lag > 0) this.#desk.setHorizon(trial, this.#study.history.finished.length);
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
    this.#desk.learn(record);
  }

  /** Runs the objective until it succeeds or its retries are used up. Resolves to null when the trial was cut short. */
  async #evaluate(slot: Slot<P>): Promise<TrialRecord | null> {
    for (;;) {
      const { trial } = slot;
      if (this.#isAborting) trial.abort(new DOMException('the run was aborted', 'AbortError'));
      const result = await this.#attempt(trial);
      const isFailure = result instanceof FailedAttempt;
      if (isFailure && this.#isAborting) {
        await this.#desk.release(trial);
        return null;
      }
      if (isFailure && trial.attempt <= this.options.retries && this.#end === undefined) {
        slot.trial = await this.#desk.retry(trial, result.error);
        continue;
      }
      const record = this.#desk.end(trial, isFailure ? toError(result.error) : result);
      await this.#desk.keep(record);
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
