import type { Random } from '../math/random.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Direction } from '../study/direction.ts';
import type { History } from '../study/history.ts';

/**
 * Proposes configurations. The contract that every optimizer, ours or a stranger's, implements;
 * `@tunable/adapter-kit` proves an implementation.
 *
 * An optimizer is *a function of the history and the seed*: for equal `history`, `seed` and `number` it gives an
 * equal suggestion, in another process and after a restart too. It may cache what it derives from a history (in a
 * `WeakMap` keyed by `context.history`, so that one optimizer object can serve several studies), as long as the
 * cache could be rebuilt and never shows in the suggestions.
 */
export interface Optimizer {
  /** A short name, recorded with each trial: 'tpe'. */
  readonly name: string;

  /**
   * Rejects studies it cannot serve, with an `UnsupportedError` that names the reason and an alternative. Called
   * once when a study is created or opened. Absent: it serves all.
   */
  check?(study: { readonly space: SearchSpace; readonly directions: readonly Direction[] }): void;

  /**
   * The next configuration, or null when there is none left to propose.
   *
   * @param context what is known; must not be modified.
   */
  suggest(context: SuggestContext): Suggestion | null;
}

/** What an optimizer knows when it is asked. */
export interface SuggestContext {
  /** The number of the trial that will run the suggestion. Waiting (enqueued) trials have numbers too. */
  readonly number: number;
  /** The space of the study: its leaves are the entries of a row. */
  readonly space: SearchSpace;
  /** One direction per objective. `History.losses` are already sign-flipped, so all losses are minimized. */
  readonly directions: readonly Direction[];
  /** All trials, running ones included: treat those as pending, they have rows but no values. */
  readonly history: History;
  /** The seed of the study: for what is common to all trials, such as the scrambling of a sequence. */
  readonly seed: number;
  /** The random stream of this trial, derived from (`seed`, `number`). */
  readonly random: Random;

  /**
   * Whether a row may be proposed: it satisfies the space's constraints and, in a finite space without noise, was not
   * evaluated and is not running. The study replaces a suggestion that is not by a random one that is.
   */
  readonly accepts: (row: Float64Array) => boolean;

  /**
   * What earlier studies found, if this one was started from any: always the same in one study. Absent or empty: nothing. Only
   * with one objective.
   */
  readonly earlier?: readonly EarlierStudy[];
}

/** What an earlier study found, in terms of the space of this one: see `warmStart` of `createStudy`. */
export interface EarlierStudy {
  /** Its name. */
  readonly name: string;
  /** By leaf: whether the earlier study had it. */
  readonly knows: readonly boolean[];
  /** One row per trial: NaN where a leaf is inactive, or was unknown to the earlier study. */
  readonly rows: readonly Float64Array[];
  /** The loss of each trial, in the earlier study's own unit; finite. */
  readonly losses: Float64Array;
}

/** A configuration, and where it comes from. */
export interface Suggestion {
  /**
   * One number per leaf, NaN where inactive: `space.deactivate` and `space.complete` see to that. Owned by the study from
   * here on.
   */
  readonly row: Float64Array;
  /** The optimizer that really proposed it, when that is another than the one asked. */
  readonly by?: string;
  /** Why, in a few words. */
  readonly why?: string;
}
