import { numberFromShare } from '../../hyperparameter/draw.ts';
import { createSobol } from '../../math/sobol.ts';
import { checkOptions } from '../../options.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';
import type { Optimizer } from '../optimizer.ts';

/** How many later points are looked at when a point was evaluated already. */
const MAX_SKIPS = 1000;
/** How many points in a row may violate the constraints before the search for one that does not is given up. */
const MAX_REJECTIONS = 10_000;

/**
 * Quasi-random search: trial n runs point n of a Sobol sequence that is scrambled by the study's seed (see
 * `math/sobol.ts`), so that trials spread over the space more evenly than random ones, best in powers of two. Bergstra &
 * Bengio, "Random search for hyper-parameter optimization" (JMLR 13, 2012), section 4.
 *
 * Each leaf has a dimension of its own; categories, steps and whole numbers have equal shares of it, the outermost ones
 * too. With constraints (`where`) only points that satisfy them count; a configuration of a finite space that was
 * evaluated already gives way to a later point. Serves every space and any number of objectives.
 *
 * @param options there are none; the sequence is always scrambled, by the study's seed.
 * @throws {InvalidArgumentError} an option.
 */
export function sobol(options: { readonly [name: string]: never } = {}): Optimizer {
  checkOptions('sobol', options, []);
  const cache = new WeakMap<History, AllowedPoints>();
  return {
    name: 'sobol',
    suggest({ number, space, history, seed, random, accepts }) {
      let points = cache.get(history);
      if (points?.seed !== seed) cache.set(history, (points = new AllowedPoints(space, seed)));
      for (let ordinal = number; ordinal < number + MAX_SKIPS; ordinal++) {
        const row = points.rowAt(ordinal);
        if (row === undefined) break;
        if (accepts(row)) return { row };
      }
      return { row: space.sampleRow(random), by: 'random', why: 'no Sobol point nearby was left' };
    },
  };
}

/** The points of the sequence that satisfy the constraints of a space, as rows, numbered without gaps. */
class AllowedPoints {
  readonly seed: number;
  readonly #space: SearchSpace;
  readonly #sequence;
  readonly #point: Float64Array;
  /** With constraints: the indices of the allowed points found so far, and where to look for the next. */
  readonly #allowed: number[] = [];
  #next = 0;

  constructor(space: SearchSpace, seed: number) {
    this.seed = seed;
    this.#space = space;
    this.#sequence = createSobol(space.leaves.length, seed);
    this.#point = new Float64Array(space.leaves.length);
  }

  /** Allowed point `ordinal`; undefined when the constraints reject too many points in a row. */
  rowAt(ordinal: number): Float64Array | undefined {
    if (!this.#space.isConstrained) return this.#row(ordinal);
    for (let rejections = 0; this.#allowed.length <= ordinal; this.#next++) {
      if (this.#space.allows(this.#row(this.#next))) {
        this.#allowed.push(this.#next);
        rejections = 0;
      } else if (++rejections === MAX_REJECTIONS) return undefined;
    }
    return this.#row(this.#allowed[ordinal] as number);
  }

  #row(index: number): Float64Array {
    const point = this.#sequence.point(index, this.#point);
    const row = new Float64Array(point.length);
    for (const { index: leaf, parameter } of this.#space.leaves) {
      row[leaf] = numberFromShare(parameter, point[leaf] as number);
    }
    return this.#space.deactivate(row);
  }
}
