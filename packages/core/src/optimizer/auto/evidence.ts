import { nonDominatedRanks } from '../../analysis/pareto.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';
import { hasLosses, lossesOf } from '../genetic/losses.ts';
import { compareTrials } from '../trial-order.ts';

/** Over how many of the trials finished last the models are compared. */
const WINDOW = 40;

/** How many trials of each model must be among them. */
const FEWEST = 3;

/** Whether all leaves are ordered and always active, as evolution strategies like them. */
export function searchesNumbersOnly(space: SearchSpace): boolean {
  return space.leaves.every(({ condition, parameter }) => condition === undefined && !parameter.isNominal);
}

/** The median duration of the trials finished last, in milliseconds; 0 when unknown. */
export function medianTrialMs(history: History): number {
  const durations = history.finished
    .slice(-WINDOW)
    .map((trial) => history.record(trial))
    .map(({ startedAt, finishedAt }) => (finishedAt ?? 0) - (startedAt ?? finishedAt ?? 0))
    .toSorted((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)] ?? 0;
}

/** From so many trials on, the Gaussian process rests on a choice of them, and its cost no longer grows. */
const MOST_MODELLED = 256;

/**
 * What a suggestion of the Gaussian process should take, in milliseconds: an estimate and not a measurement, so that whoever has
 * the same history comes to the same decision.
 *
 * One model is fitted for each objective and constraint. The constants were fitted to the CPU time of a suggestion on a shared
 * 2-core machine (Node 20): with 300 trials of 3, 10 and 40 parameters 20, 28 and 43 ms, with 100 trials of 10 parameters 20
 * ms; with 10 parameters and two or three objectives, or one and two constraints, 53, 74 and 69 ms.
 */
export function modelMs({ finished, directions, constraintCount, space }: History): number {
  const outputs = directions.length + constraintCount;
  return outputs * (10 + 0.03 * Math.min(finished.length, MOST_MODELLED) + 0.6 * space.leaves.length);
}

/**
 * How often TPE should take a turn: each `n`-th trial. By the mean places (0 the best, 1 the worst) of the trials it has
 * proposed and of those of the other models, among the trials finished last: 2 if its own are better by a tenth, 8 if
 * they are worse by a sixth, 4 otherwise or while there are too few to tell.
 *
 * @param history with one objective, trials are placed as by `compareTrials`; with several, by their non-dominated fronts, the
 *   feasible ones first, and all of a front alike.
 * @param name under which TPE's trials are recorded.
 */
export function tpeInterval(history: History, name: string): 2 | 4 | 8 {
  const recent = history.finished.slice(-WINDOW).filter((trial) => hasLosses(history, trial));
  let [own, ownCount, others, otherCount] = [0, 0, 0, 0];
  for (const { trial, place } of placesOf(history, recent)) {
    if (history.record(trial).by === name) {
      own += place;
      ownCount++;
    } else {
      others += place;
      otherCount++;
    }
  }
  if (ownCount < FEWEST || otherCount < FEWEST) return 4;
  const difference = (own / ownCount - others / otherCount) / (recent.length - 1);
  return difference < -0.1 ? 2 : difference > 1 / 6 ? 8 : 4;
}

/** Which place each trial takes, 0 for the best; those of a front share the middle of their places. */
function placesOf(history: History, trials: readonly number[]): { trial: number; place: number }[] {
  if (history.directions.length === 1) {
    const ranked = trials.toSorted((a, b) => compareTrials(history, a, b));
    return ranked.map((trial, place) => ({ trial, place }));
  }
  const { points, objectives, violations } = lossesOf(history, trials);
  const ranks = nonDominatedRanks(points, objectives, violations);
  return trials.map((trial, i) => {
    const own = ranks[i] as number;
    const better = ranks.filter((rank) => rank < own).length;
    const equal = ranks.filter((rank) => rank === own).length;
    return { trial, place: better + (equal - 1) / 2 };
  });
}
