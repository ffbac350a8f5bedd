import { UnsupportedError } from '../errors.ts';
import { checkNumber, checkOptions } from '../options.ts';
import { plural } from '../plural.ts';
import type { Direction } from './direction.ts';

/** Decides after each finished trial whether a study has done enough. */
export interface StopRule {
  /** A short name: 'targetValue'. */
  readonly name: string;
  /** A sentence saying why to stop, or undefined to go on. A function of what the study knows: it keeps no state. */
  shouldStop(progress: StudyProgress): string | undefined;
}

/** What a stop rule may look at. */
export interface StudyProgress {
  /** One direction per objective. */
  readonly directions: readonly Direction[];
  /** Complete, pruned and failed trials. */
  readonly finishedCount: number;
  /** The best value so far; undefined without a complete, feasible trial or with several objectives. */
  readonly bestValue: number | undefined;
  /** The best values so far in the order of improvement, with how many trials had finished at each. */
  readonly improvements: readonly {
    /** The new best value, in the objective's own unit and direction. */
    readonly value: number;
    /** How many trials had finished by then, that one included. */
    readonly finishedCount: number;
  }[];
  /** The sum of all trials' costs; a trial that told none counts its duration in seconds. */
  readonly totalCost: number;
}

/**
 * Stops when the best value reaches `target`.
 *
 * @param target in the objective's own unit and direction.
 */
export function targetValue(target: number): StopRule {
  checkNumber('targetValue', 'target', target);
  return {
    name: 'targetValue',
    shouldStop({ bestValue, directions }) {
      checkSingleObjective('targetValue', directions);
      if (bestValue === undefined) return undefined;
      const isReached = directions[0] === 'maximize' ? bestValue >= target : bestValue <= target;
      return isReached ? `the best value ${bestValue} has reached the target ${target}` : undefined;
    },
  };
}

/**
 * Stops when the best value has not improved for a number of finished trials.
 *
 * @param trials how many, at least 1; pruned and failed trials count, and so do those before the first result.
 * @param options `minDelta`: smaller improvements do not count; at least 0, default 0.
 */
export function noImprovement(trials: number, options: { minDelta?: number } = {}): StopRule {
  checkNumber('noImprovement', 'trials', trials, { min: 1, integer: true });
  checkOptions('noImprovement', options, ['minDelta']);
  const minDelta = checkNumber('noImprovement', 'minDelta', options.minDelta ?? 0, { min: 0 });
  return {
    name: 'noImprovement',
    shouldStop({ improvements, finishedCount, directions }) {
      checkSingleObjective('noImprovement', directions);
      let reference: { value: number; finishedCount: number } | undefined;
      for (const step of improvements) {
        if (reference === undefined || Math.abs(step.value - reference.value) > minDelta) reference = step;
      }
      const since = finishedCount - (reference?.finishedCount ?? 0);
      return since >= trials ? `no improvement for ${plural(since, 'trial')}` : undefined;
    },
  };
}

/**
 * Stops when the trials have cost a given sum: the `cost` that the objective returns, in your own unit; a trial that told
 * none counts its duration in seconds.
 *
 * @param budget a positive number.
 */
export function costBudget(budget: number): StopRule {
  checkNumber('costBudget', 'budget', budget, { min: Number.MIN_VALUE });
  return {
    name: 'costBudget',
    shouldStop: ({ totalCost }) =>
      totalCost >= budget ? `the trials have cost ${totalCost}, the budget was ${budget}` : undefined,
  };
}

/** What is best is one trial only when there is one objective. */
function checkSingleObjective(owner: string, directions: readonly Direction[]): void {
  if (directions.length === 1) return;
  throw new UnsupportedError(
    `${owner} serves one objective, and this study has ${directions.length}; use trials, timeout, costBudget or a rule of your own`,
  );
}
