import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Answer } from './serve-jobs.ts';

/** How {@link runJobs} runs them. */
export interface RunJobsOptions<Job, Result> {
  /** The module of a thread; it calls `serveJobs`. */
  readonly worker: URL;
  readonly threads: number;
  /** Start no job after this time, as of `performance.now()`. */
  readonly deadline: number;
  readonly onResult: (job: Job, result: Result) => void;
}

/**
 * Runs jobs in order on threads.
 *
 * @returns whether all ran before the deadline.
 * @throws the error of the first job that fails.
 */
export async function runJobs<Job, Result>(
  jobs: readonly Job[],
  options: RunJobsOptions<Job, Result>,
): Promise<boolean> {
  const { threads, deadline, onResult } = options;
  let next = 0;
  let failure: Error | undefined;
  async function work(): Promise<void> {
    const worker = new Worker(options.worker);
    try {
      while (failure === undefined && next < jobs.length && performance.now() < deadline) {
        const job = jobs[next++] as Job;
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
        worker.postMessage(job);
        const [answer] = (await once(worker, 'message')) as [Answer<Result>];
        if ('result' in answer) onResult(job, answer.result);
        else failure ??= new Error(`${JSON.stringify(job)}: ${answer.error}`);
      }
    } finally {
      await worker.terminate();
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, work));
  if (failure !== undefined) throw failure;
  return next === jobs.length;
}
