import { internalOf, type Distribution } from './distribution.ts';
import type { PythonJson } from './python-json.ts';

/** A distribution as one or more trials had it, with the numbers (`param_value`) they took. */
export interface Use {
  readonly distribution: Distribution;
  readonly values: readonly number[];
}

/**
 * One distribution for all that trials had of one parameter: the widest range, also around values beyond it (Python enqueues such with a
 * mere warning), on the steps that all of them share; all choices in the order in which they appeared. What was
 * searched as a float once is a float; where some trials had a range and others categories, there are categories.
 */
export function mergeDistributions(uses: readonly Use[]): Distribution {
  const [first] = uses as [Use];
  if (uses.some(({ distribution }) => distribution.kind === 'categorical')) return mergeChoices(uses);
  let { low, high } = first.distribution as Range;
  let isLog = true;
  let isInt = true;
  const steps = new Set<number | null>();
  for (const { distribution, values } of uses) {
    const range = distribution as Range;
    low = Math.min(low, range.low);
    high = Math.max(high, range.high);
    for (const x of values) {
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    isLog &&= range.log;
    isInt &&= range.kind === 'int';
    steps.add(range.step);
  }
  const log = isLog && low > 0;
  if (isInt) {
    const step = log ? 1 : sharedStep(low, uses, steps);
    return { kind: 'int', low, high, log, step: step ?? 1 };
  }
  return { kind: 'float', low, high, log, step: log ? null : sharedStep(low, uses, steps) };
}

type Range = Exclude<Distribution, { kind: 'categorical' }>;

/** The step, if all ranges have the same and lie, with their values, on one grid. */
function sharedStep(low: number, uses: readonly Use[], steps: ReadonlySet<number | null>): number | null {
  const [step] = steps;
  if (steps.size !== 1 || step === null || step === undefined) return null;
  const isOnGrid = (x: number): boolean => {
    const k = (x - low) / step;
    return Math.abs(k - Math.round(k)) < 1e-8;
  };
  const fits = uses.every(
    ({ distribution, values }) => isOnGrid((distribution as Range).low) && values.every(isOnGrid),
  );
  return fits ? step : null;
}

function mergeChoices(uses: readonly Use[]): Distribution {
  const choices: PythonJson[] = [];
  const merged = { kind: 'categorical', choices } as const;
  for (const { distribution, values } of uses) {
    for (const choice of distribution.kind === 'categorical' ? distribution.choices : values) {
      if (Number.isNaN(internalOf(merged, choice))) choices.push(choice);
    }
  }
  return merged;
}
