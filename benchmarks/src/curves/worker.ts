/** A thread that runs methods on tasks with learning curves. */
import { serveJobs } from '../jobs/serve-jobs.ts';
import { METHODS } from './methods.ts';
import { readReferences } from './references.ts';
import { runOnCurves, type CurveRun } from './run-on-curves.ts';
import { OPTUNA_METHOD, runOptunaOnCurves } from './run-optuna.ts';
import { allTasks } from './tasks.ts';

/** One run: a task and a method by their names, a seed, and the budgets in whole trainings. */
export interface CurveJob {
  readonly task: string;
  readonly method: string;
  readonly seed: number;
  readonly budgets: readonly number[];
}

const tasks = new Map(allTasks().map((task) => [task.name, task]));
const methods = new Map(METHODS.map((method) => [method.name, method]));
const references = readReferences();

serveJobs(async ({ task, method, seed, budgets }: CurveJob): Promise<CurveRun> => {
  const reference = references[task];
  if (reference === undefined) throw new Error(`no reference for ${task}: run 'npm run bench -- references'`);
  if (method === OPTUNA_METHOD) return runOptunaOnCurves(tasks.get(task)!, reference, seed, budgets);
  return runOnCurves(tasks.get(task)!, reference, methods.get(method)!, seed, budgets);
});
