import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Job, JobResult } from './job.ts';
import type { Answer } from './worker.ts';

/** How {@link runJobs} runs them. */
export interface RunJobsOptions {
  readonly threads: number;
  /** Start no job after this time, as of `performance.now()`. */
  readonly deadline: number;
  readonly onResult: (job: Job, result: JobResult) => void;
}

/**
 * Runs jobs in order on threads.
 *
 * @returns whether all ran before the deadline.
 * @throws the error of the first job that fails.
 */
export async function runJobs(jobs: readonly Job[], options: RunJobsOptions): Promise<boolean> {
  const { threads, deadline, onResult } = options;
  let next = 0;
  let failure: Error | undefined;
  async function work(): Promise<void> {
    const worker = new Worker(new URL('worker.js', import.meta.url));
    try {
      while (failure === undefined && next < jobs.length && performance.now() < deadline) {
        const job = jobs[next++] as Job;
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
        worker.postMessage(job);
        const [answer] = (await once(worker, 'message')) as [Answer];
        if ('result' in answer) onResult(job, answer.result);
        else failure ??= new Error(`${job.optimizer} on ${job.problem}, seed ${job.seed}: ${answer.error}`);
      }
    } finally {
      await worker.terminate();
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, work));
  if (failure !== undefined) throw failure;
  return next === jobs.length;
}
