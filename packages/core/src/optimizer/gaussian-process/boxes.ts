/** Disjoint boxes: corner `j` of box `i` stands at `i * objectives + j`. Lower corners may be -Infinity. */
export interface Boxes {
  readonly objectives: number;
  readonly count: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Cuts the region that a Pareto front leaves to be improved, what it does not dominate below a reference point, into
 * disjoint boxes: n + 1 for two objectives, O(n) for three (a sweep along the third objective that closes the boxes which
 * a new point cuts, as in Yang, Emmerich, Deutz & Bäck, "Efficient computation of expected hypervolume improvement
 * using box decomposition algorithms", J. Global Optimization 75, 2019).
 *
 * @param front points that do not dominate one another, all losses, by rows; better than the reference everywhere.
 * @param reference two or three numbers.
 */
export function improvableBoxes(front: Float64Array, reference: Float64Array): Boxes {
  const objectives = reference.length;
  const points = Array.from({ length: front.length / objectives }, (_, i) =>
    front.subarray(i * objectives, (i + 1) * objectives),
  ).toSorted((a, b) => a[objectives - 1]! - b[objectives - 1]! || a[0]! - b[0]!);
  const lower: number[] = [];
  const upper: number[] = [];
  const [right, top] = reference as unknown as [number, number];
  // Strips side by side, ascending in the first objective: between `left` and `right`, the second below `height`.
  let strips: Strip[] = [{ left: -Infinity, right, height: top, since: -Infinity }];
  const close = (strip: Strip, until: number): void => {
    if (!(strip.left < strip.right) || (objectives === 3 && !(strip.since < until))) return;
    lower.push(strip.left, -Infinity);
    upper.push(strip.right, strip.height);
    if (objectives === 3) {
      lower.push(strip.since);
      upper.push(until);
    }
  };
  for (const point of points) {
    const x = point[0]!;
    const y = point[1]!;
    const z = objectives === 3 ? point[2]! : -Infinity;
    const isCut = (strip: Strip): boolean => strip.right > x && strip.height > y;
    const cut = strips.filter(isCut);
    if (cut.length === 0) continue;
    const first = cut[0]!;
    const replacement: Strip[] = [
      { left: Math.max(x, first.left), right: cut.at(-1)!.right, height: y, since: z },
    ];
    if (first.left < x) replacement.unshift({ ...first, right: x, since: z });
    if (objectives === 3) for (const strip of cut) close(strip, z);
    const at = strips.indexOf(first);
    strips = [...strips.slice(0, at), ...replacement, ...strips.slice(at + cut.length)];
  }
  for (const strip of strips) close(strip, reference[2] ?? Infinity);
  return {
    objectives,
    count: lower.length / objectives,
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
  };
}

interface Strip {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Where along the third objective it began. */
  readonly since: number;
}
