import { minimizeInBox } from '../../math/lbfgs.ts';
import type { Random } from '../../math/random.ts';
import type { Encoding } from './encoding.ts';
import type { Pool } from './candidates.ts';
import type { Surrogate } from './surrogate.ts';

/** A row and its utility. */
export interface Scored {
  readonly row: Float64Array;
  readonly value: number;
}

/** What the search needs to know besides the surrogate. */
export interface SearchOptions {
  /** Known rows worth starting from; the first is the best. */
  readonly incumbents: readonly Float64Array[];
  /** Values for leaves that a change makes active. */
  readonly fill: Float64Array;
  readonly random: Random;
}

/** Starts of the local search. */
const STARTS = 6;
/** Rounds of discrete moves and gradient steps per start. */
const ROUNDS = 3;
/** Leaves with at most so many values are tried exhaustively. */
const EXHAUSTIVE = 16;
/** Moves along the others, in cells. */
const CELL_STEPS = [-8, -3, -2, -1, 1, 2, 3, 8];
/** How many of the starts are followed to the end. */
const FINALISTS = 2;
/** Evaluations per climb along the gradient: to tell which starts lead high, and to reach the top. */
const FIRST_CLIMB = 10;
const LAST_CLIMB = 60;

/**
 * Looks for the points of greatest utility: all candidates are screened at once, the best are refined.
 *
 * Starts are the best candidate, the incumbent, the next two candidates, and others drawn with probability
 * proportional to exp(utility), as in Optuna's GP sampler. Each climbs by gradient over its ordered leaves, stepped
 * ones relaxed and then snapped; the highest few then alternate between changing one discrete leaf at a time and
 * climbing over the continuous leaves.
 *
 * @returns the refined points, best first, then the screened candidates, best first.
 */
export function maximizeUtility(surrogate: Surrogate, pool: Pool, options: SearchOptions): Scored[] {
  const { incumbents, random } = options;
  const scores = surrogate.survey(pool.features, pool.size, Math.max(128, pool.size >> 2));
  const ranked = Array.from({ length: pool.size }, (_, point) => point)
    .filter((point) => scores[point]! > Number.NEGATIVE_INFINITY)
    .toSorted((a, b) => scores[b]! - scores[a]! || a - b);

  const climber = new Climber(surrogate, pool.encoding, options.fill);
  const starts: Float64Array[] = ranked.slice(0, 1).map((point) => pool.row(point));
  starts.push(...incumbents.slice(0, 1));
  const others = ranked.slice(1);
  starts.push(...others.splice(0, 2).map((point) => pool.row(point)));
  while (starts.length < STARTS && others.length > 0) {
    starts.push(pool.row(drawByWeight(others, scores, random)));
  }
  const approached = starts.map((start) => climber.approach(start)).toSorted((a, b) => b.value - a.value);
  const finalists = approached.splice(0, FINALISTS).map(({ row }) => climber.climb(row));
  const best = [...finalists, ...approached].toSorted((a, b) => b.value - a.value);
  return [...best, ...ranked.map((point) => ({ row: pool.row(point), value: scores[point]! }))];
}

/** Removes and returns one of `points`, with probability proportional to exp(score). */
function drawByWeight(points: number[], scores: Float64Array, random: Random): number {
  const top = scores[points[0]!]!;
  let total = 0;
  for (const point of points) total += Math.exp(scores[point]! - top);
  let rest = random.uniform() * total;
  for (const [i, point] of points.entries()) {
    rest -= Math.exp(scores[point]! - top);
    if (rest <= 0) {
      points.splice(i, 1);
      return point;
    }
  }
  return points.pop()!;
}

/** Local search from one start. */
class Climber {
  readonly #surrogate: Surrogate;
  readonly #encoding: Encoding;
  readonly #fill: Float64Array;
  readonly #features: Float64Array;
  readonly #trial: Float64Array;

  constructor(surrogate: Surrogate, encoding: Encoding, fill: Float64Array) {
    this.#surrogate = surrogate;
    this.#encoding = encoding;
    this.#fill = fill;
    this.#features = new Float64Array(encoding.featureCount);
    this.#trial = new Float64Array(encoding.space.leaves.length);
  }

