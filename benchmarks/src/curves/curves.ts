import { createRandom } from '@tunable/core';

import { bootstrapDifference } from '../quality/bootstrap.ts';
import { mean } from '../quality/score.ts';
import type { Table } from '../report/table.ts';
import { BASELINE, METHODS } from './methods.ts';
import { readReferences } from './references.ts';
import { runOnCurves, type CurveRun } from './run-on-curves.ts';
import { EPOCHS, type CurveTask } from './task.ts';
import { taskGroups, type TaskGroups } from './tasks.ts';

/** In whole trainings. */
const BUDGETS = [3, 5, 10, 25] as const;

const TITLES: { readonly [G in keyof TaskGroups]: string } = {
  ordinary: 'Learning curves that the method was chosen with',
  heldOut: 'Learning curves that were not looked at before',
  later: 'Learning curves of other kinds, made after the method was chosen',
  hostile: 'Learning curves whose early order is wrong',
};

/**
 * How well pruners do on learning curves, by the regret of the best fully trained configuration.
 *
 * @param options how many seeds; after so many minutes per group no further seed is begun.
 */
export async function measureCurves(options: {
  readonly seeds: number;
  readonly minutes: number;
}): Promise<Table[]> {
  const tables: Table[] = [];
  for (const [group, tasks] of Object.entries(taskGroups()) as [keyof TaskGroups, CurveTask[]][]) {
    const runs = await runGroup(tasks, options);
    tables.push(toTable(TITLES[group], tasks, runs));
  }
  return tables;
}

/** By method: for each task, one run per seed. */
type GroupRuns = ReadonlyMap<string, readonly CurveRun[][]>;

/** Seed by seed, so that what is done when time is up is whole. */
async function runGroup(
  tasks: readonly CurveTask[],
  { seeds, minutes }: { readonly seeds: number; readonly minutes: number },
): Promise<GroupRuns> {
  const references = readReferences();
  const deadline = performance.now() + minutes * 60_000;
  const runs = new Map(METHODS.map(({ name }) => [name, tasks.map((): CurveRun[] => [])]));
  for (let seed = 0; seed < seeds && (seed === 0 || performance.now() < deadline); seed++) {
    for (const method of METHODS) {
      for (const [i, task] of tasks.entries()) {
        const reference = references[task.name];
        if (reference === undefined)
          throw new Error(`no reference for ${task.name}: run 'npm run bench -- references'`);
        runs.get(method.name)![i]!.push(await runOnCurves(task, reference, method, seed, BUDGETS));
      }
    }
  }
  return runs;
}

function toTable(title: string, tasks: readonly CurveTask[], runs: GroupRuns): Table {
  const baseline = runs.get(BASELINE)!;
  const seeds = baseline[0]!.length;
  const rows = METHODS.map(({ name }) => {
    const own = runs.get(name)!;
    const at = (all: readonly CurveRun[][], budget: number): number[][] =>
      all.map((task) => task.map(({ regrets }) => regrets[budget]!));
    const regrets = BUDGETS.map((_, i) => mean(at(own, i).map(mean)).toFixed(3));
    const differences = BUDGETS.slice(1).map((_, i) => {
      if (name === BASELINE) return '';
      const difference = bootstrapDifference(at(own, i + 1), at(baseline, i + 1), createRandom(1));
      return `${signed(difference.mean)} [${signed(difference.low)}, ${signed(difference.high)}]`;
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
      `Mean regret of the best fully trained configuration (0: the best known, 1: the median of random ones, or none yet) after so many whole trainings of ${EPOCHS} epochs, and its difference to '${BASELINE}' with a 95 % bootstrap interval over tasks and seeds. ${seeds} seeds, ${tasks.length} tasks (${tasks.map((task) => task.name).join(', ')}); one trial at a time, and a paused trial costs nothing.`,
    ],
  };
}

function signed(x: number): string {
  return `${x < 0 ? '' : '+'}${x.toFixed(3)}`;
}
