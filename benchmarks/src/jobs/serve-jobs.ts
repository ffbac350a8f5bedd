import { parentPort } from 'node:worker_threads';

/** The answer to a job. */
export type Answer<Result> = { readonly result: Result } | { readonly error: string };

/** Makes this thread one that runs jobs one after another; see `run-jobs.ts`. */
export function serveJobs<Job, Result>(run: (job: Job) => Promise<Result>): void {
  parentPort?.on('message', (job: Job) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    void answer(run, job).then((message) => parentPort?.postMessage(message));
  });
}

async function answer<Job, Result>(run: (job: Job) => Promise<Result>, job: Job): Promise<Answer<Result>> {
  try {
    return { result: await run(job) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
