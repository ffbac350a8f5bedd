import { optimizerNames } from '../contenders.ts';
import type { Options } from '../options.ts';
import { suiteProblems, type SuiteName } from '../problem/suites.ts';
import type { Environment } from '../report/environment.ts';
import type { Table } from '../report/table.ts';
import { OPTUNA_PREFIX, type Job, type JobResult } from './job.ts';
import { runJobs } from '../jobs/run-jobs.ts';
import { mergeRuns, readRuns, storedRuns, writeRuns, type Runs } from './runs.ts';
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
      const version = isOptuna ? `Optuna ${environment.optuna?.optuna}` : `tunable ${environment.tunable}`;
      const trials = reached(options.trials);
      const known = storedRuns(store, optimizer, { version, problems: ids, trials });
      await runOptimizer(suite, optimizer, ids, options, known, (runs) => {
        mergeRuns(store, optimizer, { version, date: environment.date, trials, ...runs });
        if (options.write && options.problems === undefined) writeRuns(suite, store);
      });
    } catch (error) {
      console.error(`${optimizer}: ${(error as Error).message}`);
    }
  }
  return qualityTables(suite, problems, store);
}

/** Which of the checkpoints so many trials come to. */
function reached(trials: number): number {
  return CHECKPOINTS.findLast((n) => n <= trials) ?? 0;
}

/**
 * Seed by seed, so that what is done when time is up is whole.
 *
 * @param known runs of the first seeds, which are not run again.
 * @param onSeed told of all whole seeds, whenever one more is.
 */
async function runOptimizer(
  suite: SuiteName,
  optimizer: string,
  problems: readonly string[],
  options: Options,
  known: Pick<Runs, 'seeds' | 'problems'> | undefined,
  onSeed: (runs: Pick<Runs, 'seeds' | 'problems'>) => void,
): Promise<void> {
  const { seeds, trials, minutes, threads } = options;
  const first = known?.seeds ?? 0;
  const results = new Map(problems.map((problem) => [problem, [...(known?.problems[problem] ?? [])]]));
  const deadline = performance.now() + minutes * 60_000;
  let done = 0;
  for (let seed = first; seed < seeds; seed++) {
    const jobs = problems.map((problem): Job => ({ suite, problem, optimizer, seed, trials }));
    const isComplete = await runJobs<Job, JobResult>(jobs, {
      worker: new URL('worker.js', import.meta.url),
      threads,
      // The first seed is always finished: no figure at all would be worse than waiting.
      deadline: seed === 0 ? Infinity : deadline,
      onResult: (job, result) => {
        (results.get(job.problem) as JobResult[])[job.seed] = result;
        showProgress(`${optimizer}, suite ${suite}: ${++done} of ${problems.length * (seeds - first)} runs`);
      },
    });
    if (!isComplete) break;
    const whole = problems.map((problem) => [problem, results.get(problem)!.slice(0, seed + 1)]);
    onSeed({ seeds: seed + 1, problems: Object.fromEntries(whole) as Runs['problems'] });
  }
  showProgress('');
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}
