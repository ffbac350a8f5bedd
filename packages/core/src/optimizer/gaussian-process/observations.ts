import { nonDominatedRanks, paretoFront } from '../../analysis/pareto.ts';
import { STATE_CODES, type History } from '../../study/history.ts';
import { compareTrials } from '../trial-order.ts';
import { selectActive } from './active-set.ts';
import type { Encoding } from './encoding.ts';
import type { FeatureTable } from './feature-table.ts';

/**
 * The finished trials of a study as a model sees them, by number, whatever the order in which they finished.
 *
 * Which trials a model is built on, and what they mean, is decided by functions of a list of trials, so that the same
 * can be asked of an earlier part of the history.
 */
export class Observations {
  readonly history: History;
  readonly encoding: Encoding;
  /** Numbers of the finished trials, ascending. */
  readonly trials: Int32Array;
  readonly #limit: number;
  readonly #table: FeatureTable;
  #active: Int32Array | undefined;
  #ranked: Int32Array | undefined;

  /**
   * @param history what is known.
   * @param table of the features of its trials.
   * @param limit how many trials a model may be built on.
   */
  constructor(history: History, table: FeatureTable, limit: number) {
    this.history = history;
    this.encoding = table.encoding;
    this.#table = table;
    this.trials = Int32Array.from(history.finished).toSorted();
    this.#limit = limit;
  }

  /** The row of a trial. */
  row(trial: number): Float64Array {
    const { leaves } = this.encoding.space;
    return Float64Array.from(leaves, (leaf) => this.history.column(leaf.index)[trial]!);
  }

  /** The features of trials, one row each. */
  points(trials: ArrayLike<number>): Float64Array {
    return this.#table.points(this.history, trials);
  }

  /** Those of the finished trials that predictions are made from: all of them, or the active set; ascending. */
  get active(): Int32Array {
    return (this.#active ??= this.selected(this.trials, this.#limit));
  }

  /** At most `limit` of `trials`, chosen by {@link selectActive}; ascending. */
  selected(trials: Int32Array, limit: number): Int32Array {
    if (trials.length <= limit) return trials;
    const place = new Map(Array.from(trials, (trial, i) => [trial, i]));
    const order = Int32Array.from(this.ranked(trials), (trial) => place.get(trial)!);
    const chosen = selectActive(this.points(trials), this.encoding.featureCount, order, limit);
    return chosen.map((i) => trials[i]!);
  }

  /**
   * `trials` from best to worst: by feasibility and loss, or, with several objectives, by their rank in non-dominated
   * sorting.
   */
  ranked(trials: Int32Array): Int32Array {
    return trials === this.trials ? (this.#ranked ??= this.#rank(trials)) : this.#rank(trials);
  }

  #rank(trials: Int32Array): Int32Array {
    const { history } = this;
    if (history.directions.length === 1) return trials.toSorted((a, b) => compareTrials(history, a, b));
    const ranks = nonDominatedRanks(this.losses(trials), history.directions.length, this.#violations(trials));
    const order = Array.from(trials, (trial, i) => ({ trial, rank: ranks[i]! }));
    return Int32Array.from(
      order.toSorted((a, b) => a.rank - b.rank || a.trial - b.trial),
      ({ trial }) => trial,
    );
  }

  /** Those of `ranked` trials that no other dominates: the Pareto front. */
  front(ranked: Int32Array): Int32Array {
    const trials = ranked.toSorted();
    const front = paretoFront(this.losses(trials), this.history.directions.length, this.#violations(trials));
    return Int32Array.from(front, (i) => trials[i]!);
  }

  /** Losses of several objectives, by rows; NaN where there is none. */
  losses(trials: Int32Array): Float64Array {
    const { history } = this;
    const objectives = history.directions.length;
    const losses = new Float64Array(trials.length * objectives);
    for (let i = 0; i < losses.length; i++) {
      const trial = trials[Math.floor(i / objectives)]!;
      const isComplete = history.states[trial] === STATE_CODES.complete;
      losses[i] = isComplete ? history.losses(i % objectives)[trial]! : Number.NaN;
    }
    return losses;
  }

  /** Whether a trial counts for the best so far: complete, and no constraint violated. */
  isFeasible(trial: number): boolean {
    return this.history.states[trial] === STATE_CODES.complete && this.history.violations[trial] === 0;
  }

  /**
   * A value for every leaf, for when it becomes active: that of the best trial in which it was, else the middle of its
   * range.
   *
   * @param ranked trials from best to worst.
   */
  fill(ranked: Int32Array): Float64Array {
    return Float64Array.from(this.encoding.space.leaves, ({ index, parameter }) => {
      const column = this.history.column(index);
      for (const trial of ranked) if (!Number.isNaN(column[trial]!)) return column[trial]!;
      return parameter.fromUnit(parameter.isNominal ? 0 : 0.5);
    });
  }

  #violations(trials: Int32Array): Float64Array {
    return Float64Array.from(trials, (trial) =>
      this.history.states[trial] === STATE_CODES.complete ? this.history.violations[trial]! : Number.NaN,
    );
  }
}
