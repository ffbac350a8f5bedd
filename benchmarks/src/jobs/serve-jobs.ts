import { parentPort } from 'node:worker_threads';

/** The answer to a job. */
export type Answer<Result> = { readonly result: Result } | { readonly error: string };

/** Makes this thread one that runs jobs one after another; see `run-jobs.ts`. */
export function serveJobs(run: (job: never) => Promise<unknown>): void {
  parentPort?.on('message', (job: unknown) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    void answer(run(job as never)).then((message) => parentPort?.postMessage(message));
  });
}

async function answer(running: Promise<unknown>): Promise<Answer<unknown>> {
  try {
    return { result: await running };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
