import { selectByLines } from '../../analysis/hypervolume-lines.ts';
import { selectByHypervolume } from '../../analysis/hypervolume-subset.ts';
import type { History } from '../../study/history.ts';
import { Fronts } from './fronts.ts';

/** Fronts larger than this are thinned evenly before hypervolumes are computed. */
const MAX_FRONT = 200;

/** With more objectives than these, hypervolumes are estimated, in smaller fronts: exact ones would take tens of milliseconds. */
const MOST_EXACT = 3;
const MAX_ESTIMATED_FRONT = 100;

/**
 * The best trials of several objectives, best first: front after front, each in the order in which its members would be
 * chosen greedily by the hypervolume they add, up to as many as are wanted (Ozaki et al., "Multiobjective tree-structured
 * Parzen estimator", JAIR 73, 2022, who also weigh good trials by their hypervolume; the reference point is Optuna 5's). No
 * place depends on a trial's age.
 *
 * What a choice costs is bounded: the fronts are kept up to date (see {@link Fronts}), large ones are thinned, and with more
 * than three objectives hypervolumes are estimated.
 */
export class ParetoLeaders {
  readonly #history: History;
  readonly #fronts: Fronts;
  #best: readonly number[] | undefined;
  #bestCount = 0;

  constructor(history: History, capacity: number) {
    this.#history = history;
    this.#fronts = new Fronts(history, 2 * capacity);
  }

  add(trial: number): void {
    this.#fronts.add(trial);
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
    const chosen: number[] = [];
    for (const front of this.#fronts.first(count)) {
      if (chosen.length >= count) break;
      chosen.push(...this.#choose(front, Math.min(front.length, count - chosen.length)));
    }
    return chosen;
  }

  /** `count` members of a front, those first that add most hypervolume to the ones before. */
  #choose(front: readonly number[], count: number): number[] {
    const objectives = this.#history.directions.length;
    const isEstimated = objectives > MOST_EXACT;
    const most = Math.max(count, isEstimated ? MAX_ESTIMATED_FRONT : MAX_FRONT);
    const kept = front.length <= most ? front : this.#spread(front, most);
    const points = finite(this.#points(kept), objectives);
    const reference = new Float64Array(objectives).fill(-Infinity);
    for (let i = 0; i < points.length; i++) {
      const j = i % objectives;
      reference[j] = Math.max(reference[j] as number, points[i] as number);
    }
    for (const [j, worst] of reference.entries()) {
      reference[j] = Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
    }
    const select = isEstimated ? selectByLines : selectByHypervolume;
    return select(points, reference, count).map((i) => kept[i] as number);
  }

  /** `count` members of a front at even distances in the order of the first objective, its ends included. */
  #spread(front: readonly number[], count: number): number[] {
    return Array.from(
      { length: count },
      (_, i) => front[Math.round((i * (front.length - 1)) / Math.max(1, count - 1))] as number,
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
