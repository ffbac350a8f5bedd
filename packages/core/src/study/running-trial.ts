import { InvalidArgumentError, TrialPaused, TrialPruned, TrialStateError } from '../errors.ts';
import { show } from '../json.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { Report, Trial } from './objective.ts';
import {
  addReport,
  checkReport,
  copyReports,
  emptySeries,
  stepsOf,
  type CheckedReport,
  type GrowingReports,
} from './reports.ts';

/** Keeps the newest report of a trial, which is in its record already. Resolves to whether it should be pruned. */
export type ReportHandler = (trial: RunningTrial, step: number, report: CheckedReport) => Promise<boolean>;

/** How a pause ends: the trial goes on, is pruned, or is put back into the queue, paused as it is. */
export type PauseEnd = 'continue' | 'prune' | 'release';

/** The pause of a trial. */
export class Pause {
  /** Whether it is known what becomes of the trial. */
  isOver = false;
  readonly end: Promise<PauseEnd>;
  #resolve: (end: PauseEnd) => void = () => {};

  constructor() {
    this.end = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  settle(end: PauseEnd): void {
    this.isOver = true;
    this.#resolve(end);
  }
}

/** One attempt at a trial. */
export class RunningTrial<P = unknown> implements Trial<P> {
  readonly number: number;
  readonly params: P;
  readonly seed: number;
  readonly attempt: number;
  readonly id: string;
  /** The record as it stands; its reports grow. */
  record: TrialRecord;
  readonly #objectives: number;
  readonly #onReport: ReportHandler;
  /** Made at the first report, and so is the set of steps: most trials never report. */
  #reports: GrowingReports | undefined;
  #steps: Set<number> | undefined;
  /** Whether the pruner has judged it hopeless, or somebody has asked to prune it. */
  wasPruned = false;
  /** Whether it leaves its objective to pause, rather than wait in its report; see `Objective.canPause`. */
  leavesToPause = false;
  /** What is to be done when the pruner pauses it; undefined where it cannot be paused. */
  onPause: (() => void) | undefined;
  /** From when it is paused until its objective goes on, or is started again. */
  pause: Pause | undefined;
  /** The last step that was reported when the objective was started again. */
  #resumedAfter = -1;
  /** Whether somebody else runs or ran it instead. */
  isLost = false;
  /** Whether its result is known, though perhaps not yet kept. */
  hasEnded = false;
  /** Made when first looked at: most objectives never do, and it costs more than all the rest of a trial. */
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  /** Why it takes no reports any more, though it has not ended: it is to be pruned, or was given to somebody else. */
  #refusal: Error | undefined;
  /** Steps whose reports the storage could not keep. */
  unkept: number[] | undefined;
  #onAbort: ((reason: Error) => void) | undefined;

  /** @param objectives how many objectives the study has. */
  constructor(
    record: TrialRecord,
    params: P,
    seed: number,
    id: string,
    objectives: number,
    onReport: ReportHandler,
  ) {
    this.record = record;
    this.number = record.number;
    this.attempt = record.attempt;
    this.params = params;
    this.seed = seed;
    this.id = id;
    this.#objectives = objectives;
    this.#onReport = onReport;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Aborts `signal`: ends the attempt early. The first reason stands. */
  abort(reason: Error): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#controller?.abort(reason);
    this.#onAbort?.(reason);
  }

  /** Aborts the attempt, and ends it as pruned. */
  prune(reason: TrialPruned): void {
    this.wasPruned = true;
    this.#refuse(reason);
  }

  /** Aborts an attempt whose result is not wanted any more. */
  lose(reason: TrialStateError): void {
    this.isLost = true;
    this.#refuse(reason);
  }

  #refuse(reason: Error): void {
    this.#refusal ??= reason;
    this.abort(reason);
  }

  /** Has `listener` called when the attempt is aborted; at once, if it was. Takes one listener. */
  onAbort(listener: (reason: Error) => void): void {
    this.#onAbort = listener;
    if (this.#abortReason !== undefined) listener(this.#abortReason);
  }

  /** The last value reported of the (first) objective, if any. */
  get lastValue(): number | undefined {
    return this.#reports?.values.at(-1);
  }

  report(step: number, value: Report): Promise<void> {
    const reported = this.#report(step, value);
    // A forgotten `await` must not end the process with an unhandled rejection; `wasPruned` prunes the trial all the same.
    reported.catch(() => undefined);
    return reported;
  }

  async #report(step: number, value: Report): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.hasEnded)
      throw new TrialStateError(
        `trial ${this.number} has ended; it cannot report step ${show(step)} any more`,
      );
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new InvalidArgumentError(
        `report(step, value): step must be a whole number of at least 0, not ${show(step)}`,
      );
    }
    const checked = checkReport(value, this.#objectives);
    if (this.pause !== undefined) throw this.#leave(step);
    this.#steps ??= new Set();
    if (this.#steps.has(step)) {
      if (step <= this.#resumedAfter) return;
      throw new TrialStateError(
        `trial ${this.number} has reported step ${step} already; report each step once`,
      );
    }
    this.#steps.add(step);
    if (this.#reports === undefined) {
      this.#reports = emptySeries();
      this.record = { ...this.record, reports: this.#reports };
    }
    addReport(this.#reports, step, checked);
    if (!(await this.#onReport(this, step, checked))) return;
    // Not until it goes on.
    if (this.pause !== undefined) throw this.#leave(step);
    this.wasPruned = true;
    throw new TrialPruned(`trial ${this.number} was pruned at step ${step}`);
  }

  /**
   * Pauses it. Resolves to whether it goes on.
   *
   * @throws {TrialStateError} when it is paused: its objective has not awaited its reports.
   */
  startPause(): Promise<boolean> {
    if (this.pause !== undefined) throw this.#leave(Math.max(...(this.#steps ?? [])));
    const pause = new Pause();
    this.pause = pause;
    return pause.end.then((end) => {
      if (!this.leavesToPause) this.pause = undefined;
      return end === 'continue';
    });
  }

  /** Takes up the pause of an earlier run: the record has the reports. */
  restorePause(): void {
    const reports = copyReports(this.record.reports ?? emptySeries());
    this.#reports = reports;
    this.#steps = new Set(stepsOf(reports));
    this.record = { ...this.record, reports };
    this.pause = new Pause();
  }

  /** What a report throws while the trial is paused. */
  #leave(step: number): Error {
    if (this.leavesToPause) {
      return new TrialPaused(
        `trial ${this.number} was paused at step ${step}; let this error pass, and the objective is started again when the trial is promoted`,
      );
    }
    const error = new TrialStateError(
      `trial ${this.number} went on to step ${step} while it was paused, since a report before was not awaited; write \`await trial.report(step, value)\``,
    );
    // Whoever does not await a report does not hear of this error either.
    this.#refuse(error);
    return error;
  }

  /** Lets the objective be started again where it was paused. */
  resume(): void {
    this.pause = undefined;
    this.#resumedAfter = Math.max(...(this.#steps ?? []));
  }

  /** Refuses reports from now on: a late one of an abandoned objective must not reach the study. */
  end(): void {
    this.hasEnded = true;
  }
}
