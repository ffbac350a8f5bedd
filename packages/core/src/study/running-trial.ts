import { InvalidArgumentError, TrialPruned, TrialStateError } from '../errors.ts';
import { show } from '../json.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { Trial } from './objective.ts';

/** Keeps the newest report of a trial. Resolves to whether the trial should be pruned. */
export type ReportHandler = (trial: RunningTrial) => Promise<boolean>;

/** One attempt at a trial. */
export class RunningTrial<P = unknown> implements Trial<P> {
  readonly number: number;
  readonly params: P;
  readonly seed: number;
  readonly attempt: number;
  /** The record as it stands; its reports grow. */
  record: TrialRecord;
  readonly #onReport: ReportHandler;
  readonly #steps: number[] = [];
  readonly #values: number[] = [];
  #hasEnded = false;
  /** Made when first looked at: most objectives never do, and it costs more than all the rest of a trial. */
  #controller: AbortController | undefined;

  constructor(record: TrialRecord, params: P, seed: number, onReport: ReportHandler) {
    this.record = record;
    this.number = record.number;
    this.attempt = record.attempt;
    this.params = params;
    this.seed = seed;
    this.#onReport = onReport;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Aborts `signal`: ends the attempt early. */
  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }

  /** The last value reported, if any. */
  get lastValue(): number | undefined {
    return this.#values.at(-1);
  }

  async report(step: number, value: number): Promise<void> {
    if (this.#hasEnded)
      throw new TrialStateError(
        `trial ${this.number} has ended; it cannot report step ${show(step)} any more`,
      );
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new InvalidArgumentError(
        `report(step, value): step must be a whole number of at least 0, not ${show(step)}`,
      );
    }
    if (typeof value !== 'number') {
      throw new InvalidArgumentError(`report(step, value): value must be a number, not ${show(value)}`);
    }
    if (this.#steps.includes(step)) {
      throw new TrialStateError(
        `trial ${this.number} has reported step ${step} already; report each step once`,
      );
    }
    this.#steps.push(step);
    this.#values.push(value);
    if (this.#steps.length === 1)
      this.record = { ...this.record, reports: { steps: this.#steps, values: this.#values } };
    if (await this.#onReport(this)) throw new TrialPruned(`trial ${this.number} was pruned at step ${step}`);
  }

  /** Refuses reports from now on: a late one of an abandoned objective must not reach the study. */
  end(): void {
    this.#hasEnded = true;
  }
}
