import type { History } from '../../study/history.ts';
import { compareResults, hasResult } from '../trial-order.ts';

/**
 * The population of differential evolution as a function of the history: slot `i` holds the best of all finished trials
 * whose number is `i` modulo the number of slots, whoever proposed them; of equally good ones the latest. So a child
 * competes with its parent when it finishes, whenever that is, and the outcome does not depend on the order.
 */
export class Slots {
  /** By slot: the number of the trial that holds it, or -1. */
  readonly holders: Int32Array;
  /** The trials that hold slots, best first. */
  ranked: readonly number[] = [];
  #seen = 0;

  constructor(count: number) {
    this.holders = new Int32Array(count).fill(-1);
  }

  /** Takes in the trials that have finished since the last call. */
  advance(history: History): void {
    const { finished } = history;
    let hasChanged = false;
    for (; this.#seen < finished.length; this.#seen++) {
      const trial = finished[this.#seen]!;
      const slot = trial % this.holders.length;
      const holder = this.holders[slot]!;
      if (!hasResult(history, trial) || (holder !== -1 && isBetter(history, holder, trial))) continue;
      this.holders[slot] = trial;
      hasChanged = true;
    }
    if (!hasChanged) return;
    const held = [...this.holders].filter((trial) => trial !== -1);
    this.ranked = held.toSorted((a, b) => compareResults(history, a, b) || a - b);
  }
}

function isBetter(history: History, a: number, b: number): boolean {
  return (compareResults(history, a, b) || b - a) < 0;
}