  /** A few steps uphill. */
  approach(start: Float64Array): Scored {
    const row = start.slice();
    return { row, value: this.#followGradient(row, this.#score(row), true, FIRST_CLIMB) };
  }

  /** To the top, discrete leaves included. */
  climb(start: Float64Array): Scored {
    const row = start.slice();
    let value = this.#followGradient(row, this.#score(row), false, LAST_CLIMB);
    if (this.#encoding.kinds.every((kind) => kind === 'continuous')) return { row, value };
    for (let round = 0; round < ROUNDS; round++) {
      const moved = this.#moveDiscrete(row, value);
      if (!(moved > value)) break;
      value = this.#followGradient(row, moved, false, LAST_CLIMB);
    }
    return { row, value };
  }

  #score(row: Float64Array): number {
    this.#encoding.encode(row, this.#features);
    return this.#surrogate.evaluate(this.#features, 0, false);
  }

  /**
   * Climbs over the active ordered leaves that no other leaf depends on; returns the value reached, `row` having been
   * moved there, or left alone where that would not be an improvement.
   */
  #followGradient(row: Float64Array, value: number, withSteps: boolean, maxEvaluations: number): number {
    const { space, kinds, isParent, firstFeature } = this.#encoding;
    const { inverseScales, gradient } = this.#surrogate;
    const free: number[] = [];
    for (let leaf = 0; leaf < kinds.length; leaf++) {
      const isMovable = kinds[leaf] === 'continuous' || (withSteps && kinds[leaf] === 'stepped');
      if (isMovable && isParent[leaf] === 0 && !Number.isNaN(row[leaf]!)) free.push(leaf);
    }
    if (free.length === 0) return value;
    const features = this.#features;
    this.#encoding.encode(row, features);
    // In units of the shorter of length scale and range, the utility is about equally curved in all directions.
    const units = Float64Array.from(free, (leaf) => Math.max(1, inverseScales[firstFeature[leaf]!]!));
    const x = Float64Array.from(free, (leaf, i) => features[firstFeature[leaf]!]! * units[i]!);
    minimizeInBox(
      (at, downhill) => {
        for (let i = 0; i < free.length; i++) features[firstFeature[free[i]!]!] = at[i]! / units[i]!;
        const utility = this.#surrogate.evaluate(features, 0, true);
        for (let i = 0; i < free.length; i++) downhill[i] = -gradient[firstFeature[free[i]!]!]! / units[i]!;
        return -utility;
      },
      x,
      new Float64Array(free.length),
      units,
      {
        maxIterations: maxEvaluations,
        maxEvaluations,
        gradientTolerance: 1e-3,
        valueTolerance: 1e-3,
        firstStep: 0.1,
      },
    );
    const trial = this.#trial;
    trial.set(row);
    for (const [i, leaf] of free.entries()) {
      trial[leaf] = space.leaves[leaf]!.parameter.fromUnit(x[i]! / units[i]!);
    }
    const reached = this.#score(trial);
    if (!(reached > value) || !space.allows(trial)) return value;
    row.set(trial);
    return reached;
  }

  /** Makes the best single change of a discrete leaf, if it is an improvement; returns the value then. */
  #moveDiscrete(row: Float64Array, value: number): number {
    const { space, kinds, isParent } = this.#encoding;
    const best = row.slice();
    let bestValue = value;
    for (let leaf = 0; leaf < kinds.length; leaf++) {
      const x = row[leaf]!;
      if (kinds[leaf] === 'continuous' || Number.isNaN(x)) continue;
      for (const other of this.#alternatives(leaf, x)) {
        const trial = this.#trial;
        trial.set(row);
        trial[leaf] = other;
        if (isParent[leaf] === 1) {
          for (let i = 0; i < trial.length; i++) if (Number.isNaN(trial[i]!)) trial[i] = this.#fill[i]!;
          space.deactivate(trial);
        }
        this.#encoding.encode(trial, this.#features);
        // An upper bound: most moves end here.
        if (!(this.#surrogate.glimpse(this.#features, 0) > bestValue)) continue;
        const reached = this.#surrogate.evaluate(this.#features, 0, false);
        if (reached > bestValue && space.allows(trial)) {
          bestValue = reached;
          best.set(trial);
        }
      }
    }
    row.set(best);
    return bestValue;
  }

  #alternatives(leaf: number, x: number): number[] {
    const { parameter } = this.#encoding.space.leaves[leaf]!;
    const { cardinality } = parameter;
    if (parameter.isNominal) {
      return Array.from({ length: cardinality }, (_, k) => k).filter((k) => k !== x);
    }
    // A log scale has cells of unequal width in the unit encoding: neighbours are found beyond the ends of its own.
    if (cardinality <= EXHAUSTIVE) {
      return unique(
        Array.from({ length: 8 * cardinality }, (_, k) => parameter.fromUnit((k + 0.5) / (8 * cardinality))),
        x,
      );
    }
    const start = parameter.unitCellStart(x);
    const end = parameter.unitCellEnd(x);
    const width = end - start;
    return unique(
      CELL_STEPS.map((k) => parameter.fromUnit(k < 0 ? start + (k + 0.5) * width : end + (k - 0.5) * width)),
      x,
    );
  }
}

function unique(values: readonly number[], without: number): number[] {
  return [...new Set(values)].filter((value) => value !== without);
}
