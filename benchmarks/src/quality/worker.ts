/** A thread that runs jobs one after another; see `pool.ts`. */
import { parentPort } from 'node:worker_threads';

import { runJob, type Job, type JobResult } from './job.ts';

/** The answer to a job. */
export type Answer = { readonly result: JobResult } | { readonly error: string };

parentPort?.on('message', (job: Job) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  void answer(job).then((message) => parentPort?.postMessage(message));
});

async function answer(job: Job): Promise<Answer> {
  try {
    return { result: await runJob(job) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
