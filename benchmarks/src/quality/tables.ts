import { createRandom } from '@tunable/core';

import { OPTUNA_REGRETS } from '../optuna/published.ts';
import type { Problem } from '../problem/problem.ts';
import { suiteProblems, type SuiteName } from '../problem/suites.ts';
import { cell, type Table } from '../report/table.ts';
import { bootstrapDifference, describeDifference } from './bootstrap.ts';
import { OPTUNA_PREFIX } from './job.ts';
import type { Runs, RunStore } from './runs.ts';
import { CHECKPOINTS, digits, mean } from './score.ts';

/** The checkpoints at which differences are judged. */
const JUDGED = [25, 50, 100, 200] as const;

/** The tables of a suite: all problems, each family, differences to Optuna, each problem. */
export function qualityTables(suite: SuiteName, problems: readonly Problem[], store: RunStore): Table[] {
  const families = [...new Set(problems.map(({ family }) => family))].toSorted();
  return [
    regretTable(suite, 'all', problems, store),
    ...differenceTables(suite, problems, store),
    ...families.map((family) =>
      regretTable(
        suite,
        family,
        problems.filter((problem) => problem.family === family),
        store,
      ),
    ),
    problemTable(suite, problems, store),
  ];
}

/** 'gp' or 'Optuna gp'. */
function labelOf(optimizer: string): string {
  return optimizer.startsWith(OPTUNA_PREFIX) ? `Optuna ${optimizer.slice(OPTUNA_PREFIX.length)}` : optimizer;
}

function regretTable(suite: SuiteName, family: string, problems: readonly Problem[], store: RunStore): Table {
  const rows = Object.entries(store)
    .filter(([, runs]) => problems.every(({ id }) => id in runs.problems))
    .map(([optimizer, runs]) => [
      labelOf(optimizer),
      ...CHECKPOINTS.map((n) => cell(meanOver(problems, runs, n), 4)),
      cell(mean(problems.map(({ id }) => mean(resultsOf(runs, id).map(({ auc }) => auc)))), 4),
      ...JUDGED.map((n) => cell(meanOver(problems, runs, n, digits), 3)),
      String(runs.seeds),
      cell(mean(problems.map(({ id }) => mean(resultsOf(runs, id).map(({ seconds }) => seconds)))), 2),
    ]);
  const isWhole =
    problems.length === suiteProblems(suite).filter((p) => family === 'all' || p.family === family).length;
  const published = suite === 'public' && isWhole ? Object.entries(OPTUNA_REGRETS[family] ?? {}) : [];
  return {
    title: `Mean regret, suite ${suite}, ${family === 'all' ? 'all' : `family ${family}:`} ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
    columns: [
      'optimizer',
      ...CHECKPOINTS.map((n) => `r${n}`),
      'auc100',
      ...JUDGED.map((n) => `digits${n}`),
      'seeds',
      's/run',
    ],
    rows: [
      ...rows,
      ...published.map(([sampler, regrets]) => [
        `Optuna ${sampler} †`,
        ...CHECKPOINTS.map((_, i) => cell(regrets[i], 4)),
        '–',
        ...JUDGED.map(() => '–'),
        sampler === 'gp' ? '6-7' : '10',
        '–',
      ]),
    ],
    ...(published.length > 0 ? { notes: ['† Stored figures of Optuna 5.0.0.'] } : {}),
  };
}

/** For every optimizer of ours, against whichever of Optuna's samplers is best at that checkpoint. */
function differenceTables(suite: SuiteName, problems: readonly Problem[], store: RunStore): Table[] {
  const complete = Object.entries(store).filter(([, runs]) =>
    problems.every(({ id }) => id in runs.problems),
  );
  const theirs = complete.filter(([optimizer]) => optimizer.startsWith(OPTUNA_PREFIX));
  const ours = complete.filter(([optimizer]) => !optimizer.startsWith(OPTUNA_PREFIX));
  if (theirs.length === 0 || ours.length === 0) return [];
  const references = JUDGED.map((n) => {
    const reached = theirs.filter(([, runs]) => runs.trials >= n);
    return reached.toSorted(([, a], [, b]) => regretOr1(problems, a, n) - regretOr1(problems, b, n))[0];
  });
  const rows = ours.map(([optimizer, runs]) => [
    optimizer,
    String(runs.seeds),
    ...JUDGED.map((n, i) => {
      const reference = references[i]?.[1];
      if (reference === undefined || runs.trials < n) return '–';
      const difference = bootstrapDifference(
        regretsAt(problems, runs, n),
        regretsAt(problems, reference, n),
        createRandom(n),
      );
      return describeDifference(difference);
    }),
  ]);
  const best = JUDGED.map((n, i) =>
    references[i] === undefined
      ? `r${n}`
      : `r${n} minus ${labelOf(references[i][0])} (${cell(meanOver(problems, references[i][1], n), 3)}, ${plural(references[i][1].seeds, 'seed')})`,
  );
  return [
    {
      title: `Difference to Optuna's best sampler, suite ${suite}: mean and 95 % interval`,
      columns: ['optimizer', 'seeds', ...best],
      rows,
      notes: [
        'Bootstrap over problems and seeds, 2,000 draws; below zero is better than Optuna. In brackets the mean regret of the sampler that is compared with, and of how many seeds it is.',
      ],
    },
  ];
}

/** '1 seed', '2 seeds'. */
function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function problemTable(suite: SuiteName, problems: readonly Problem[], store: RunStore): Table {
  const columns = Object.entries(store);
  return {
    title: `Mean regret after 100 evaluations (or all, if fewer), suite ${suite}, by problem`,
    columns: ['problem', ...columns.map(([optimizer]) => labelOf(optimizer))],
    rows: problems.map(({ id }) => [
      id,
      ...columns.map(([, runs]) => {
        if (!(id in runs.problems)) return '–';
        const index = Math.min(
          CHECKPOINTS.indexOf(100),
          CHECKPOINTS.filter((n) => n <= runs.trials).length - 1,
        );
        return cell(mean(resultsOf(runs, id).map(({ regrets }) => regrets[index] ?? Number.NaN)), 4);
      }),
    ]),
  };
}

function resultsOf(runs: Runs, problem: string): Runs['problems'][string] {
  return runs.problems[problem] ?? [];
}

/** Per problem, the regrets of the seeds after `n` evaluations. */
function regretsAt(problems: readonly Problem[], runs: Runs, n: number): number[][] {
  const index = (CHECKPOINTS as readonly number[]).indexOf(n);
  return problems.map(({ id }) => resultsOf(runs, id).map(({ regrets }) => regrets[index] ?? Number.NaN));
}

function meanOver(
  problems: readonly Problem[],
  runs: Runs,
  n: number,
  transform: (regret: number) => number = (regret) => regret,
): number {
  return mean(regretsAt(problems, runs, n).map((seeds) => mean(seeds.map(transform))));
}

function regretOr1(problems: readonly Problem[], runs: Runs, n: number): number {
  const regret = meanOver(problems, runs, n);
  return Number.isNaN(regret) ? 1 : regret;
}
