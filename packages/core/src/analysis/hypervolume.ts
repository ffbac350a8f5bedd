/**
 * Exact hypervolume: the volume that a set of loss vectors dominates, up to a reference point.
 *
 * Points are rows of one `Float64Array`, as in `pareto.ts`, and are minimized. Two and three objectives are swept
 * (O(n log n), and O(n log n) plus the moves within a sorted staircase); for more, the WFG recursion (While, Bradstreet &
 * Barone, "A fast way of calculating exact hypervolumes", IEEE Trans. Evol. Comp. 16(1), 2012): the volume is the sum
 * over the points of what each dominates beyond its successors, sliced by one objective at a time.
 */

/**
 * The volume of the region that some point dominates and that dominates `reference`.
 *
 * @param points losses by rows. A point that is not better than the reference in every objective, or that holds a NaN,
 *   adds nothing; one with -Infinity makes the volume infinite.
 * @param reference one number per objective, finite; its length is the number of objectives.
 */
export function hypervolume(points: Float64Array, reference: Float64Array): number {
  const objectives = reference.length;
  const inside = new Float64Array(points.length);
  const count = keepInside(points, reference, inside);
  // Here, and not by the sums below, in which an infinite side times no height would be NaN.
  if (inside.subarray(0, count * objectives).includes(-Infinity)) return Infinity;
  return objectives === 0 ? 0 : volume(inside, count, objectives, reference);
}

/**
 * What each point dominates that no other point does; 0 for dominated points and for those with an equal.
 *
 * @param points losses by rows. What one with -Infinity adds is infinite, or 0.
 * @param reference one number per objective, finite.
 */
export function hypervolumeContributions(points: Float64Array, reference: Float64Array): Float64Array {
  const objectives = reference.length;
  const count = points.length / objectives;
  const others = new Float64Array(Math.max(0, points.length - objectives));
  return Float64Array.from({ length: count }, (_, i) => {
    others.set(points.subarray(0, i * objectives));
    others.set(points.subarray((i + 1) * objectives), i * objectives);
    return exclusiveVolume(points.subarray(i * objectives, (i + 1) * objectives), others, reference);
  });
}

/**
 * The volume that `point` dominates and no point of `others` does: its own box, less the hypervolume of the others cut
 * off at it (their "limit set").
 */
export function exclusiveVolume(point: Float64Array, others: Float64Array, reference: Float64Array): number {
  const objectives = reference.length;
  let box = 1;
  for (let j = 0; j < objectives; j++) {
    const side = (reference[j] as number) - (point[j] as number);
    if (!(side > 0)) return 0;
    box *= side;
  }
  const limited = others.map((x, i) => Math.max(x, point[i % objectives] as number));
  const covered = hypervolume(limited, reference);
  // Of an infinite box some corner stays free, and with it an infinite part, unless a single point covers all of it.
  if (covered === Infinity) return holdsRow(limited, point) ? 0 : Infinity;
  return Math.max(0, box - covered);
}

function holdsRow(points: Float64Array, row: Float64Array): boolean {
  for (let i = 0; i < points.length; i += row.length) {
    if (row.every((x, j) => x === points[i + j])) return true;
  }
  return false;
}

/** Copies the rows that are better than the reference everywhere to the front of `target`; returns how many. */
function keepInside(points: Float64Array, reference: Float64Array, target: Float64Array): number {
  const objectives = reference.length;
  let count = 0;
  for (let i = 0; i < points.length; i += objectives) {
    let isInside = true;
    for (let j = 0; j < objectives; j++) {
      const x = points[i + j] as number;
      target[count * objectives + j] = x;
      if (!(x < (reference[j] as number))) isInside = false;
    }
    if (isInside) count++;
  }
  return count;
}

/** The hypervolume of the first `count` rows, all inside the reference, by the first `objectives` of its numbers. */
function volume(points: Float64Array, count: number, objectives: number, reference: Float64Array): number {
  if (count === 0) return 0;
  if (objectives === 1) {
    let best = points[0] as number;
    for (let i = 1; i < count; i++) best = Math.min(best, points[i] as number);
    return (reference[0] as number) - best;
  }
  if (objectives === 2) return sweepPlane(points, count, reference);
  if (objectives === 3) return sweepSpace(points, count, reference);
  return sliceByLast(points, count, objectives, reference);
}

/** The indices of the first `count` rows, ordered by objective `j`; ascending if `sign` is 1, descending if it is -1. */
function orderBy(
  points: Float64Array,
  count: number,
  objectives: number,
  j: number,
  sign: number,
): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order.toSorted(
    (a, b) =>
      sign * ((points[a * objectives + j] as number) - (points[b * objectives + j] as number)) || a - b,
  );
}

