import { drawNumber } from '../../hyperparameter/draw.ts';
import type { Random } from '../../math/random.ts';
import { isActive } from '../../space/leaf.ts';
import type { History } from '../../study/history.ts';

/** The trials that a child is made of, by the letters of the formula. */
export interface Parents {
  readonly target: number;
  /** One of the best. */
  readonly best: number;
  readonly r1: number;
  readonly r2: number;
}

/**
 * The child x of a target t: current-to-pbest/1 mutation, v = t + F (best - t) + F (r1 - r2) (Zhang & Sanderson, "JADE:
 * adaptive differential evolution with optional external archive", 2009, equation 6), and binomial crossover: each gene is
 * that of v with probability CR, and one is for certain (Storn & Price, "Differential evolution", 1997, equation 5).
 *
 * Ordered leaves are computed with in unit encoding; what falls outside is put midway between the target and the bound
 * (JADE). A nominal leaf takes the category of `best` with probability F, else, where r1 and r2 differ, that of r1 with
 * probability F. Where a leaf is active in the child but not in the target, it comes from the first parent that has
 * it, or is drawn at random; differences with an inactive leaf are 0.
 */
export function cross(
  history: History,
  parents: Parents,
  f: number,
  cr: number,
  random: Random,
): Float64Array {
  const { leaves } = history.space;
  const row = new Float64Array(leaves.length);
  const certain = random.integer(leaves.length);
  for (const leaf of leaves) {
    const { index, parameter } = leaf;
    if (!isActive(leaf, row)) {
      row[index] = Number.NaN;
      continue;
    }
    const column = history.column(index);
    const own = firstActive(column, parents);
    const isCrossed = random.uniform() < cr || index === certain;
    if (Number.isNaN(own)) row[index] = drawNumber(parameter, random);
    else if (!isCrossed) row[index] = own;
    else if (parameter.isNominal) row[index] = crossCategory(column, own, parents, f, random);
    else row[index] = parameter.fromUnit(moved(history.units(index), parameter.toUnit(own), parents, f));
  }
  return row;
}

function firstActive(column: Float64Array, { target, best, r1, r2 }: Parents): number {
  for (const trial of [target, best, r1, r2]) if (!Number.isNaN(column[trial])) return column[trial]!;
  return Number.NaN;
}

function crossCategory(
  column: Float64Array,
  own: number,
  { best, r1, r2 }: Parents,
  f: number,
  random: Random,
): number {
  const toBest = column[best]!;
  if (random.uniform() < f && !Number.isNaN(toBest)) return toBest;
  const other = column[r1]!;
  const differ = !Number.isNaN(other) && !Number.isNaN(column[r2]) && other !== column[r2];
  return differ && random.uniform() < f ? other : own;
}

function moved(units: Float64Array, own: number, { best, r1, r2 }: Parents, f: number): number {
  const unit = own + f * difference(units[best]!, own) + f * difference(units[r1]!, units[r2]!);
  if (unit < 0) return own / 2;
  return unit > 1 ? (own + 1) / 2 : unit;
}

function difference(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? 0 : a - b;
}
