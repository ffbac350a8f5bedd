import { createRandom, type Random } from '../../math/random.ts';
import type { Hyperparameter } from '../../hyperparameter/hyperparameter.ts';
import type { SearchSpace } from '../../space/search-space.ts';
import type { History } from '../../study/history.ts';
import { drawPlace } from './bounds.ts';

/** A leaf that the normal distribution covers: every leaf but the nominal ones. */
export interface Coordinate {
  readonly leaf: number;
  readonly parameter: Hyperparameter;
  /** Whether the leaf has finitely many values, each with a cell of the unit interval. */
  readonly isDiscrete: boolean;
}

/** The ordered leaves of a space, in order. */
export function coordinatesOf(space: SearchSpace): readonly Coordinate[] {
  return space.leaves
    .filter(({ parameter }) => !parameter.isNominal)
    .map(({ index, parameter }) => ({
      leaf: index,
      parameter,
      isDiscrete: parameter.cardinality < Infinity,
    }));
}

/** The cell of a discrete value in unit coordinates; the outermost cells reach to infinity. */
export function cellOf(parameter: Hyperparameter, x: number): { low: number; high: number } {
  return {
    low: x === parameter.fromUnit(0) ? -Infinity : parameter.unitCellStart(x),
    high: x === parameter.fromUnit(1) ? Infinity : parameter.unitCellEnd(x),
  };
}

/** Names the random numbers that stand in for what a row does not tell, apart from those that made the row. */
const STAND_IN = 0x6c617465;

/**
 * Where trials lie in the space of the normal distribution, of which a row tells only a part. A continuous leaf tells
 * its place but for mirror images at the bounds (see `bounds.ts`). A discrete one tells only the cell: the place is
 * drawn anew from the distribution as it is within that cell, so that the spread inside of cells is neither lost nor
 * invented. A leaf that is inactive tells nothing: the place is drawn from the whole distribution, which leaves the
 * distribution as it is on average. All draws come from a random stream of the trial, so the places are a
 * function of the history and the seed.
 */
export class Locator {
  readonly #coordinates: readonly Coordinate[];
  readonly #seed: number;

  constructor(coordinates: readonly Coordinate[], seed: number) {
    this.#coordinates = coordinates;
    this.#seed = seed;
  }

  /** Writes where `trial` lies into `out` from `offset` on. */
  locate(
    history: History,
    trial: number,
    mean: Float64Array,
    deviations: Float64Array,
    out: Float64Array,
    offset: number,
  ): void {
    let stream: Random | undefined;
    const random = (): Random => (stream ??= createRandom(this.#seed, trial).fork(STAND_IN));
    for (let j = 0; j < this.#coordinates.length; j++) {
      const { leaf, parameter, isDiscrete } = this.#coordinates[j]!;
      const unit = history.units(leaf)[trial]!;
      if (isDiscrete || Number.isNaN(unit)) {
        const cell = Number.isNaN(unit) ? WHOLE : cellOf(parameter, history.column(leaf)[trial]!);
        out[offset + j] = drawWithin(random(), mean[j]!, deviations[j]!, cell);
      } else {
        out[offset + j] = drawPlace(unit, mean[j]!, deviations[j]!, random);
      }
    }
  }
}

const WHOLE = { low: -Infinity, high: Infinity };

/** A normal number within a cell; one that is hard to hit yields its point nearest to the mean. */
function drawWithin(
  random: Random,
  mean: number,
  deviation: number,
  { low, high }: { low: number; high: number },
): number {
  for (let draw = 0; draw < 20; draw++) {
    const x = mean + deviation * random.normal();
    if (x >= low && x <= high) return x;
  }
  return Math.min(high, Math.max(low, mean));
}
