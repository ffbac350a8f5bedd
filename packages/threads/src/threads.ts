import { availableParallelism } from 'node:os';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { ResourceLimits } from 'node:worker_threads';

import { InvalidArgumentError, type ObjectiveResult, type Trial } from '@tunable/core';

import { Pool } from './pool.ts';

/** Options of {@link threads}. */
export interface ThreadsOptions {
  /**
   * How many threads, and so how many trials at a time; further trials wait in order. Threads start when there is a
   * trial for them. Default: `os.availableParallelism()`, but at most 16.
   */
  readonly size?: number;
  /** Name of the export to use. Default 'default'. */
  readonly export?: string;
  /**
   * When given (anything but `undefined`), the export is not the objective but a factory: called once in each thread
   * with `setup`, it returns the objective, or a promise of it. `setup` is copied to each thread by the structured
   * clone algorithm; a `SharedArrayBuffer` in it, or a typed array on one, is shared, not copied.
   */
  readonly setup?: unknown;
  /**
   * Milliseconds that an objective has, after an abort of its `trial.signal`, to end by itself and keep its thread;
   * then the thread is terminated. What it returns in that time counts. 0 terminates at once. Default 200. A trial that waits for that
   * thread waits as long, so keep it well below `trialTimeout`.
   */
  readonly graceMs?: number;
  /** Limits of each thread's memory, as for `new Worker`; a thread that exceeds them fails only its trial. */
  readonly resourceLimits?: ResourceLimits;
  /** Node's command-line options for the threads, such as `['--import', 'tsx']`. Default: those of the process. */
  readonly execArgv?: readonly string[];
}

/** An objective that runs on worker threads: pass it to `study.optimize`, and close it when done. */
export interface ThreadsObjective<P> {
  /**
   * Runs one trial. Rejects with what the objective threw; with the reason of `trial.signal` when that aborted; with
   * a `WorkerError` when the thread crashed, the module could not be loaded, or the pool was closed.
   */
  (params: P, trial: Trial<P>): Promise<ObjectiveResult>;
  /** False: a trial that waits would hold its thread, so pruners that would pause trials stop them instead. */
  readonly canPause: false;
  /** How many trials run at a time: a good `concurrency` for `study.optimize`. */
  readonly size: number;
  /**
   * Aborts the trials that run or wait, and ends the threads; resolves when they are gone. Idle threads keep no
   * process alive, so this matters only to programs that go on.
   */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const optionNames = ['size', 'export', 'setup', 'graceMs', 'resourceLimits', 'execArgv'];

/** The longest delay of a timer. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Makes an objective that runs on a pool of worker threads from one that a module exports.
 *
 * The module is JavaScript that Node can import in a thread (TypeScript where Node, or a loader in `execArgv`, can).
 * Its trial offers what `Trial` does: `trial.report` crosses to the main thread and rejects with `TrialPruned` when the
 * study prunes the trial.
 *
 * @typeParam P the type of `params`, taken from the study where it is passed to `study.optimize` directly.
 * @param moduleUrl where the module is: a `file:` (or `data:`) URL, best `new URL('./objective.js', import.meta.url)`,
 *   or an absolute path. Relative paths are refused, since relative to what would be a guess.
 * @param options {@link ThreadsOptions}.
 * @throws {InvalidArgumentError} a relative path or another kind of URL, an unknown option, or one out of range.
 */
export function threads<P = unknown>(
  moduleUrl: string | URL,
  options: ThreadsOptions = {},
): ThreadsObjective<P> {
  checkNames(options);
  const {
    size = Math.min(availableParallelism(), 16),
    export: exportName = 'default',
    setup,
    graceMs = 200,
    resourceLimits,
    execArgv,
  } = options;
  check('size', size, Number.isSafeInteger(size) && size >= 1, 'a whole number of at least 1');
  check(
    'graceMs',
    graceMs,
    typeof graceMs === 'number' && graceMs >= 0 && graceMs <= maxTimerMs,
    `a number from 0 to ${maxTimerMs}`,
  );
  check('export', exportName, typeof exportName === 'string', 'the name of an export');
  const data = { moduleUrl: toUrl(moduleUrl), exportName, isFactory: setup !== undefined, setup };
  const pool = new Pool(size, { data, graceMs, resourceLimits, execArgv });
  const close = (): Promise<void> => pool.close();
  return Object.assign((params: P, trial: Trial<P>) => pool.run(params, trial) as Promise<ObjectiveResult>, {
    canPause: false as const,
    size,
    close,
    [Symbol.asyncDispose]: close,
  });
}

function checkNames(options: object | null): void {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgumentError(`threads: options must be an object, not ${inspect(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown === undefined) return;
  throw new InvalidArgumentError(
    `threads: unknown option '${unknown}'; the options are ${optionNames.join(', ')}`,
  );
}

function check(name: string, value: unknown, isValid: boolean, expected: string): void {
  if (!isValid) throw new InvalidArgumentError(`threads: ${name} must be ${expected}, not ${inspect(value)}`);
}

function toUrl(moduleUrl: string | URL): string {
  const text = moduleUrl instanceof URL ? moduleUrl.href : moduleUrl;
  if (typeof text === 'string') {
    if (/^(?:file|data):/.test(text)) return text;
    if (isAbsolute(text)) return pathToFileURL(text).href;
  }
  throw new InvalidArgumentError(
    `threads: the module must be a file: URL or an absolute path, not ${inspect(text)}; ` +
      `use new URL('./objective.js', import.meta.url)`,
  );
}
