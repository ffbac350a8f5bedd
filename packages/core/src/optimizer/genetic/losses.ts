import { STATE_CODES, type History } from '../../study/history.ts';

/** The losses of some trials, as `analysis/pareto.ts` takes them. */
export interface Losses {
  /** Losses by rows. */
  readonly points: Float64Array;
  readonly objectives: number;
  /** Total violations, never NaN; undefined where all trials are complete and feasible. */
  readonly violations: Float64Array | undefined;
}

/** Whether a trial can be a member of a population: it has a value for every objective. */
export function hasLosses(history: History, trial: number): boolean {
  const state = history.states[trial];
  if (state !== STATE_CODES.complete && state !== STATE_CODES.pruned) return false;
  return history.directions.every((_, objective) => !Number.isNaN(history.losses(objective)[trial]));
}

/** Collects losses and violations; pruned trials and those of unknown violation count as infinitely infeasible. */
export function lossesOf(history: History, trials: readonly number[]): Losses {
  const objectives = history.directions.length;
  const points = new Float64Array(trials.length * objectives);
  for (let objective = 0; objective < objectives; objective++) {
    const losses = history.losses(objective);
    for (let i = 0; i < trials.length; i++) points[i * objectives + objective] = losses[trials[i]!]!;
  }
  const violations = Float64Array.from(trials, (trial) => {
    const violation = history.violations[trial]!;
    return history.states[trial] === STATE_CODES.complete && !Number.isNaN(violation) ? violation : Infinity;
  });
  return { points, objectives, violations: violations.some((v) => v !== 0) ? violations : undefined };
}
