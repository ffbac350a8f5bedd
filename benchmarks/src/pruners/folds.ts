import { asha, auto, createRandom, createStudy, median, noPruning, type Pruner } from '@tunable/core';

import { loadProblem } from '../problem/load.ts';
import { toConfig, toSpace } from '../problem/problem-space.ts';
import type { Problem } from '../problem/problem.ts';
import { mean } from '../quality/score.ts';
import { cell, type Table } from '../report/table.ts';

const FOLDS = 5;
/** In whole trials. */
const BUDGETS = [15, 30, 60] as const;
/** Standard deviation of a fold's value, the distance between the best and the median of random configurations being 1. */
const NOISE = 0.1;

const PROBLEMS = [
  'branin',
  'hartmann6',
  'levy5',
  'bbob-f10-d5-i2',
  'mixed-rastrigin-d6',
  'cond-3algos',
  'hpo-svm_digits',
  'hpo-gb_diabetes',
] as const;

const PRUNERS: { readonly [name: string]: () => Pruner } = {
  'noPruning()': () => noPruning(),
  'median()': () => median(),
  'asha()': () => asha(),
  'asha({ cautious: true })': () => asha({ cautious: true }),
};

/** How well pruners do where the steps are folds, and what is reported is the mean over the folds so far. */
export async function measureFolds(options: {
  readonly seeds: number;
  readonly minutes: number;
}): Promise<Table> {
  const runs = new Map(Object.keys(PRUNERS).map((name) => [name, PROBLEMS.map((): number[][] => [])]));
  const deadline = performance.now() + options.minutes * 60_000;
  for (let seed = 0; seed < options.seeds && (seed === 0 || performance.now() < deadline); seed++) {
    for (const [name, pruner] of Object.entries(PRUNERS)) {
      console.error(`pruners: ${name} on folds, seed ${seed}`);
      for (const [i, problem] of PROBLEMS.entries())
        runs.get(name)![i]!.push(await runOnFolds(loadProblem(problem), pruner(), seed));
    }
  }
  return {
    title: 'Folds as steps: mean regret of the best whole trial',
    columns: ['pruner', ...BUDGETS.map((budget) => `after ${budget} trials' worth of folds`)],
    rows: [...runs].map(([name, problems]) => [
      name,
      ...BUDGETS.map((_, k) =>
        cell(mean(problems.map((seeds) => mean(seeds.map((regrets) => regrets[k]!)))), 3),
      ),
    ]),
    notes: [
      `auto() with ${FOLDS} folds a trial, each with noise of its own (standard deviation ${NOISE} of the distance between the best and the median of random configurations); the running mean is reported. The regret is the true one of the whole trial with the lowest mean. ${PROBLEMS.length} problems (${PROBLEMS.join(', ')}), ${runs.get('noPruning()')![0]!.length} seeds; one trial at a time, and a paused trial costs nothing.`,
    ],
  };
}

/** The regrets at {@link BUDGETS} of one study. */
export async function runOnFolds(problem: Problem, pruner: Pruner, seed: number): Promise<number[]> {
  const { best, median: middle } = problem.data.ref;
  const limit = BUDGETS.at(-1)! * FOLDS;
  const study = await createStudy({
    space: toSpace(problem.parameters),
    optimizer: auto(),
    pruner,
    seed,
    noisy: true,
  });
  const enough = new AbortController();
  const whole: { readonly folds: number; readonly observed: number; readonly truth: number }[] = [];
  let folds = 0;
  await study.optimize(
    async (params, trial) => {
      const truth = problem.truth(toConfig(problem.parameters, params));
      const noise = createRandom(seed, trial.number);
      let sum = 0;
      for (let fold = 0; fold < FOLDS; fold++) {
        if (folds >= limit) enough.abort();
        enough.signal.throwIfAborted();
        folds++;
        sum += truth + NOISE * (middle - best) * noise.normal();
        if (fold === FOLDS - 1) whole.push({ folds, observed: sum / FOLDS, truth });
        await trial.report(fold, sum / (fold + 1));
      }
      return sum / FOLDS;
    },
    { signal: enough.signal, progress: false, handleInterrupt: false, maxInitialFailures: 1e6 },
  );
  return BUDGETS.map((budget) => {
    const inTime = whole.filter((one) => one.folds <= budget * FOLDS);
    const chosen = inTime.toSorted((a, b) => a.observed - b.observed)[0];
    return chosen === undefined ? 1 : problem.regret(chosen.truth);
  });
}
