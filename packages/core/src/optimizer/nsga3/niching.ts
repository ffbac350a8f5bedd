import type { Random } from '../../math/random.ts';

/** To which reference line a point belongs, and how far from it the point lies. */
export interface Association {
  readonly niche: number;
  readonly distance: number;
}

/** The reference line, from the origin through a reference point, that is nearest to a normalized point. */
export function associate(point: Float64Array, references: Float64Array): Association {
  const m = point.length;
  let niche = 0;
  let distance = Infinity;
  const square = point.reduce((sum, x) => sum + x * x, 0);
  for (let at = 0; at < references.length; at += m) {
    let along = 0;
    let length = 0;
    for (let j = 0; j < m; j++) {
      along += point[j]! * references[at + j]!;
      length += references[at + j]! ** 2;
    }
    const candidate = Math.sqrt(Math.max(0, square - (along * along) / length));
    if (candidate < distance) {
      distance = candidate;
      niche = at / m;
    }
  }
  return { niche, distance };
}

/**
 * Fills the room that is left with members of the front that does not fit whole: always for the reference line with the
 * fewest survivors, the nearest point if it has none yet, else any (Deb & Jain 2014, section IV-E, algorithm 4).
 *
 * @param taken associations of the survivors so far.
 * @param front associations of the candidates.
 * @returns places in `front`.
 */
export function fillNiches(
  taken: readonly Association[],
  front: readonly Association[],
  room: number,
  niches: number,
  random: Random,
): readonly number[] {
  const counts = new Uint32Array(niches);
  for (const { niche } of taken) counts[niche] = counts[niche]! + 1;
  const members = Array.from({ length: niches }, (): number[] => []);
  for (const [i, { niche }] of front.entries()) members[niche]!.push(i);
  const open = [...members.keys()].filter((niche) => members[niche]!.length > 0);
  const chosen: number[] = [];
  while (chosen.length < room && open.length > 0) {
    const at = leastCrowded(open, counts, random);
    const niche = open[at]!;
    const candidates = members[niche]!;
    const pick = counts[niche] === 0 ? nearest(candidates, front) : random.integer(candidates.length);
    chosen.push(...candidates.splice(pick, 1));
    counts[niche] = counts[niche]! + 1;
    if (candidates.length === 0) open.splice(at, 1);
  }
  return chosen;
}

/** The place in `open` of a niche with the smallest count, each with equal probability. */
function leastCrowded(open: readonly number[], counts: Uint32Array, random: Random): number {
  let least = Infinity;
  let ties = 0;
  let place = 0;
  for (let i = 0; i < open.length; i++) {
    const count = counts[open[i]!]!;
    if (count < least) {
      least = count;
      ties = 1;
      place = i;
    } else if (count === least && random.integer(++ties) === 0) place = i;
  }
  return place;
}

function nearest(candidates: readonly number[], front: readonly Association[]): number {
  let place = 0;
  for (let i = 1; i < candidates.length; i++) {
    if (front[candidates[i]!]!.distance < front[candidates[place]!]!.distance) place = i;
  }
  return place;
}
