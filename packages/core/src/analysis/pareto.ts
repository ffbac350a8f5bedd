/**
 * Pareto dominance between loss vectors, ranks by non-dominated sorting, and the Pareto front.
 *
 * Points are rows of one `Float64Array`: objective `j` of point `i` stands at `i * objectives + j`. All objectives are
 * minimized, and a NaN counts as +Infinity. With `violations`, the order is Deb's constrained dominance (Deb et al.,
 * "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002, definition 1): less violation beats more, so
 * that feasible points (violation 0) beat infeasible ones, and losses decide between equal violations. An unknown
 * violation (NaN) counts as infinite.
 */

/** Whether point `a` is nowhere worse than point `b` and somewhere better. NaN is not looked for. */
export function dominates(points: Float64Array, objectives: number, a: number, b: number): boolean {
  let isBetter = false;
  for (let j = 0; j < objectives; j++) {
    const x = points[a * objectives + j] as number;
    const y = points[b * objectives + j] as number;
    if (x > y) return false;
    if (x < y) isBetter = true;
  }
  return isBetter;
}

/**
 * The rank of each point: 0 for those that no point dominates, 1 for those dominated by points of rank 0 only, and so on.
 * Equal points share a rank.
 *
 * Efficient non-dominated sort with binary search (ENS-BS; Zhang, Tian, Cheng & Jin, "An efficient approach to
 * nondominated sorting for evolutionary multiobjective optimization", 2015): O(n log n) for one and two objectives, at
 * worst O(objectives n^2) for more.
 *
 * @param points losses by rows.
 * @param objectives how many losses a point has.
 * @param violations the total violation of each point, if the study has constraints.
 */
export function nonDominatedRanks(
  points: Float64Array,
  objectives: number,
  violations?: Float64Array,
): Int32Array {
  const losses = withoutNaN(points);
  const violation = violations === undefined ? undefined : withoutNaN(violations);
  const order = sortedOrder(losses, objectives, violation);
  const ranks = new Int32Array(order.length);
  // Front `k` is the chain last[k], before[last[k]], ...: the points of rank k met so far, the latest first.
  const last = new Int32Array(order.length);
  const before = new Int32Array(order.length);
  let firstFront = 0;
  let fronts = 0;
  let previous = -1;
  for (const point of order) {
    // Whatever has less violation dominates: a new violation opens a front below all earlier ones.
    if (violation !== undefined && previous !== -1 && violation[point] !== violation[previous])
      firstFront = fronts;
    let low = firstFront;
    let high = fronts;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isDominatedByFront(losses, objectives, point, last[middle] as number, before)) low = middle + 1;
      else high = middle;
    }
    ranks[point] = low;
    before[point] = low === fronts ? -1 : (last[low] as number);
    last[low] = point;
    fronts = Math.max(fronts, low + 1);
    previous = point;
  }
  return ranks;
}

/**
 * The indices of the points that no other point dominates, ascending.
 *
 * @param points losses by rows.
 * @param objectives how many losses a point has.
 * @param violations the total violation of each point, if the study has constraints.
 */
export function paretoFront(points: Float64Array, objectives: number, violations?: Float64Array): number[] {
  const losses = withoutNaN(points);
  const violation = violations === undefined ? undefined : withoutNaN(violations);
  const order = sortedOrder(losses, objectives, violation);
  const before = new Int32Array(order.length);
  const front: number[] = [];
  let last = -1;
  for (const point of order) {
    if (violation !== undefined && last !== -1 && violation[point] !== violation[last]) break;
    if (isDominatedByFront(losses, objectives, point, last, before)) continue;
    before[point] = last;
    last = point;
    front.push(point);
  }
  return front.toSorted((a, b) => a - b);
}

/**
 * Whether a member of a front dominates `point`, all members preceding it in lexicographic order. The latest member has
 * the smallest second loss, so with up to two objectives it decides alone.
 */
function isDominatedByFront(
  points: Float64Array,
  objectives: number,
  point: number,
  last: number,
  before: Int32Array,
): boolean {
  for (let member = last; member !== -1; member = before[member] as number) {
    if (dominates(points, objectives, member, point)) return true;
    if (objectives <= 2) return false;
  }
  return false;
}

/** The points in ascending order of violation, then of the losses from the first to the last, then of their index. */
function sortedOrder(
  points: Float64Array,
  objectives: number,
  violations: Float64Array | undefined,
): Uint32Array {
  const order = Uint32Array.from({ length: points.length / objectives }, (_, i) => i);
  return order.toSorted((a, b) => {
    if (violations !== undefined && violations[a] !== violations[b]) {
      return (violations[a] as number) < (violations[b] as number) ? -1 : 1;
    }
    for (let j = 0; j < objectives; j++) {
      const x = points[a * objectives + j] as number;
      const y = points[b * objectives + j] as number;
      if (x !== y) return x < y ? -1 : 1;
    }
    return a - b;
  });
}

function withoutNaN(numbers: Float64Array): Float64Array {
  return numbers.map((x) => (Number.isNaN(x) ? Infinity : x));
}
