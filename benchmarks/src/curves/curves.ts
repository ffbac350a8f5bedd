import { createRandom } from '@tunable/core';

import { runJobs } from '../jobs/run-jobs.ts';
import { bootstrapDifference } from '../quality/bootstrap.ts';
import { mean } from '../quality/score.ts';
import type { Table } from '../report/table.ts';
import type { Environment } from '../report/environment.ts';
import { BASELINE, DEFAULT, METHODS, PROMOTION } from './methods.ts';
import type { CurveRun } from './run-on-curves.ts';
import { OPTUNA_METHOD } from './run-optuna.ts';
import { EPOCHS, type CurveTask } from './task.ts';
import { taskGroups, type TaskGroups } from './tasks.ts';
import type { CurveJob } from './worker.ts';

/** In whole trainings. */
const BUDGETS = [3, 5, 10, 25] as const;

const TITLES: { readonly [G in keyof TaskGroups]: string } = {
  ordinary: 'Learning curves that the method was chosen with',
  heldOut: 'Learning curves that were not looked at before',
  later: 'Learning curves of other kinds, made after the method was chosen',
  hostile: 'Learning curves whose early order is wrong',
};

/** Groups that are judged together too, as nothing misleads in them. */
const POOLS = [
  { title: 'Ordinary and held-out learning curves', groups: ['ordinary', 'heldOut'] },
  { title: 'All learning curves whose early order is right', groups: ['ordinary', 'heldOut', 'later'] },
] as const;

/**
 * How well pruners do on learning curves, by the regret of the best fully trained configuration: a table for each group of tasks,
 * others for groups together in which nothing misleads, and how the default and `asha()` differ from each other method there and
 * where early values mislead. Optuna's own TPE and ASHA are among the methods where Python has them.
 *
 * @param options how many seeds, and threads; after so many minutes per group no further seed is begun.
 */
export async function measureCurves(options: CurveOptions, { optuna }: Environment): Promise<Table[]> {
  const groups = taskGroups();
  const methods = METHODS.map(({ name }) => name);
  if (optuna !== undefined) methods.splice(methods.indexOf(BASELINE), 0, OPTUNA_METHOD);
  const runs: { [group: string]: GroupRuns } = {};
  for (const [group, tasks] of Object.entries(groups)) runs[group] = await runGroup(tasks, methods, options);
  return curveTables(groups, runs as { readonly [G in keyof TaskGroups]: GroupRuns });
}

/** The tables of runs of all groups. */
export function curveTables(
  groups: TaskGroups,
  runs: { readonly [G in keyof TaskGroups]: GroupRuns },
): Table[] {
  const tables = (Object.keys(groups) as (keyof TaskGroups)[]).map((group) =>
    toTable(TITLES[group], groups[group], runs[group]),
  );
  for (const { title, groups: names } of POOLS) {
    const tasks = names.flatMap((group) => groups[group]);
    const pooled = pool(names.map((group) => runs[group]));
    tables.push(toTable(title, tasks, pooled), ...toDifferences(title, tasks, pooled));
  }
  return [...tables, ...toDifferences(TITLES.hostile, groups.hostile, runs.hostile)];
}

/** By method: for each task, one run per seed. */
export type GroupRuns = ReadonlyMap<string, readonly CurveRun[][]>;

/** The runs of several groups as those of one. Each has its seeds, which may be more or fewer. */
function pool(groups: readonly GroupRuns[]): GroupRuns {
  const methods = Array.from((groups[0] as GroupRuns).keys());
  return new Map(methods.map((name) => [name, groups.flatMap((runs) => runs.get(name) ?? [])]));
}

interface CurveOptions {
  readonly seeds: number;
  readonly minutes: number;
  readonly threads: number;
}

