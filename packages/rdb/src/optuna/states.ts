import type { Direction, TrialState } from '@tunable/core';

/** Optuna's name of each state, as its tables keep it. */
export const OPTUNA_STATES: { readonly [S in TrialState]: string } = {
  running: 'RUNNING',
  complete: 'COMPLETE',
  pruned: 'PRUNED',
  failed: 'FAIL',
  waiting: 'WAITING',
};

/** Optuna's numbers for the states (`TrialState`), as journal files keep them. */
export const STATE_NUMBERS: readonly TrialState[] = ['running', 'complete', 'pruned', 'failed', 'waiting'];

/** Optuna's name of each direction, as its tables keep it. */
export const OPTUNA_DIRECTIONS: { readonly [D in Direction]: string } = {
  minimize: 'MINIMIZE',
  maximize: 'MAXIMIZE',
};

/** The state that Optuna calls `name`; undefined for a name that it does not have. */
export function trialStateOf(name: string): TrialState | undefined {
  return STATE_NUMBERS.find((state) => OPTUNA_STATES[state] === name);
}

/** The direction that Optuna calls `name`. One that was never set is minimized, as Optuna does. */
export function directionOf(name: string): Direction {
  return name === OPTUNA_DIRECTIONS.maximize ? 'maximize' : 'minimize';
}
