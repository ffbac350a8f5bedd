import { STATE_CODES, type History } from '../../study/history.ts';

/** How good a finished trial is, compared with others: by class, then by `first`, `second` and its number. */
export interface Standing {
  readonly trial: number;
  /** 0: complete and feasible, 1: pruned, 2: infeasible. */
  readonly rank: 0 | 1 | 2;
  readonly first: number;
  readonly second: number;
}

/**
 * The standing of a finished trial, undefined for a failed one. Optuna 5's order: complete trials by loss; then pruned
 * ones, those that came further first, then by their last report; then infeasible ones by total violation. A
 * complete trial that was told no constraints, while others were, counts as infeasible.
 */
export function standing(history: History, trial: number): Standing | undefined {
  const state = history.states[trial];
  if (state === STATE_CODES.failed) return undefined;
  const violation = history.violations[trial] as number;
  if (violation > 0) return { trial, rank: 2, first: violation, second: 0 };
  if (state === STATE_CODES.pruned) return prunedStanding(history, trial);
  if (Number.isNaN(violation)) return { trial, rank: 2, first: Infinity, second: 0 };
  return { trial, rank: 0, first: history.losses(0)[trial] as number, second: 0 };
}

function prunedStanding(history: History, trial: number): Standing {
  const { reports } = history.record(trial);
  let last = -1;
  for (const [i, step] of (reports?.steps ?? []).entries()) {
    if (last === -1 || step > (reports?.steps[last] as number)) last = i;
  }
  if (reports === undefined || last === -1) return { trial, rank: 1, first: Infinity, second: 0 };
  const value = reports.values[last] as number;
  const loss = history.directions[0] === 'maximize' ? -value : value;
  return {
    trial,
    rank: 1,
    first: -(reports.steps[last] as number),
    second: Number.isNaN(loss) ? Infinity : loss,
  };
}

/** Negative if `a` is better than `b`. Never 0 for different trials. */
export function compareStandings(a: Standing, b: Standing): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  if (a.second !== b.second) return a.second < b.second ? -1 : 1;
  return a.trial - b.trial;
}
