import type { History } from '../../study/history.ts';
import { ParetoLeaders } from './pareto-leaders.ts';
import { compareStandings, type Standing } from './standing.ts';

/** The best of the finished trials, kept as they finish. */
export interface Ranking {
  /** Adds a finished trial. */
  add(standing: Standing): void;
  /** The `count` best trials, best first; fewer if there are fewer. `count` is at most the capacity. */
  best(count: number): readonly number[];
}

/**
 * A ranking of the `capacity` best trials: by loss for one objective, by non-domination and hypervolume for several.
 */
export function createRanking(history: History, capacity: number): Ranking {
  const leaders = new Leaders(capacity);
  if (history.directions.length === 1) return leaders;
  const front = new ParetoLeaders(history, capacity);
  return {
    add: (standing) => (standing.rank === 0 ? front.add(standing.trial) : leaders.add(standing)),
    best: (count) => {
      const best = front.best(count);
      return [...best, ...leaders.best(count - best.length)];
    },
  };
}

/** A trial that has fallen out of the best `capacity` never comes back, since outcomes never change. */
class Leaders implements Ranking {
  readonly #capacity: number;
  readonly #standings: Standing[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(standing: Standing): void {
    const standings = this.#standings;
    let place = standings.length;
    while (place > 0 && compareStandings(standing, standings[place - 1] as Standing) < 0) place--;
    if (place >= this.#capacity) return;
    standings.splice(place, 0, standing);
    if (standings.length > this.#capacity) standings.pop();
  }

  best(count: number): readonly number[] {
    return this.#standings.slice(0, count).map(({ trial }) => trial);
  }
}
