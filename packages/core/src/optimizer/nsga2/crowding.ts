/**
 * The crowding distance of each point of one front: the sum over the objectives of the distance between its two
 * neighbours, relative to the front's extent; infinite for the outermost ones (Deb, Pratap, Agarwal & Meyarivan, "A
 * fast and elitist multiobjective genetic algorithm: NSGA-II", 2002, section III-B). Infinite losses are as far apart as
 * it gets, unless equal.
 *
 * @param points losses by rows.
 * @param front the indices of the points of the front.
 * @param distances is given the distances, at the indices of the points.
 */
export function crowdingDistances(
  points: Float64Array,
  objectives: number,
  front: readonly number[],
  distances: Float64Array,
): void {
  for (const point of front) distances[point] = 0;
  for (let objective = 0; objective < objectives; objective++) {
    const lossOf = (point: number): number => points[point * objectives + objective]!;
    const sorted = front.toSorted((a, b) => (lossOf(a) < lossOf(b) ? -1 : lossOf(a) > lossOf(b) ? 1 : a - b));
    const first = sorted[0]!;
    const last = sorted.at(-1)!;
    distances[first] = Infinity;
    distances[last] = Infinity;
    const extent = gap(lossOf(first), lossOf(last));
    if (extent === 0) continue;
    for (let i = 1; i < sorted.length - 1; i++) {
      const between = gap(lossOf(sorted[i - 1]!), lossOf(sorted[i + 1]!));
      distances[sorted[i]!]! += between === Infinity ? 1 : between / extent;
    }
  }
}

/** `b - a`, and 0 between equal infinities. */
function gap(a: number, b: number): number {
  return a === b ? 0 : b - a;
}
