import { numberFromShare } from '../../hyperparameter/draw.ts';
import type { Random } from '../../math/random.ts';
import type { Encoding } from './encoding.ts';

/** Points to score: rows and their features, one after the other. */
export class Pool {
  readonly encoding: Encoding;
  /** One row per point. */
  readonly rows: Float64Array;
  /** One row of features per point. */
  readonly features: Float64Array;
  /** How many points there are. */
  size = 0;
  readonly #view: Float64Array[] = [];
  readonly #isNew: (row: Float64Array) => boolean;

  /**
   * @param encoding how rows become features.
   * @param capacity the most points it can hold.
   * @param isNew whether a row was not evaluated before; asked of rows that can be met twice, those without an active
   *   continuous leaf.
   */
  constructor(encoding: Encoding, capacity: number, isNew: (row: Float64Array) => boolean) {
    const leaves = encoding.space.leaves.length;
    this.encoding = encoding;
    this.#isNew = isNew;
    this.rows = new Float64Array(capacity * leaves);
    this.features = new Float64Array(capacity * encoding.featureCount);
    for (let i = 0; i < capacity; i++) this.#view.push(this.rows.subarray(i * leaves, (i + 1) * leaves));
  }

  /** The row of a point; a view, not a copy. */
  row(point: number): Float64Array {
    return this.#view[point]!;
  }

  /** The place for the next point; it counts once {@link commit} accepts it. */
  get draft(): Float64Array {
    return this.#view[this.size]!;
  }

  /** Makes the draft a point, unless the constraints of the space forbid it or it is known; returns whether it did. */
  commit(): boolean {
    const { space, featureCount, kinds } = this.encoding;
    const row = space.deactivate(this.draft);
    if (!space.allows(row)) return false;
    const isUnique = kinds.some((kind, leaf) => kind === 'continuous' && !Number.isNaN(row[leaf]!));
    if (!isUnique && !this.#isNew(row)) return false;
    this.encoding.encode(row, this.features, this.size * featureCount);
    this.size++;
    return true;
  }
}

/**
 * Writes a row from one number in [0, 1) per leaf.
 *
 * @param encoding of the space.
 * @param unit where the numbers are.
 * @param at index of the first.
 * @param row receives the values of all leaves, inactive ones included.
 */
export function rowFromUnits(encoding: Encoding, unit: Float64Array, at: number, row: Float64Array): void {
  const { leaves } = encoding.space;
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    row[leaf] = numberFromShare(leaves[leaf]!.parameter, unit[at + leaf]!);
  }
}

/** Sizes of local steps, as standard deviations in the unit encoding. */
const STEP_SIZES = [0.2, 0.1, 0.05, 0.02, 0.005];

/**
 * Writes a copy of `base` in which some coordinates have moved: ordered ones by a normal step, reflected at the
 * bounds, nominal ones with probability 1/2 to a random category. The probability of a coordinate to be chosen is, by
 * a coin, that of many changes (20 coordinates on average, as in TuRBO: Eriksson et al., NeurIPS 2019) or of few
 * (one to three).
 *
 * @param encoding of the space.
 * @param base a row.
 * @param fill values for leaves that a change makes active.
 * @param random stream to draw from.
 * @param row receives the copy; leaves that are inactive in it still hold numbers.
 * @param deviation size of the steps; drawn from a ladder if absent.
 */
export function perturb(
  encoding: Encoding,
  base: Float64Array,
  fill: Float64Array,
  random: Random,
  row: Float64Array,
  deviation?: number,
): void {
  const { leaves } = encoding.space;
  let active = 0;
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (Number.isNaN(base[leaf]!)) {
      row[leaf] = fill[leaf]!;
    } else {
      row[leaf] = base[leaf]!;
      active++;
    }
  }
  const size = deviation ?? STEP_SIZES[random.integer(STEP_SIZES.length)]!;
  const share = random.uniform() < 0.5 ? Math.min(1, 20 / active) : Math.min(1, 3 / active);
  const forced = random.integer(active);
  let place = 0;
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (Number.isNaN(base[leaf]!)) continue;
    const isForced = place++ === forced;
    if (random.uniform() >= share && !isForced) continue;
    const { parameter } = leaves[leaf]!;
    if (parameter.isNominal) {
      if (isForced || random.uniform() < 0.5) row[leaf] = random.integer(parameter.cardinality);
      continue;
    }
    const step = Math.max(size, 0.7 / parameter.cardinality) * random.normal();
    row[leaf] = parameter.fromUnit(reflect(parameter.toUnit(row[leaf]!) + step));
  }
}

/** Brings a number back into [0, 1] by reflection at the ends. */
function reflect(u: number): number {
  const t = Math.abs(u) % 2;
  return t > 1 ? 2 - t : t;
}