/** Two objectives: from left to right, each point that reaches lower than all before it adds a rectangle. */
function sweepPlane(points: Float64Array, count: number, reference: Float64Array): number {
  const [right, top] = reference as unknown as [number, number];
  let lowest = top;
  let area = 0;
  for (const i of orderBy(points, count, 2, 0, 1)) {
    const y = points[2 * i + 1] as number;
    if (y >= lowest) continue;
    area += (right - (points[2 * i] as number)) * (lowest - y);
    lowest = y;
  }
  return area;
}

/**
 * Three objectives: the third is time. The points met so far cover an area of the plane of the first two, which is kept
 * up to date as a staircase (x ascending, y descending); the volume is that area summed over time.
 */
function sweepSpace(points: Float64Array, count: number, reference: Float64Array): number {
  const [right, top, end] = reference as unknown as [number, number, number];
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  let steps = 0;
  let area = 0;
  let total = 0;
  let time = 0;
  for (const i of orderBy(points, count, 3, 2, 1)) {
    const x = points[3 * i] as number;
    const y = points[3 * i + 1] as number;
    const z = points[3 * i + 2] as number;
    if (area > 0) total += area * (z - time);
    time = z;
    let first = lowerBound(xs, steps, x);
    const ceiling = first === 0 ? top : (ys[first - 1] as number);
    if (ceiling <= y || (first < steps && xs[first] === x && (ys[first] as number) <= y)) continue;
    // The steps from `first` on that lie above y vanish: fill what was free between the new point and each of them.
    let from = x;
    let height = ceiling;
    let next = first;
    while (next < steps && (ys[next] as number) >= y) {
      area += ((xs[next] as number) - from) * (height - y);
      from = xs[next] as number;
      height = ys[next] as number;
      next++;
    }
    area += ((next < steps ? (xs[next] as number) : right) - from) * (height - y);
    xs.copyWithin(first + 1, next, steps);
    ys.copyWithin(first + 1, next, steps);
    steps += 1 - (next - first);
    xs[first] = x;
    ys[first] = y;
  }
  return total + area * (end - time);
}

/** The first index of the ascending `numbers[0..count)` that is not below `x`. */
function lowerBound(numbers: Float64Array, count: number, x: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * More objectives: from the worst to the best in the last one, each point adds what it dominates beyond all that come
 * after it. Those, cut off at the point, all lie in its own slice of the last objective, which leaves a problem with one
 * objective less.
 */
function sliceByLast(
  points: Float64Array,
  count: number,
  objectives: number,
  reference: Float64Array,
): number {
  const inner = objectives - 1;
  const order = orderBy(points, count, objectives, inner, -1);
  const limited = new Float64Array(count * inner);
  let total = 0;
  for (let k = 0; k < count; k++) {
    const row = (order[k] as number) * objectives;
    let box = 1;
    for (let j = 0; j < inner; j++) box *= (reference[j] as number) - (points[row + j] as number);
    let kept = 0;
    for (let l = k + 1; l < count; l++) {
      const other = (order[l] as number) * objectives;
      for (let j = 0; j < inner; j++) {
        limited[kept * inner + j] = Math.max(points[row + j] as number, points[other + j] as number);
      }
      kept = keepNonDominated(limited, kept, inner);
    }
    const depth = (reference[inner] as number) - (points[row + inner] as number);
    total += depth * Math.max(0, box - volume(limited, kept, inner, reference));
  }
  return total;
}

/**
 * Takes the row after the first `count`, mutually non-dominated rows in: drops it if one of them is at least as good
 * everywhere, drops those that it is at least as good as otherwise. Returns how many rows stay.
 */
function keepNonDominated(points: Float64Array, count: number, objectives: number): number {
  const added = count * objectives;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = i * objectives;
    let isBetterSomewhere = false;
    let isWorseSomewhere = false;
    for (let j = 0; j < objectives; j++) {
      const difference = (points[row + j] as number) - (points[added + j] as number);
      if (difference < 0) isBetterSomewhere = true;
      else if (difference > 0) isWorseSomewhere = true;
    }
    if (!isWorseSomewhere) return count;
    if (!isBetterSomewhere) continue;
    if (kept < i) points.copyWithin(kept * objectives, row, row + objectives);
    kept++;
  }
  points.copyWithin(kept * objectives, added, added + objectives);
  return kept + 1;
}
