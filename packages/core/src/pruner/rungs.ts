import { checkNumber } from '../options.ts';
import { aheadOfFirst, byObjectives } from './domination.ts';
import type { JudgedTrial, ReportedTrials } from './pruner.ts';

/**
 * The rungs of asynchronous successive halving in its stopping form (Li et al., "A system for massively parallel
 * hyperparameter tuning", MLSys 2020, algorithm 2 and section 3.3).
 *
 * Resource is counted in steps: a report at step s, steps counting from 0, means that s + 1 units are spent. Rung k lies
 * at `firstRung * reductionFactor^k` units. A trial's value at a rung is that of its first report at or beyond it, so
 * nothing has to be remembered. A report that leaps over several rungs counts at the last of them.
 */
export interface Rungs {
  /** Units at the first rung. */
  readonly firstRung: number;
  /** Eta: one in so many trials passes a rung. */
  readonly reductionFactor: number;
  /** Reports at or beyond this many units are not judged: nothing is saved by stopping a trial at its end. */
  readonly maxResource: number;
  /** How many trials must have reached a rung before one may pass it. */
  readonly bootstrapCount: number;
  /** Which trials compete with the judged one. */
  readonly competes: (trial: number) => boolean;
}

/**
 * Whether a trial fails at the rung that its newest report reaches, if it reaches one: it must be among the best
 * `floor(n / reductionFactor)` (at least one) of the `n` trials there, itself included. NaN fails.
 *
 * With several objectives the best are those of the first fronts of non-dominated sorting, and within a front those that
 * spread over it ({@link aheadOfFirst}); NaN in all objectives fails. The pruner must look at `'objectives'`.
 */
export function failsRung(trial: JudgedTrial, others: ReportedTrials, rungs: Rungs): boolean {
  const { reductionFactor, maxResource, bootstrapCount, competes } = rungs;
  const resource = (trial.steps.at(-1) as number) + 1;
  let rung = rungs.firstRung;
  if (resource < rung || resource >= maxResource) return false;
  while (rung * reductionFactor <= resource) rung *= reductionFactor;
  for (let i = 0; i < trial.steps.length - 1; i++) if ((trial.steps[i] as number) + 1 >= rung) return false;
  const end = Math.min(rung * reductionFactor, maxResource);
  const { count, better } =
    others.objectives.length === 1
      ? standing(trial, others, rung, end, competes)
      : standingInAll(trial, others, rung, end, competes);
  if (count <= bootstrapCount) return true;
  return better >= Math.max(1, Math.floor(count / reductionFactor));
}

/** How many trials came to a rung, the judged one included, and how many of them are better. */
interface Standing {
  readonly count: number;
  readonly better: number;
}

/** NaN is worse than everything, even alone. */
const HOPELESS: Standing = { count: 0, better: Infinity };

function standing(
  trial: JudgedTrial,
  others: ReportedTrials,
  start: number,
  end: number,
  competes: Rungs['competes'],
): Standing {
  const loss = trial.losses.at(-1) as number;
  if (Number.isNaN(loss)) return HOPELESS;
  const { trials, losses } = arrivals(others, start, end);
  let count = 1;
  let better = 0;
  for (let k = 0; k < trials.length; k++) {
    const other = trials[k] as number;
    if (other === trial.number || Number.isNaN(losses[k]) || !competes(other)) continue;
    count++;
    if ((losses[k] as number) < loss) better++;
  }
  return { count, better };
}

/** The same by all objectives. */
function standingInAll(
  trial: JudgedTrial,
  others: ReportedTrials,
  start: number,
  end: number,
  competes: Rungs['competes'],
): Standing {
  const { own, rivals } = byObjectives(trial, others, (view) => arrivals(view, start, end), competes);
  if (own.every(Number.isNaN)) return HOPELESS;
  const ranked = rivals.filter((losses) => !losses.every(Number.isNaN));
  return { count: 1 + ranked.length, better: aheadOfFirst([own, ...ranked], true) };
}

/**
 * The trials that reported at a rung, with the loss of their first report there: those that have spent at least `start`
 * and less than `end` units.
 */
export function arrivals(
  others: ReportedTrials,
  start: number,
  end: number,
): { readonly trials: readonly number[]; readonly losses: readonly number[] } {
  const trials: number[] = [];
  const first: number[] = [];
  const counted = new Set<number>();
  const { steps } = others;
  for (let i = firstAtLeast(steps, start - 1); i < steps.length && (steps[i] as number) + 1 < end; i++) {
    const reports = others.at(steps[i] as number);
    for (let k = 0; k < reports.trials.length; k++) {
      const trial = reports.trials[k] as number;
      if (counted.has(trial)) continue;
      counted.add(trial);
      trials.push(trial);
      first.push(reports.losses[k] as number);
    }
  }
  return { trials, losses: first };
}

/** Rejects a reduction factor below 2, and a bootstrap count that is no count. */
export function checkHalving(owner: string, reductionFactor: number, bootstrapCount: number): void {
  checkNumber(owner, 'reductionFactor', reductionFactor, { min: 2, max: Number.MAX_VALUE });
  checkNumber(owner, 'bootstrapCount', bootstrapCount, { min: 0, integer: true });
}

/** The first index of an ascending list whose number is at least `x`. */
function firstAtLeast(numbers: readonly number[], x: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
