import { readFileSync, writeFileSync } from 'node:fs';

import type { SuiteName } from '../problem/suites.ts';
import type { JobResult } from './job.ts';

/** The runs of one optimizer on a suite: for each problem, seeds 0, 1, 2, ... */
export interface Runs {
  /** What ran, such as 'tunable 0.1.0' or 'Optuna 5.0.0'. */
  readonly version: string;
  /** ISO date. */
  readonly date: string;
  readonly trials: number;
  readonly seeds: number;
  readonly problems: { readonly [problem: string]: readonly JobResult[] };
}

/** The stored runs of a suite, by optimizer. */
export interface RunStore {
  [optimizer: string]: Runs;
}

/** What is stored of a suite. */
export function readRuns(suite: SuiteName): RunStore {
  try {
    return JSON.parse(readFileSync(fileOf(suite), 'utf8')) as RunStore;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Stores the runs of a suite, one line per problem, numbers to five digits. */
export function writeRuns(suite: SuiteName, store: RunStore): void {
  const round = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(5)) : value;
  const optimizers = Object.entries(store).map(([optimizer, { problems, ...rest }]) => {
    const lines = Object.entries(problems).map(([name, runs]) => `"${name}": ${JSON.stringify(runs, round)}`);
    const head = JSON.stringify(rest).slice(1, -1);
    return `"${optimizer}": {${head}, "problems": {\n  ${lines.join(',\n  ')}\n}}`;
  });
  writeFileSync(fileOf(suite), `{\n${optimizers.join(',\n')}\n}\n`);
}

/**
 * Puts new runs beside stored ones. Runs of ours replace older ones, since the code may have changed; Optuna's only give way to another
 * version's or to as many seeds and trials at least.
 */
export function mergeRuns(store: RunStore, optimizer: string, runs: Runs): void {
  const old = store[optimizer];
  const isFuller =
    old !== undefined &&
    old.version === runs.version &&
    isOptuna(runs.version) &&
    (old.seeds > runs.seeds || old.trials > runs.trials || !coversProblems(runs, old));
  if (!isFuller) store[optimizer] = runs;
}

/**
 * The stored runs that need not be run again: those of the same version of Optuna, as equal seeds repeat its runs exactly, on all of these
 * problems and for as many trials. Undefined if there are none.
 */
export function storedRuns(
  store: RunStore,
  optimizer: string,
  { version, problems, trials }: { version: string; problems: readonly string[]; trials: number },
): Runs | undefined {
  const old = store[optimizer];
  const isUsable =
    old !== undefined &&
    isOptuna(version) &&
    old.version === version &&
    old.trials === trials &&
    problems.every((name) => (old.problems[name]?.length ?? 0) >= old.seeds);
  return isUsable ? old : undefined;
}

function isOptuna(version: string): boolean {
  return version.startsWith('Optuna');
}

function coversProblems(runs: Runs, old: Runs): boolean {
  return Object.keys(old.problems).every((name) => name in runs.problems);
}

function fileOf(suite: SuiteName): URL {
  return new URL(`../../results/runs-${suite}.json`, import.meta.url);
}
