import { optimizerNames } from '../contenders.ts';
import type { Options } from '../options.ts';
import { suiteProblems, type SuiteName } from '../problem/suites.ts';
import type { Environment } from '../report/environment.ts';
import type { Table } from '../report/table.ts';
import { OPTUNA_PREFIX, type Job, type JobResult } from './job.ts';
import { runJobs } from './run-jobs.ts';
import { mergeRuns, readRuns, writeRuns, type Runs } from './runs.ts';
import { CHECKPOINTS } from './score.ts';
import { qualityTables } from './tables.ts';

/** Runs the optimizers on a suite, and tells how well they did, beside what is stored of Optuna. */
export async function measureQuality(
  suite: SuiteName,
  options: Options,
  environment: Environment,
): Promise<Table[]> {
  const problems = suiteProblems(suite).filter(
    ({ id }) => options.problems === undefined || options.problems.includes(id),
  );
  if (problems.length === 0) return [];
  const store = readRuns(suite);
  const ours = options.optimizers ?? optimizerNames();
  const theirs = environment.optuna === undefined ? [] : options.optuna.map((name) => OPTUNA_PREFIX + name);
  for (const optimizer of [...ours, ...theirs]) {
    const isOptuna = optimizer.startsWith(OPTUNA_PREFIX);
    try {
      const ids = problems.map(({ id }) => id);
      const runs = await runOptimizer(suite, optimizer, ids, options);
      const version = isOptuna ? `Optuna ${environment.optuna?.optuna}` : `tunable ${environment.tunable}`;
      mergeRuns(store, optimizer, { version, date: environment.date, ...runs });
    } catch (error) {
      console.error(`${optimizer}: ${(error as Error).message}`);
    }
  }
  if (options.write && options.problems === undefined) writeRuns(suite, store);
  return qualityTables(suite, problems, store);
}

/** Seed by seed, so that what is done when time is up is whole. */
async function runOptimizer(
  suite: SuiteName,
  optimizer: string,
  problems: readonly string[],
  options: Options,
): Promise<Pick<Runs, 'trials' | 'seeds' | 'problems'>> {
  const { seeds, trials, minutes, threads } = options;
  const results = new Map<string, (JobResult | undefined)[]>(problems.map((problem) => [problem, []]));
  const deadline = performance.now() + minutes * 60_000;
  let done = 0;
  let whole = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const jobs = problems.map((problem): Job => ({ suite, problem, optimizer, seed, trials }));
    const isComplete = await runJobs(jobs, {
      threads,
      // The first seed is always finished: no figure at all would be worse than waiting.
      deadline: seed === 0 ? Infinity : deadline,
      onResult: (job, result) => {
        (results.get(job.problem) as (JobResult | undefined)[])[job.seed] = result;
        showProgress(`${optimizer}, suite ${suite}: ${++done} of ${problems.length * seeds} runs`);
      },
    });
    if (!isComplete) break;
    whole = seed + 1;
  }
  showProgress('');
  const problemResults = problems.map((problem) => [problem, results.get(problem)?.slice(0, whole)]);
  const reached = CHECKPOINTS.findLast((n) => n <= trials) ?? 0;
  return { trials: reached, seeds: whole, problems: Object.fromEntries(problemResults) as Runs['problems'] };
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}
