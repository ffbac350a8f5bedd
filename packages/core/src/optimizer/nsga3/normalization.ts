/** Smaller extents of an objective count as none: division by them would be noise. */
const SMALLEST_EXTENT = 1e-12;
/** The weight of the objectives other than the one whose axis an extreme point is sought for. */
const OFF_AXIS = 1e6;

/**
 * The scale of the objectives, so that they compare: from the best value of each to where the hyperplane through the
 * extreme points cuts its axis (Deb & Jain 2014, section IV-C). Both are kept from generation to generation.
 */
export class Normalization {
  readonly #objectives: number;
  readonly #ideal: Float64Array;
  /** By axis: the point that lies nearest to it so far. */
  readonly #extremes: (Float64Array | undefined)[];

  constructor(objectives: number) {
    this.#objectives = objectives;
    this.#ideal = new Float64Array(objectives).fill(Infinity);
    this.#extremes = Array.from({ length: objectives }, () => undefined);
  }

  /**
   * Takes in a non-dominated front, and writes its normalized losses to `out`. Points with infinite losses are passed
   * over, and come out infinite.
   *
   * @param points losses by rows.
   * @param all the indices of the points to normalize.
   * @param front the indices of those that nobody dominates; all feasible, since what is learnt from them is kept.
   */
  normalize(points: Float64Array, all: readonly number[], front: readonly number[], out: Float64Array): void {
    const m = this.#objectives;
    const finite = front.filter((i) => points.subarray(i * m, (i + 1) * m).every(Number.isFinite));
    for (const i of finite) {
      for (let j = 0; j < m; j++) this.#ideal[j] = Math.min(this.#ideal[j]!, points[i * m + j]!);
    }
    this.#findExtremes(points, finite);
    const extents = this.#intercepts() ?? this.#frontExtents(points, finite);
    for (const i of all) {
      for (let j = 0; j < m; j++) {
        const loss = points[i * m + j]!;
        const shifted = loss - this.#ideal[j]!;
        out[i * m + j] = Number.isFinite(shifted)
          ? shifted / Math.max(extents[j]!, SMALLEST_EXTENT)
          : loss === -Infinity
            ? 0
            : Infinity;
      }
    }
  }

  /** The point that minimizes the achievement scalarizing function of each axis (equation 4 of the paper). */
  #findExtremes(points: Float64Array, finite: readonly number[]): void {
    const m = this.#objectives;
    for (let axis = 0; axis < m; axis++) {
      let best = Infinity;
      let extreme: Float64Array | undefined;
      const candidates = finite.map((i) => points.subarray(i * m, (i + 1) * m));
      const former = this.#extremes[axis];
      for (const point of former === undefined ? candidates : [former, ...candidates]) {
        const height = this.#scalarize(point, axis);
        if (height < best) {
          best = height;
          extreme = point;
        }
      }
      this.#extremes[axis] = extreme?.slice();
    }
  }

  #scalarize(point: Float64Array, axis: number): number {
    let largest = -Infinity;
    for (let j = 0; j < point.length; j++) {
      largest = Math.max(largest, (point[j]! - this.#ideal[j]!) * (j === axis ? 1 : OFF_AXIS));
    }
    return largest;
  }

  /** Where the hyperplane through the extremes cuts the axes, from the ideal point; undefined where it does not. */
  #intercepts(): Float64Array | undefined {
    const m = this.#objectives;
    const matrix: Float64Array[] = [];
    for (const extreme of this.#extremes) {
      if (extreme === undefined) return undefined;
      const row = new Float64Array(m + 1).fill(1);
      for (let j = 0; j < m; j++) row[j] = extreme[j]! - this.#ideal[j]!;
      matrix.push(row);
    }
    const slopes = solve(matrix, m);
    const intercepts = slopes?.map((slope) => 1 / slope);
    return intercepts?.every((x) => x > SMALLEST_EXTENT && x < Infinity) === true ? intercepts : undefined;
  }

  #frontExtents(points: Float64Array, finite: readonly number[]): Float64Array {
    const extents = new Float64Array(this.#objectives);
    for (const i of finite) {
      for (let j = 0; j < extents.length; j++) {
        extents[j] = Math.max(extents[j]!, points[i * extents.length + j]! - this.#ideal[j]!);
      }
    }
    return extents;
  }
}

/** Gaussian elimination with row pivots on rows [A | b]; undefined when A is singular. */
function solve(rows: Float64Array[], size: number): Float64Array | undefined {
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]!;
    if (!(Math.abs(head[k]!) > 0)) return undefined;
    for (let i = 0; i < size; i++) {
      const row = rows[i]!;
      if (i === k) continue;
      const factor = row[k]! / head[k]!;
      for (let j = k; j <= size; j++) row[j] = row[j]! - factor * head[j]!;
    }
  }
  return Float64Array.from(rows, (row, k) => row[size]! / row[k]!);
}
