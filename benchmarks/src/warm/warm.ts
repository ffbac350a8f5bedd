import { createRandom, createStudy, type Study } from '@tunable/core';

import { makeOptimizer } from '../contenders.ts';
import type { Options } from '../options.ts';
import type { Config } from '../problem/parameter.ts';
import type { Problem } from '../problem/problem.ts';
import { toConfig, toSpace } from '../problem/problem-space.ts';
import { suiteProblems } from '../problem/suites.ts';
import { bootstrapPaired, describeDifference } from '../quality/bootstrap.ts';
import { mean, regretTrace, type Evaluated } from '../quality/score.ts';
import { cell, type Table } from '../report/table.ts';
import { measureWarmCost } from './cost.ts';
import { EARLIER } from './earlier.ts';

const JUDGED = [5, 10, 25, 50] as const;
const TRIALS = 50;
const OPTIMIZERS = ['auto', 'tpe'] as const;

/** By problem, one list of regrets at {@link JUDGED} per seed. */
type Regrets = number[][][];

/**
 * What a study gains by starting from an earlier one, which was of the same problem or of another, and what that costs.
 *
 * @param options how many seeds; after so many minutes per optimizer no further seed is begun.
 */
export async function measureWarmStart(
  options: Pick<Options, 'seeds' | 'minutes' | 'problems' | 'optimizers'>,
): Promise<Table[]> {
  const problems = suiteProblems('public').filter(({ id }) => options.problems?.includes(id) ?? true);
  if (problems.length === 0) return [];
  const tables: Table[] = [];
  for (const optimizer of OPTIMIZERS) {
    if (options.optimizers?.includes(optimizer) ?? true)
      tables.push(await measure(optimizer, problems, options));
  }
  tables.push(await measureWarmCost());
  return tables;
}

async function measure(
  optimizer: string,
  problems: readonly Problem[],
  { seeds, minutes }: Pick<Options, 'seeds' | 'minutes'>,
): Promise<Table> {
  const fresh: Regrets = problems.map(() => []);
  const warm = EARLIER.map((): Regrets => problems.map(() => []));
  const deadline = performance.now() + minutes * 60_000;
  for (let seed = 0; seed < seeds && (seed === 0 || performance.now() < deadline); seed++) {
    for (const [i, problem] of problems.entries()) {
      console.error(`warm: ${optimizer}, ${problem.id}, seed ${seed}`);
      fresh[i]!.push(await judge(problem, optimizer, seed));
      for (const [k, { objective }] of EARLIER.entries()) {
        const earlier = objective(problem, seed);
        if (earlier === undefined) continue;
        warm[k]![i]!.push(
          await judge(problem, optimizer, seed, await earlierStudy(problem, optimizer, seed, earlier)),
        );
      }
    }
  }
  return toTable(optimizer, fresh, warm);
}

async function earlierStudy(
  { parameters }: Problem,
  name: string,
  seed: number,
  objective: (config: Config) => number,
): Promise<Study> {
  const study = await createStudy({
    space: toSpace(parameters),
    optimizer: makeOptimizer(name)!,
    seed: seed + 1000,
  });
  await study.optimize((params) => objective(toConfig(parameters, params)), {
    trials: TRIALS,
    progress: false,
  });
  return study;
}

/** The regrets of one study. */
async function judge(problem: Problem, name: string, seed: number, warmStart?: Study): Promise<number[]> {
  const study = await createStudy({
    space: toSpace(problem.parameters),
    optimizer: makeOptimizer(name)!,
    seed,
    noisy: problem.isNoisy,
    ...(warmStart && { warmStart }),
  });
  const run: Evaluated[] = [];
  while (run.length < TRIALS) {
    const trial = await study.ask();
    const config = toConfig(problem.parameters, trial.params);
    const observed = problem.observe(config, seed, run.length);
    await study.tell(trial, observed);
    run.push({ observed, truth: problem.truth(config) });
  }
  const trace = regretTrace(problem, run);
  return JUDGED.map((n) => trace[n - 1] as number);
}

function toTable(optimizer: string, fresh: Regrets, warm: readonly Regrets[]): Table {
  const rows = EARLIER.map(({ name }, k) => {
    const has = warm[k]!.flatMap((runs, i) => (runs.length > 0 ? [i] : []));
    const at = (regrets: Regrets, j: number): number[][] => has.map((i) => regrets[i]!.map((run) => run[j]!));
    const pairs = JUDGED.map((_, j) =>
      [fresh, warm[k]!].map((one) => cell(mean(at(one, j).map(mean)), 3)).join(', '),
    );
    const last = JUDGED.length - 1;
    const difference = bootstrapPaired(at(warm[k]!, last), at(fresh, last), createRandom(k));
    return [name, String(has.length), ...pairs, describeDifference(difference)];
  });
  return {
    title: `Mean regret of ${optimizer}, new and started from an earlier study of ${TRIALS} trials`,
    columns: [
      'the earlier study was of',
      'problems',
      ...JUDGED.map((n) => `${n} evaluations: new, warm`),
      `difference at ${JUDGED.at(-1)}`,
    ],
    rows,
    notes: [
      `The problems of the suite public, ${fresh[0]!.length} seeds; the earlier study was by the same optimizer, of another seed. 95 % interval by bootstrap over problems and seeds, runs of the same seed in pairs; below zero the start helps.`,
    ],
  };
}
