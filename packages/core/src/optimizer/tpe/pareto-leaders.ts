import { selectByHypervolume } from '../../analysis/hypervolume-subset.ts';
import { nonDominatedRanks } from '../../analysis/pareto.ts';
import type { History } from '../../study/history.ts';

/** Fronts larger than this are thinned evenly before hypervolumes are computed. */
const MAX_FRONT = 200;

/**
 * The best trials of several objectives: whole non-dominated fronts while they fit, and of the next as many as are
 * wanted, chosen greedily by the hypervolume they add (Ozaki et al., "Multiobjective tree-structured Parzen
 * estimator", JAIR 73, 2022; the reference point is Optuna 5's).
 *
 * Only the first fronts are kept. A trial's rank never falls, and it depends on trials of lower rank alone, so the
 * ranks up to `#exactRank` stay exact when trials are added; once these fronts hold too few, all is ranked anew.
 */
export class ParetoLeaders {
  readonly #history: History;
  readonly #capacity: number;
  /** All trials ever added, in order of arrival. */
  readonly #all: number[] = [];
  /** Those of rank at most `#exactRank`, and the ones added since. */
  #pool: number[] = [];
  #exactRank = Infinity;
  #best: readonly number[] | undefined;
  #bestCount = 0;

  constructor(history: History, capacity: number) {
    this.#history = history;
    this.#capacity = capacity;
  }

  add(trial: number): void {
    this.#all.push(trial);
    this.#pool.push(trial);
    this.#best = undefined;
  }

  best(count: number): readonly number[] {
    if (this.#best === undefined || this.#bestCount !== count) {
      this.#best = this.#select(count);
      this.#bestCount = count;
    }
    return this.#best;
  }

  #select(count: number): number[] {
    this.#pool.sort((a, b) => a - b);
    let ranks = this.#rank(this.#pool);
    if (this.#exactRank < Infinity && countUpTo(ranks, this.#exactRank) < count) {
      this.#pool = this.#all.toSorted((a, b) => a - b);
      this.#exactRank = Infinity;
      ranks = this.#rank(this.#pool);
    }
    const chosen: number[] = [];
    for (let rank = 0; chosen.length < Math.min(count, this.#pool.length); rank++) {
      const front = this.#pool.filter((_, i) => ranks[i] === rank);
      const missing = count - chosen.length;
      chosen.push(...(front.length <= missing ? front : this.#thin(front, missing)));
    }
    this.#prune(ranks);
    return chosen;
  }

  #rank(trials: readonly number[]): Int32Array {
    return nonDominatedRanks(this.#points(trials), this.#history.directions.length);
  }

  /** Forgets the fronts that lie behind twice the capacity. */
  #prune(ranks: Int32Array): void {
    if (this.#pool.length <= 4 * this.#capacity) return;
    let exactRank = 0;
    while (countUpTo(ranks, exactRank) < 2 * this.#capacity) exactRank++;
    // Ranks beyond the old bound were computed without some of the trials, and are too low.
    this.#exactRank = Math.min(this.#exactRank, exactRank);
    this.#pool = this.#pool.filter((_, i) => (ranks[i] as number) <= this.#exactRank);
  }

  #thin(front: readonly number[], count: number): number[] {
    const objectives = this.#history.directions.length;
    const kept = front.length <= MAX_FRONT ? front : this.#spread(front, Math.max(MAX_FRONT, count));
    const points = finite(this.#points(kept), objectives);
    const reference = new Float64Array(objectives).fill(-Infinity);
    for (let i = 0; i < points.length; i++) {
      const j = i % objectives;
      reference[j] = Math.max(reference[j] as number, points[i] as number);
    }
    for (const [j, worst] of reference.entries()) {
      reference[j] = Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
    }
    return selectByHypervolume(points, reference, count).map((i) => kept[i] as number);
  }

  /** `count` members of a front at even distances in the order of the first objective, its ends included. */
  #spread(front: readonly number[], count: number): number[] {
    const losses = this.#history.losses(0);
    const sorted = front.toSorted((a, b) => (losses[a] as number) - (losses[b] as number) || a - b);
    return Array.from(
      { length: count },
      (_, i) => sorted[Math.round((i * (sorted.length - 1)) / Math.max(1, count - 1))] as number,
    );
  }

  #points(trials: readonly number[]): Float64Array {
    const objectives = this.#history.directions.length;
    const points = new Float64Array(trials.length * objectives);
    for (let j = 0; j < objectives; j++) {
      const losses = this.#history.losses(j);
      for (let i = 0; i < trials.length; i++)
        points[i * objectives + j] = losses[trials[i] as number] as number;
    }
    return points;
  }
}

function countUpTo(ranks: Int32Array, highest: number): number {
  let count = 0;
  for (const rank of ranks) if (rank <= highest) count++;
  return count;
}

/** The points with infinities replaced by numbers that lie beyond all others by the range of the finite ones. */
function finite(points: Float64Array, objectives: number): Float64Array {
  for (let j = 0; j < objectives; j++) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = j; i < points.length; i += objectives) {
      const x = points[i] as number;
      if (!Number.isFinite(x)) continue;
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    if (low > high) low = high = 0;
    const margin = high - low || 1;
    for (let i = j; i < points.length; i += objectives) {
      points[i] = Math.min(high + margin, Math.max(low - margin, points[i] as number));
    }
  }
  return points;
}
