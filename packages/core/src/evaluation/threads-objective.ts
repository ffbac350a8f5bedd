import { UnsupportedError } from '../errors.ts';
import type { Params } from '../learner/complete-params.ts';
import type { Objective } from '../study/objective.ts';
import type { FoldsJob } from './evaluate-folds.ts';
import { learnerObjectiveModule, type LearnerObjectiveSetup } from './learner-objective.ts';

/** An objective that holds worker threads until it is closed. */
export interface ThreadsObjective extends Objective<Params> {
  close(): Promise<void>;
}

/** What is used of the package `@tunable/threads`. */
interface ThreadsPackage {
  readonly threads?: (
    module: string,
    options: { size: number; export: string; setup: LearnerObjectiveSetup },
  ) => ThreadsObjective;
}

const PACKAGE = '@tunable/threads';

/**
 * The objective of a learner on worker threads. The dataset travels once, in shared memory.
 *
 * @param job the learner and how it is evaluated.
 * @param size how many threads.
 * @throws {UnsupportedError} the package `@tunable/threads` is not installed; a learner that cannot describe itself or a
 *   metric of the user's own, which cannot travel.
 */
export async function threadsObjective(job: FoldsJob, size: number): Promise<ThreadsObjective> {
  const setup = describeJob(job);
  const { threads } = await importThreads();
  if (threads === undefined)
    throw new UnsupportedError(`tune: this version of ${PACKAGE} has no threads(); update it`);
  return threads(learnerObjectiveModule, { size, export: 'createObjective', setup });
}

/** The job as data that `postMessage` can send. */
export function describeJob({ learner, data, metrics, ...rest }: FoldsJob): LearnerObjectiveSetup {
  const description = learner.describe?.();
  if (description === undefined) {
    throw new UnsupportedError(
      `tune: ${learner.name} cannot be rebuilt in a worker thread: ${learner.describeAdvice ?? 'it has no description, perhaps because one of its options is a function'}; or leave out threads`,
    );
  }
  return {
    ...rest,
    learner: description,
    data: data.toPlain(),
    metrics: metrics.map(({ name, options }) => {
      if (options !== undefined) return { name, options };
      throw new UnsupportedError(
        `tune: the metric '${name}' is a function, which cannot travel to worker threads; leave out threads`,
      );
    }),
  };
}

async function importThreads(): Promise<ThreadsPackage> {
  try {
    // Held in a variable, so that bundlers and type checkers do not look for an optional package.
    return (await import(/* @vite-ignore */ PACKAGE)) as ThreadsPackage;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    if (!isMissing || message?.includes(PACKAGE) !== true) throw error;
    throw new UnsupportedError(`tune: threads need the package ${PACKAGE}; run: npm install ${PACKAGE}`);
  }
}