/** Seed by seed, so that what is done when time is up is whole. */
async function runGroup(
  tasks: readonly CurveTask[],
  methods: readonly string[],
  { seeds, minutes, threads }: CurveOptions,
): Promise<GroupRuns> {
  const deadline = performance.now() + minutes * 60_000;
  const runs = new Map(methods.map((name) => [name, tasks.map((): CurveRun[] => [])]));
  for (let seed = 0; seed < seeds && (seed === 0 || performance.now() < deadline); seed++) {
    const jobs: CurveJob[] = methods.flatMap((method) =>
      tasks.map((task) => ({ task: task.name, method, seed, budgets: BUDGETS })),
    );
    await runJobs<CurveJob, CurveRun>(jobs, {
      worker: new URL('worker.js', import.meta.url),
      threads,
      deadline: Infinity,
      onResult: ({ task, method }, run) =>
        runs.get(method)![tasks.findIndex(({ name }) => name === task)]!.push(run),
    });
    console.error(`curves: ${tasks[0]!.kind} tasks, seed ${seed + 1} of ${seeds}`);
  }
  return runs;
}

function toTable(title: string, tasks: readonly CurveTask[], runs: GroupRuns): Table {
  const baseline = runs.get(BASELINE)!;
  const seeds = seedsOf(baseline);
  const rows = Array.from(runs, ([name, own]) => {
    const regrets = BUDGETS.map((_, i) => mean(regretsAt(own, i).map(mean)).toFixed(3));
    const differences = BUDGETS.slice(1).map((_, i) => {
      if (name === BASELINE) return '';
      return differenceAt(own, baseline, i + 1);
    });
    const warned = mean(
      own.map((task) => mean(task.map(({ warnedAfter }) => Number(warnedAfter < Infinity)))),
    );
    return [name, ...regrets, ...differences, warned.toFixed(2)];
  });
  return {
    title,
    columns: [
      'method',
      ...BUDGETS.map(String),
      ...BUDGETS.slice(1).map((budget) => `difference at ${budget}`),
      'warned',
    ],
    rows,
    notes: [
      `Mean regret of the best fully trained configuration (0: the best known, 1: the median of random ones, or none yet) after so many whole trainings of ${EPOCHS} epochs, and its difference to '${BASELINE}' with a 95 % bootstrap interval over tasks and seeds. ${seeds}, ${tasks.length} tasks (${tasks.map((task) => task.name).join(', ')}); one trial at a time, and a paused trial costs nothing.`,
    ],
  };
}

/** The default minus each other method, and `asha()` likewise. */
function toDifferences(title: string, tasks: readonly CurveTask[], runs: GroupRuns): Table[] {
  return [DEFAULT, PROMOTION].map((method) => {
    const own = runs.get(method)!;
    const others = Array.from(runs).filter(([name]) => name !== method);
    return {
      title: `${title}: '${method}' minus the others`,
      columns: ['minus', ...BUDGETS.map((budget) => `after ${budget}`)],
      rows: others.map(([name, other]) => [name, ...BUDGETS.map((_, i) => differenceAt(own, other, i))]),
      notes: [
        `Differences of the mean regret with 95 % bootstrap intervals over tasks and seeds; below zero '${method}' is better. ${seedsOf(own)}, ${tasks.length} tasks.`,
      ],
    };
  });
}

/** Per task, the regrets of the seeds at one of {@link BUDGETS}. */
function regretsAt(runs: readonly CurveRun[][], budget: number): number[][] {
  return runs.map((task) => task.map(({ regrets }) => regrets[budget]!));
}

function differenceAt(a: readonly CurveRun[][], b: readonly CurveRun[][], budget: number): string {
  const {
    mean: middle,
    low,
    high,
  } = bootstrapDifference(regretsAt(a, budget), regretsAt(b, budget), createRandom(1));
  return `${signed(middle)} [${signed(low)}, ${signed(high)}]`;
}

/** '3 seeds', or '3 to 5 seeds' where the tasks have different numbers of them. */
function seedsOf(runs: readonly CurveRun[][]): string {
  const counts = runs.map((task) => task.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${most} ${most === 1 ? 'seed' : 'seeds'}` : `${least} to ${most} seeds`;
}

function signed(x: number): string {
  return `${x < 0 ? '' : '+'}${x.toFixed(3)}`;
}
