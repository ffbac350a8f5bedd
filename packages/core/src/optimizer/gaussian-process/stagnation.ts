import type { Observations } from './observations.ts';

/** Fewest trials without progress that count as stagnation; more where there are more hyperparameters. */
const SHORTEST = 10;

/** Progress is what lowers the best loss by at least this share of its distance to the median. */
const SMALLEST_PROGRESS = 0.01;

/**
 * Whether the latest trials (10, or as many as there are hyperparameters) have brought no progress worth the name. With
 * several objectives never: a front has many ways to progress.
 */
export function isStagnating(observations: Observations): boolean {
  const { history, trials, encoding } = observations;
  if (history.directions.length > 1) return false;
  const losses = history.losses(0);
  const known = trials.filter((trial) => observations.isFeasible(trial) && Number.isFinite(losses[trial]!));
  const patience = Math.max(SHORTEST, encoding.groupCount);
  if (known.length < 2 * patience) return false;
  const values = Float64Array.from(known, (trial) => losses[trial]!);
  const before = values.subarray(0, -patience).reduce((a, b) => Math.min(a, b), Infinity);
  const sorted = values.toSorted();
  const best = sorted[0]!;
  return before - best <= SMALLEST_PROGRESS * (sorted[sorted.length >> 1]! - best);
}
