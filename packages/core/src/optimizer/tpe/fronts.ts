import { nonDominatedRanks } from '../../analysis/pareto.ts';
import type { History } from '../../study/history.ts';

/**
 * The first non-dominated fronts of trials that are added one by one: a new trial takes its place in its front, and what it
 * dominates there moves to the next one, which may push further trials on (Li, Deb, Zhang & Kwong, "Efficient
 * nondomination level update method for steady-state evolutionary multiobjective optimization", IEEE Trans. Cybernetics
 * 47(9), 2017). So a trial costs one pass over the fronts up to its own, in place of sorting all anew.
 *
 * Only the first fronts are kept. A trial's rank never falls, and it depends on trials of lower rank alone, so the fronts
 * that are kept stay exact; once they hold too few, all trials are ranked anew.
 */
export class Fronts {
  readonly #history: History;
  readonly #enough: number;
  /** All trials ever added, in order of arrival. */
  readonly #all: number[] = [];
  /** Each in ascending order of the first loss. */
  #fronts: number[][] = [];
  #forgets = false;

  /** @param enough fronts behind the first ones that hold so many trials are forgotten. */
  constructor(history: History, enough: number) {
    this.#history = history;
    this.#enough = enough;
  }

  /** Adds a trial, which has a loss for every objective; the order of adding does not matter. */
  add(trial: number): void {
    this.#all.push(trial);
    const fronts = this.#fronts;
    const losses = this.#losses;
    let rank = 0;
    while (rank < fronts.length && isDominated(losses, trial, fronts[rank] as number[])) rank++;
    let comers = [trial];
    for (; comers.length > 0; rank++) {
      const front = fronts[rank];
      if (front === undefined) {
        if (!this.#forgets) fronts.push(comers);
        break;
      }
      const leavers = front.filter((member) => isDominated(losses, member, comers));
      if (leavers.length === front.length) {
        // All others move on by one as they are.
        fronts.splice(rank, 0, comers);
        break;
      }
      const gone = new Set(leavers);
      const stay = gone.size === 0 ? front : front.filter((member) => !gone.has(member));
      for (const comer of comers) stay.splice(this.#placeOf(comer, stay), 0, comer);
      fronts[rank] = stay;
      comers = leavers;
    }
    this.#forget();
  }

  /**
   * The first fronts, best first, with at least `count` trials between them if there are so many; each in ascending order
   * of the first loss, then of the trials' numbers.
   *
   * @param count at most the number that is enough.
   */
  first(count: number): readonly (readonly number[])[] {
    if (this.#forgets && sizeOf(this.#fronts) < count) this.#rankAnew();
    return this.#fronts;
  }

  #forget(): void {
    let size = 0;
    for (const [rank, front] of this.#fronts.entries()) {
      size += front.length;
      if (size < this.#enough || rank === this.#fronts.length - 1) continue;
      this.#fronts.length = rank + 1;
      this.#forgets = true;
      return;
    }
  }

  #rankAnew(): void {
    const losses = this.#losses;
    const points = new Float64Array(this.#all.length * losses.length);
    for (const [j, column] of losses.entries()) {
      for (const [i, trial] of this.#all.entries()) points[i * losses.length + j] = column[trial] as number;
    }
    const fronts: number[][] = [];
    for (const [i, rank] of nonDominatedRanks(points, losses.length).entries()) {
      (fronts[rank] ??= []).push(this.#all[i] as number);
    }
    const first = losses[0] as Float64Array;
    this.#fronts = fronts;
    this.#forgets = false;
    this.#forget();
    for (const front of this.#fronts)
      front.sort((a, b) => compareNumbers(first[a] as number, first[b] as number) || a - b);
  }

  /** Where a trial belongs in a front. */
  #placeOf(trial: number, front: readonly number[]): number {
    const losses = this.#history.losses(0);
    let low = 0;
    let high = front.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = front[middle] as number;
      const order = compareNumbers(losses[other] as number, losses[trial] as number) || other - trial;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get #losses(): Float64Array[] {
    return this.#history.directions.map((_, j) => this.#history.losses(j));
  }
}

/** Whether one of `others` is nowhere worse than `trial` and somewhere better. */
function isDominated(losses: readonly Float64Array[], trial: number, others: readonly number[]): boolean {
  for (const other of others) {
    let isBetter = false;
    let isWorse = false;
    for (let j = 0; j < losses.length && !isWorse; j++) {
      const column = losses[j] as Float64Array;
      const difference = compareNumbers(column[other] as number, column[trial] as number);
      if (difference < 0) isBetter = true;
      else if (difference > 0) isWorse = true;
    }
    if (isBetter && !isWorse) return true;
  }
  return false;
}

/** NaN counts as infinite; infinite ones may be equal, while their difference is NaN. */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a) && b !== Infinity) - Number(Number.isNaN(b) && a !== Infinity);
}

function sizeOf(fronts: readonly (readonly number[])[]): number {
  let size = 0;
  for (const front of fronts) size += front.length;
  return size;
}
