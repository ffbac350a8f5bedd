import { createStudy, type Optimizer } from '@tunable/core';

import { makeOptimizer } from '../contenders.ts';
import { threadDriver } from '../optuna/driver.ts';
import type { Config } from '../problem/parameter.ts';
import { toConfig, toSpace } from '../problem/problem-space.ts';
import type { Problem } from '../problem/problem.ts';
import { findProblem, type SuiteName } from '../problem/suites.ts';
import { regretTrace, scoreRun, type Evaluated, type RunScore } from './score.ts';

/** What stands before the names of Optuna's samplers. */
export const OPTUNA_PREFIX = 'optuna:';

/** One run: an optimizer, a problem, a seed. */
export interface Job {
  readonly suite: SuiteName;
  readonly problem: string;
  /** A name of ours, or `optuna:` and one of Optuna's. */
  readonly optimizer: string;
  readonly seed: number;
  readonly trials: number;
  /** URL of a module in place of `@tunable/core`, whose `auto` is the optimizer. */
  readonly core?: string;
}

/** What became of a job. */
export interface JobResult extends RunScore {
  /** Wall-clock seconds of the whole run; the evaluations take next to nothing. */
  readonly seconds: number;
}

/** Runs one job in this thread. */
export async function runJob(job: Job): Promise<JobResult> {
  const problem = findProblem(job.suite, job.problem, job.seed);
  const start = performance.now();
  const run = job.optimizer.startsWith(OPTUNA_PREFIX)
    ? await runOptuna(problem, job)
    : await runOurs(problem, job);
  const seconds = (performance.now() - start) / 1000;
  return { ...scoreRun(regretTrace(problem, run)), seconds };
}

async function runOurs(problem: Problem, { optimizer: name, seed, trials, core }: Job): Promise<Evaluated[]> {
  const optimizer = core === undefined ? makeOptimizer(name) : await importAuto(core);
  if (optimizer === undefined) throw new Error(`@tunable/core has no optimizer '${name}'`);
  const study = await createStudy({
    space: toSpace(problem.parameters),
    optimizer,
    seed,
    noisy: problem.isNoisy,
  });
  const run: Evaluated[] = [];
  while (run.length < trials) {
    const trial = await study.ask();
    const evaluated = evaluate(problem, toConfig(problem.parameters, trial.params), seed, run.length);
    await study.tell(trial, evaluated.observed);
    run.push(evaluated);
  }
  return run;
}

async function importAuto(core: string): Promise<Optimizer> {
  const { auto } = (await import(core)) as { readonly auto: () => Optimizer };
  return auto();
}

async function runOptuna(problem: Problem, { optimizer, seed, trials }: Job): Promise<Evaluated[]> {
  const driver = threadDriver();
  const sampler = optimizer.slice(OPTUNA_PREFIX.length);
  await driver.request({ do: 'open', sampler, seed, space: problem.parameters });
  const run: Evaluated[] = [];
  while (run.length < trials) {
    const value = run.at(-1)?.observed ?? null;
    const { params } = await driver.request<{ readonly params: Config }>({ do: 'next', value });
    run.push(evaluate(problem, params, seed, run.length));
  }
  return run;
}

function evaluate(problem: Problem, config: Config, seed: number, index: number): Evaluated {
  return { observed: problem.observe(config, seed, index), truth: problem.truth(config) };
}
