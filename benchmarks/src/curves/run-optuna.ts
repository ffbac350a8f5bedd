import { threadDriver } from '../optuna/driver.ts';
import type { Config } from '../problem/parameter.ts';
import { fromConfig, toParameters } from '../problem/space-parameters.ts';
import { HALVING } from './methods.ts';
import type { CurveRun } from './run-on-curves.ts';
import { EPOCHS, regretsAt, type CurveTask, type FullTraining, type Reference } from './task.ts';

/**
 * Optuna's TPE with its ASHA, with the settings of `BASELINE`. Optuna does not know how long a
 * trial is, and so judges it at its last epoch too, which is a rung; that counts as trained in full all the same.
 */
export const OPTUNA_METHOD = "Optuna's TPE + ASHA";

/**
 * Runs Optuna's TPE and successive halving on a task, one trial at a time; the counterpart of `runOnCurves`. Like `successiveHalving`, Optuna's
 * pruner is told of units spent, of which a trial has one after its first epoch.
 */
export async function runOptunaOnCurves(
  task: CurveTask,
  reference: Reference,
  seed: number,
  budgets: readonly number[],
): Promise<CurveRun> {
  const driver = threadDriver();
  await driver.request({
    do: 'open',
    sampler: 'tpe',
    seed,
    space: toParameters(task.space),
    pruner: HALVING,
  });
  const limit = (budgets.at(-1) as number) * EPOCHS;
  const complete: FullTraining[] = [];
  let value: number | 'pruned' | null = null;
  for (let epochs = 0; epochs < limit;) {
    const { params }: { params: Config } = await driver.request({ do: 'next', value });
    let step = 0;
    for (const loss of task.curve(fromConfig(task.space, params) as never)) {
      epochs++;
      value = loss;
      if (++step === EPOCHS) complete.push({ epochs, loss });
      const { prune }: { prune: boolean } = await driver.request({ do: 'report', step, value: loss });
      if (prune) {
        value = 'pruned';
        break;
      }
    }
  }
  return { regrets: regretsAt(budgets, complete, reference), warnedAfter: Infinity };
}
