import { largest } from '../math/largest.ts';
import { createRandom } from '../math/random.ts';

/** Names the stream of the directions. */
const STREAM = 0x11e5;

/** How many lines stand for the region that a point dominates. */
const LINES = 64;

/**
 * `count` points that together dominate a large volume, as `selectByHypervolume` chooses them but with estimated gains, at a
 * cost of count x points x objectives, where that of exact ones grows exponentially with the objectives: what a point adds to
 * those chosen is the mean m-th power of the lengths of lines that start at it, in directions even over the orthant, and end
 * where they leave the reference box or enter what is dominated already (greedy approximated hypervolume subset selection:
 * Shang, Ishibuchi & Chen, GECCO 2021; Shang, Ishibuchi & Ni, "R2-based hypervolume contribution approximation", IEEE Trans.
 * Evol. Comp. 24(1), 2020, eq. 19). Objectives are scaled to the range from the best loss to the reference first.
 *
 * @param points losses by rows, finite.
 * @param reference one number per objective, finite.
 * @param count how many to choose; all, when there are fewer.
 * @returns indices in order of choice; equal gains go to the lower index.
 */
export function selectByLines(points: Float64Array, reference: Float64Array, count: number): number[] {
  const m = reference.length;
  const n = points.length / m;
  const scaled = toReferenceBox(points, reference);
  const inverses = inverseDirections(m);
  const lengths = new Float64Array(n * LINES);
  for (let i = 0; i < n; i++) {
    for (let line = 0; line < LINES; line++) {
      let length = Infinity;
      for (let j = 0; j < m; j++) {
        const free = Math.max(0, 1 - (scaled[i * m + j] as number));
        length = Math.min(length, free * (inverses[line * m + j] as number));
      }
      lengths[i * LINES + line] = length;
    }
  }
  const gains = new Float64Array(n);
  for (let i = 0; i < n; i++) gains[i] = meanPower(lengths, i, m);
  // How many of those chosen have cut the lines of a point. Gains only shrink, so an old one is a bound that spares new ones.
  const seen = new Uint32Array(n);
  const chosen: number[] = [];
  const gaps = new Float64Array(m);
  while (chosen.length < Math.min(count, n)) {
    const best = largest(gains);
    if (seen[best] === chosen.length) {
      chosen.push(best);
      gains[best] = -Infinity;
      continue;
    }
    for (let k = seen[best] as number; k < chosen.length; k++) cutLines(best, chosen[k] as number);
    seen[best] = chosen.length;
    gains[best] = meanPower(lengths, best, m);
  }
  return chosen;

  /** Ends the lines from point `i` where they enter what point `a` dominates. */
  function cutLines(i: number, a: number): void {
    for (let j = 0; j < m; j++) gaps[j] = (scaled[a * m + j] as number) - (scaled[i * m + j] as number);
    for (let line = 0; line < LINES; line++) {
      const length = lengths[i * LINES + line] as number;
      let entry = 0;
      for (let j = 0; j < m && entry < length; j++) {
        const crossing = (gaps[j] as number) * (inverses[line * m + j] as number);
        if (crossing > entry) entry = crossing;
      }
      if (entry < length) lengths[i * LINES + line] = entry;
    }
  }
}

/** The mean m-th power of the lengths of a point's lines. */
function meanPower(lengths: Float64Array, point: number, m: number): number {
  let sum = 0;
  for (let at = point * LINES; at < (point + 1) * LINES; at++) {
    const length = lengths[at] as number;
    let power = length;
    for (let j = 1; j < m; j++) power *= length;
    sum += power;
  }
  return sum / LINES;
}

/** Losses as shares of the way from the best one of their objective, 0, to the reference, 1. */
function toReferenceBox(points: Float64Array, reference: Float64Array): Float64Array {
  const m = reference.length;
  const ideal = new Float64Array(m).fill(Infinity);
  for (const [i, x] of points.entries()) ideal[i % m] = Math.min(ideal[i % m] as number, x);
  return points.map((x, i) => {
    const low = ideal[i % m] as number;
    return (x - low) / ((reference[i % m] as number) - low || 1);
  });
}

/** One over each component of unit vectors that are uniform over the positive orthant. */
function inverseDirections(m: number): Float64Array {
  const random = createRandom(STREAM, m);
  const inverses = new Float64Array(LINES * m);
  for (let at = 0; at < inverses.length; at += m) {
    let square = 0;
    for (let j = at; j < at + m; j++) {
      const x = Math.max(1e-12, Math.abs(random.normal()));
      inverses[j] = 1 / x;
      square += x * x;
    }
    for (let j = at; j < at + m; j++) (inverses[j] as number) *= Math.sqrt(square);
  }
  return inverses;
}
