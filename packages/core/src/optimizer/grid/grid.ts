import { InvalidArgumentError, UnsupportedError } from '../../errors.ts';
import { show } from '../../json.ts';
import { createPermutation } from '../../math/permutation.ts';
import { checkNumber, checkOptions } from '../../options.ts';
import { enumerateSpace, type Enumeration } from '../../space/enumerate.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import { STATE_CODES, type History } from '../../study/history.ts';
import type { Optimizer } from '../optimizer.ts';
import { checkNames, gridAxis, type GridPoints } from './axes.ts';

/** Options of {@link grid}. */
export interface GridOptions {
  /**
   * What to try of the parameters: a number of values for each continuous one (5 by default), or by name (`'optimizer.adam.beta1'`,
   * `'layers.*.units'`) a number of values or the values themselves. Numbers of values are spread evenly from the lowest
   * to the highest, in the logarithm on a log scale. Finite parameters that are not named are tried in full.
   */
  points?: GridPoints;
  /**
   * Whether to visit the grid in an order shuffled by the study's seed, so that a study that is stopped early has looked
   * everywhere. False: in order, later parameters varying faster. Default true.
   */
  shuffle?: boolean;
}

/**
 * Grid search: every combination of values once, then none is left and the study ends. Of conditional spaces only the
 * combinations of active parameters are visited, and only those that satisfy the constraints (`where`).
 *
 * The next combination is the first, in the visiting order, that no trial of the history has or had: enqueued, running,
 * pruned and failed trials count, so nothing is tried twice (retries are the study's matter), and processes that
 * share a history share the work.
 *
 * @throws {InvalidArgumentError} ill-formed options; when the study is created: points of unknown parameters, or values
 *   outside their domain.
 * @example grid({ points: { learningRate: [1e-3, 1e-2, 1e-1], dropout: 3 } })
 */
export function grid(options: GridOptions = {}): Optimizer {
  checkOptions('grid', options, ['points', 'shuffle']);
  const { points, shuffle = true } = options;
  if (points !== undefined && (typeof points !== 'object' || points === null || Array.isArray(points))) {
    checkNumber('grid', 'points', points, { min: 1, integer: true });
  }
  if (typeof shuffle !== 'boolean') {
    throw new InvalidArgumentError(`grid: shuffle must be true or false, not ${show(shuffle)}`);
  }
  const cache = new WeakMap<History, GridVisit>();
  return {
    name: 'grid',
    check: ({ space }) => {
      gridOf(space, points);
    },
    suggest({ space, history, seed }) {
      let visit = cache.get(history);
      if (visit === undefined) {
        const combinations = gridOf(space, points);
        visit = new GridVisit(
          combinations,
          shuffle ? createPermutation(combinations.size, seed) : (place) => place,
        );
        cache.set(history, visit);
      }
      const row = visit.next(history);
      return row === null ? null : { row };
    },
  };
}

function gridOf(space: SearchSpace, points: GridPoints | undefined): Enumeration {
  checkNames(space, points);
  const combinations = enumerateSpace(space, (leaf) => gridAxis(leaf, points));
  if (combinations.size > Number.MAX_SAFE_INTEGER) {
    throw new UnsupportedError(
      `grid: the grid has about ${combinations.size.toExponential(1)} combinations, too many to count; give fewer points, or use sobol() or random()`,
    );
  }
  return combinations;
}

/** How far a grid has been visited. Derived from the history; visited combinations stay visited. */
class GridVisit {
  readonly #combinations: Enumeration;
  readonly #order: (place: number) => number;
  readonly #visited = new Set<number>();
  /** Trials before this one have been looked at; those of them that waited are looked at again. */
  #seen = 0;
  #waiting: number[] = [];
  /** All places before this one are visited or violate a constraint. */
  #place = 0;

  constructor(combinations: Enumeration, order: (place: number) => number) {
    this.#combinations = combinations;
    this.#order = order;
  }

  /** The first combination in the visiting order that is not in the history; null when there is none. */
  next(history: History): Float64Array | null {
    this.#learn(history);
    const { size } = this.#combinations;
    for (; this.#place < size; this.#place++) {
      const index = this.#order(this.#place);
      if (this.#visited.has(index)) continue;
      const row = this.#combinations.rowAt(index);
      if (history.space.allows(row)) return row;
    }
    return null;
  }

  #learn(history: History): void {
    const { states } = history;
    const fresh = this.#waiting;
    for (; this.#seen < history.size; this.#seen++) fresh.push(this.#seen);
    // A waiting trial may have open parameters, which it gets when it starts.
    this.#waiting = fresh.filter((trial) => states[trial] === STATE_CODES.waiting);
    for (const trial of fresh) {
      const index = this.#combinations.indexOf(history.record(trial).row);
      if (index !== -1) this.#visited.add(index);
    }
  }
}
