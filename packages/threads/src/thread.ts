import { Worker, type ResourceLimits } from 'node:worker_threads';

import { WorkerError, type Report, type Trial } from '@tunable/core';

import { describe, fromMessage, toMessage } from './error-message.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';

/** How threads are started and ended. */
export interface ThreadOptions {
  readonly data: ThreadData;
  readonly graceMs: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly execArgv: readonly string[] | undefined;
}

interface Task {
  readonly trial: Trial;
  succeed(result: unknown): void;
  fail(error: unknown): void;
}

/** One worker thread, which runs one trial at a time. It keeps the process alive only while it does. */
export class Thread {
  /** Resolves when the thread has ended, however it came about. */
  readonly exited: Promise<void>;
  readonly #worker: Worker;
  readonly #graceMs: number;
  #task: Task | undefined;
  #isUsable = true;
  #crash: { readonly error: unknown } | undefined;

  /** @throws {WorkerError} `setup` cannot be cloned, or Node refuses the other options. */
  constructor(options: ThreadOptions) {
    this.#graceMs = options.graceMs;
    this.#worker = startWorker(options);
    this.#worker.unref();
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('messageerror', (error) => {
      this.#crash = { error };
      this.terminate();
    });
    this.#worker.on('error', (error) => {
      this.#isUsable = false;
      this.#crash = { error };
      if (this.#task === undefined) warnOfLateError(error);
    });
    this.exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#isUsable = false;
        this.#task?.fail(crashError(this.#task.trial, code, this.#crash));
        resolve();
      });
    });
  }

  /** Whether it can run another trial. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * Runs one trial; call it only when the one before has settled.
   *
   * @param signal an abort is passed on; an objective that has not ended `graceMs` later loses its thread.
   * @returns what the objective returned. Rejects with what it threw, with the reason of the abort if there was one,
   *   or with a `WorkerError` when the thread crashed.
   */
  run(params: unknown, trial: Trial, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#start(params, trial);
      let timer: NodeJS.Timeout | undefined;
      const abort = (): void => {
        this.#send({ type: 'abort', reason: toMessage(signal.reason) });
        timer = setTimeout(() => {
          this.#task?.fail(signal.reason);
          this.terminate();
        }, this.#graceMs);
      };
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#task = undefined;
        this.#worker.unref();
      };
      this.#task = {
        trial,
        succeed(result) {
          end();
          resolve(result);
        },
        fail(error) {
          end();
          reject(signal.aborted ? signal.reason : error);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#worker.ref();
    });
  }

  /** Ends the thread, whatever it is doing; `exited` tells when it is gone. */
  terminate(): void {
    this.#isUsable = false;
    void this.#worker.terminate();
  }

  #start(params: unknown, { number, seed, attempt, id }: Trial): void {
    try {
      this.#send({ type: 'run', params, number, seed, attempt, id });
    } catch (error) {
      throw new WorkerError(`trial ${number}: its params cannot be sent to a thread: ${describe(error)}`, {
        cause: error,
      });
    }
  }

  #receive(message: FromThread): void {
    const task = this.#task;
    if (task === undefined) return;
    switch (message.type) {
      case 'report':
        void this.#judge(task, message.number, message.step, message.report);
        return;
      case 'result':
        task.succeed(message.result);
        return;
      case 'unusable':
        this.#isUsable = false;
        task.fail(fromMessage(message.error));
        this.terminate();
        return;
      case 'error':
        task.fail(fromMessage(message.error));
    }
  }

  async #judge(task: Task, number: number, step: number, report: Report): Promise<void> {
    let verdict: ToThread;
    try {
      await task.trial.report(step, report);
      verdict = { type: 'verdict', number };
    } catch (error) {
      verdict = { type: 'verdict', number, error: toMessage(error) };
    }
    if (this.#task === task) this.#send(verdict);
  }

  #send(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    this.#worker.postMessage(message);
  }
}

function startWorker({ data, resourceLimits, execArgv }: ThreadOptions): Worker {
  try {
    return new Worker(new URL('./worker.js', import.meta.url), {
      workerData: data,
      name: 'tunable',
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
  } catch (error) {
    throw new WorkerError(`cannot start a worker thread: ${describe(error)}`, { cause: error });
  }
}

/** What a finished objective left running has failed: no trial to blame, but not to be hidden either. */
function warnOfLateError(error: unknown): void {
  process.emitWarning(
    `a worker thread crashed after its trial had ended: ${describe(error)}`,
    'TunableWarning',
  );
}

function crashError(trial: Trial, code: number, crash: { readonly error: unknown } | undefined): WorkerError {
  const which = `trial ${trial.number}: its worker thread`;
  if (crash === undefined) {
    return new WorkerError(
      `${which} exited with code ${code} before the objective returned; the objective must not call process.exit`,
    );
  }
  const { error } = crash;
  const isOutOfMemory = (error as { code?: unknown } | null | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const advice = isOutOfMemory ? '; raise resourceLimits.maxOldGenerationSizeMb, or use less memory' : '';
  return new WorkerError(`${which} crashed: ${describe(error)}${advice}`, { cause: error });
}
