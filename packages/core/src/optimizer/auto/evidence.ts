import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';

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

/**
 * How often TPE should take a turn: each `n`-th trial. By the mean ranks (0 the best, 1 the worst) of the trials it has
 * proposed and of those of the other models, among the trials finished last: 2 if its own are better by a tenth, 8 if
 * they are worse by a sixth, 4 otherwise or while there are too few to tell.
 *
 * @param history one objective's losses count.
 * @param name under which TPE's trials are recorded.
 */
export function tpeInterval(history: History, name: string): 2 | 4 | 8 {
  const losses = history.losses(0);
  const recent = history.finished
    .slice(-WINDOW)
    .filter((trial) => !Number.isNaN(losses[trial]))
    .toSorted((a, b) => (losses[a] as number) - (losses[b] as number) || a - b);
  let [own, ownCount, others, otherCount] = [0, 0, 0, 0];
  for (const [rank, trial] of recent.entries()) {
    if (history.record(trial).by === name) {
      own += rank;
      ownCount++;
    } else {
      others += rank;
      otherCount++;
    }
  }
  if (ownCount < FEWEST || otherCount < FEWEST) return 4;
  const difference = (own / ownCount - others / otherCount) / (recent.length - 1);
  return difference < -0.1 ? 2 : difference > 1 / 6 ? 8 : 4;
}
