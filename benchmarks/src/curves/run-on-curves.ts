import { createStudy } from '@tunable/core';

import type { Method } from './methods.ts';
import { EPOCHS, regretsAt, type CurveTask, type FullTraining, type Reference } from './task.ts';

/** One run: the regret of the best fully trained configuration after so many trainings' worth of epochs. */
export interface CurveRun {
  /** One per budget asked for. */
  readonly regrets: readonly number[];
  /** After how many trainings' worth of epochs the study warned; infinite if it did not. */
  readonly warnedAfter: number;
}

/**
 * Runs a method on a task, one trial at a time, and reads off the regret at each budget.
 *
 * @param budgets in whole trainings, ascending.
 */
export async function runOnCurves(
  task: CurveTask,
  reference: Reference,
  { optimizer, pruner }: Method,
  seed: number,
  budgets: readonly number[],
): Promise<CurveRun> {
  const limit = (budgets.at(-1) as number) * EPOCHS;
  const study = await createStudy({ space: task.space, optimizer: optimizer(), pruner: pruner(), seed });
  const enough = new AbortController();
  const complete: FullTraining[] = [];
  let epochs = 0;
  let warnedAfter = Infinity;
  study.on('warning', () => (warnedAfter = Math.min(warnedAfter, epochs / EPOCHS)));
  await study.optimize(
    async (params, trial) => {
      let loss = Infinity;
      let step = 0;
      for (const value of task.curve(params as never)) {
        if (epochs >= limit) enough.abort();
        enough.signal.throwIfAborted();
        epochs++;
        loss = value;
        if (step === EPOCHS - 1) complete.push({ epochs, loss });
        await trial.report(step++, loss);
      }
      return loss;
    },
    { signal: enough.signal, progress: false, handleInterrupt: false, maxInitialFailures: 1e6 },
  );
  return { regrets: regretsAt(budgets, complete, reference), warnedAfter };
}
