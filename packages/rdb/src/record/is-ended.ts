import type { TrialState } from '@tunable/core';

/** Whether a trial in this state has a result and never changes any more, but for its attributes. */
export function isEnded(state: TrialState): boolean {
  return state !== 'waiting' && state !== 'running';
}
