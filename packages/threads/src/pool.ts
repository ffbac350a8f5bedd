import { WorkerError, type Trial } from '@tunable/core';

import { Thread, type ThreadOptions } from './thread.ts';

/**
 * At most `size` threads, started when there is a trial for them. Trials beyond that wait in order. A thread that ends
 * is replaced when a trial needs it; while it is still ending it counts, so that never more than `size` trials run.
 */
export class Pool {
  readonly #size: number;
  readonly #options: ThreadOptions;
  readonly #threads = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #waiting: ((thread: Promise<Thread>) => void)[] = [];
  /** The trials that run or wait. */
  readonly #trials = new Map<AbortController, Trial>();
  #isClosed = false;

  constructor(size: number, options: ThreadOptions) {
    this.#size = size;
    this.#options = options;
  }

  /** Runs a trial as soon as a thread is free; settles as `Thread.run` does. */
  async run(params: unknown, trial: Trial): Promise<unknown> {
    if (this.#isClosed) throw new WorkerError(`trial ${trial.number}: the pool of threads is closed`);
    trial.signal.throwIfAborted();
    const controller = new AbortController();
    const abort = (): void => controller.abort(trial.signal.reason);
    trial.signal.addEventListener('abort', abort, { once: true });
    this.#trials.set(controller, trial);
    try {
      const thread = await this.#acquire(controller.signal);
      try {
        return await thread.run(params, trial, controller.signal);
      } finally {
        this.#release(thread);
      }
    } finally {
      trial.signal.removeEventListener('abort', abort);
      this.#trials.delete(controller);
    }
  }

  /** Aborts the trials that run or wait, and ends all threads. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const [controller, trial] of this.#trials) {
      controller.abort(
        new WorkerError(`trial ${trial.number}: the pool of threads was closed before it ended`),
      );
    }
    for (const thread of this.#idle.splice(0)) thread.terminate();
    await Promise.all([...this.#threads].map((thread) => thread.exited));
  }

  #acquire(signal: AbortSignal): Promise<Thread> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isUsable) return Promise.resolve(idle);
    }
    if (this.#threads.size < this.#size) return this.#start();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      const take = (thread: Promise<Thread>): void => {
        signal.removeEventListener('abort', leave);
        resolve(thread);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(take);
    });
  }

  #release(thread: Thread): void {
    if (!thread.isUsable) return;
    if (this.#isClosed) {
      thread.terminate();
      return;
    }
    const take = this.#waiting.shift();
    if (take === undefined) this.#idle.push(thread);
    else take(Promise.resolve(thread));
  }

  /** Async, so that an error of the constructor rejects the trial that the thread was for. */
  async #start(): Promise<Thread> {
    const thread = new Thread(this.#options);
    this.#threads.add(thread);
    void this.#replace(thread);
    return thread;
  }

  /** Waits for the end of a thread, then starts another if a trial waits for one. */
  async #replace(thread: Thread): Promise<void> {
    await thread.exited;
    this.#threads.delete(thread);
    this.#waiting.shift()?.(this.#start());
  }
}
