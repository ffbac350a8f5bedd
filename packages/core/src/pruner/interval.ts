import { checkNumber } from '../options.ts';
import type { JudgedTrial } from './pruner.ts';

/** When a pruner looks at a trial. Steps count from 0: `warmupSteps: 5` spares steps 0 to 4. */
export interface IntervalOptions {
  /** Reports at steps below this are not judged. Default 0. */
  warmupSteps?: number;
  /** Judge once in this many steps, counted from `warmupSteps`, at the first report of each such interval. Default 1. */
  intervalSteps?: number;
}

/** Makes a test of whether the newest report of a trial is to be judged. */
export function createIntervalTest(owner: string, options: IntervalOptions): (trial: JudgedTrial) => boolean {
  const { warmupSteps = 0, intervalSteps = 1 } = options;
  checkNumber(owner, 'warmupSteps', warmupSteps, { min: 0, integer: true });
  checkNumber(owner, 'intervalSteps', intervalSteps, { min: 1, integer: true });
  return ({ steps }) => {
    const step = steps.at(-1) as number;
    if (step < warmupSteps) return false;
    const intervalStart = step - ((step - warmupSteps) % intervalSteps);
    for (let i = 0; i < steps.length - 1; i++) if ((steps[i] as number) >= intervalStart) return false;
    return true;
  };
}
