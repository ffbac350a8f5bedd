import type { Random } from '../../math/random.ts';

/** Half the width of the bends at the bounds, in shares of the range: 1/20, as in pycma's `BoundTransform`. */
const BEND = 0.05;

/**
 * Bounds without repair: a continuous leaf is searched along the whole line, which is folded into [0, 1]. Far from the
 * bounds, place and unit coordinate are the same. At a bound the line turns back in a parabola, so that the bound itself
 * is reached and passed smoothly: from -BEND to BEND the unit coordinate rises as (place + BEND)^2 / (4 BEND), and the
 * places below -BEND mirror those above (Hansen's pycma, `BoundTransform`). Were draws that
 * fall outside moved to the bounds, or repeated until none does, the search would shrink before it has converged to an
 * optimum on the bounds.
 */
export function toUnit(place: number): number {
  const period = 2 + 4 * BEND;
  let folded = Math.abs(place + BEND) % period;
  if (folded > period / 2) folded = period - folded;
  if (folded < 2 * BEND) return (folded * folded) / (4 * BEND);
  const left = 1 + 2 * BEND - folded;
  return left < 2 * BEND ? 1 - (left * left) / (4 * BEND) : folded - BEND;
}

/** The place of a unit coordinate between the turning points. */
export function toPlace(unit: number): number {
  if (unit < BEND) return Math.sqrt(4 * BEND * unit) - BEND;
  return unit > 1 - BEND ? 1 + BEND - Math.sqrt(4 * BEND * (1 - unit)) : unit;
}

/** A mirror image this many times less likely than the place itself is not considered: e^-20. */
const NEGLIGIBLE = 20;

/**
 * One of the places that fold to a unit coordinate: the one between the turning points or its nearest mirror image,
 * by their probability under a normal distribution.
 *
 * @param random is asked for one number when both are likely.
 */
export function drawPlace(unit: number, mean: number, deviation: number, random: () => Random): number {
  const place = toPlace(unit);
  const mirror = place < 0.5 ? -2 * BEND - place : 2 + 2 * BEND - place;
  const scale = 2 * deviation * deviation;
  const lessLikely = ((mirror - mean) ** 2 - (place - mean) ** 2) / scale;
  if (!(lessLikely < NEGLIGIBLE)) return place;
  return random().uniform() * (1 + Math.exp(-lessLikely)) < 1 ? place : mirror;
}
