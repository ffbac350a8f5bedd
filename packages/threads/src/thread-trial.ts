import { TrialStateError, type Report, type Trial } from '@tunable/core';

import type { TrialMessage } from './messages.ts';

/** The trial that an objective sees inside a worker thread. */
export class ThreadTrial implements Trial {
  readonly number: number;
  readonly params: unknown;
  readonly seed: number;
  readonly attempt: number;
  readonly id: string;
  readonly #abort: AbortController = new AbortController();
  readonly #send: (step: number, report: Report) => Promise<void>;
  #hasEnded = false;

  /**
   * @param message the trial, as the main thread described it.
   * @param send passes a report to the main thread and settles with its verdict.
   */
  constructor(message: TrialMessage, send: (step: number, report: Report) => Promise<void>) {
    this.number = message.number;
    this.params = message.params;
    this.seed = message.seed;
    this.attempt = message.attempt;
    this.id = message.id;
    this.#send = send;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async report(step: number, report: Report): Promise<void> {
    if (this.#hasEnded)
      throw new TrialStateError(`trial ${this.number} has ended; it cannot report any more`);
    this.signal.throwIfAborted();
    await this.#send(step, report);
  }

  /** Asks the objective to end early. */
  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** Refuses reports from now on: the main thread would take them for those of the next trial. */
  end(): void {
    this.#hasEnded = true;
  }
}
