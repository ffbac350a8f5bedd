import { symmetricEigen } from '../../math/symmetric-eigen.ts';

/** The shape of the search distribution: a covariance matrix C that learns. Vectors have `size` entries. */
export interface Covariance {
  readonly size: number;
  /** out <- C^(1/2) z. */
  shape(z: Float64Array, out: Float64Array): void;
  /** out <- C^(-1/2) y. */
  whiten(y: Float64Array, out: Float64Array): void;
  /** y' C^-1 y. `offset` is where y begins in `steps`. */
  squaredLength(steps: Float64Array, offset: number): number;
  /** The square root of the j-th diagonal entry. */
  deviation(j: number): number;
  /** The largest eigenvalue over the smallest. */
  readonly condition: number;
  /**
   * C <- keep C + c1 path path' + sum over i of weights[i] y_i y_i', y_i being the i-th row of `steps`.
   *
   * @param lag how many updates the decomposition may lag behind (1 means: it is renewed every time).
   */
  learn(
    keep: number,
    c1: number,
    path: Float64Array,
    weights: Float64Array,
    steps: Float64Array,
    lag: number,
  ): void;
}

/** A full matrix, with its eigendecomposition C = B D^2 B' renewed now and then. */
export class FullCovariance implements Covariance {
  readonly size: number;
  condition = 1;
  readonly #matrix: Float64Array;
  /** The eigenvectors of C as rows: B'. */
  readonly #axes: Float64Array;
  /** The square roots of the eigenvalues: D. */
  readonly #lengths: Float64Array;
  readonly #scratch: Float64Array;
  readonly #values: Float64Array;
  #updates = 0;

  /** @param matrix symmetric and positive definite, `size` x `size`; the identity if absent. */
  constructor(size: number, matrix?: Float64Array) {
    this.size = size;
    this.#matrix = matrix ?? identity(size);
    this.#axes = identity(size);
    this.#lengths = new Float64Array(size).fill(1);
    this.#values = new Float64Array(size);
    this.#scratch = new Float64Array(size * size);
    if (matrix !== undefined) this.#decompose();
  }

  shape(z: Float64Array, out: Float64Array): void {
    const n = this.size;
    const axes = this.#axes;
    out.fill(0);
    for (let k = 0, at = 0; k < n; k++) {
      const along = z[k]! * this.#lengths[k]!;
      for (let j = 0; j < n; j++, at++) out[j] = out[j]! + along * axes[at]!;
    }
  }

  whiten(y: Float64Array, out: Float64Array): void {
    const n = this.size;
    const axes = this.#axes;
    out.fill(0);
    for (let k = 0; k < n; k++) {
      const row = k * n;
      let along = 0;
      for (let j = 0; j < n; j++) along += axes[row + j]! * y[j]!;
      along /= this.#lengths[k]!;
      for (let j = 0; j < n; j++) out[j] = out[j]! + along * axes[row + j]!;
    }
  }

  squaredLength(steps: Float64Array, offset: number): number {
    const n = this.size;
    let total = 0;
    for (let k = 0, at = 0; k < n; k++) {
      let along = 0;
      for (let j = 0; j < n; j++, at++) along += this.#axes[at]! * steps[offset + j]!;
      along /= this.#lengths[k]!;
      total += along * along;
    }
    return total;
  }

  deviation(j: number): number {
    return Math.sqrt(this.#matrix[j * this.size + j]!);
  }

  learn(
    keep: number,
    c1: number,
    path: Float64Array,
    weights: Float64Array,
    steps: Float64Array,
    lag: number,
  ): void {
    const n = this.size;
    const c = this.#matrix;
    for (let i = 0; i < n; i++) {
      const pi = c1 * path[i]!;
      for (let j = 0; j <= i; j++) c[i * n + j] = keep * c[i * n + j]! + pi * path[j]!;
    }
    for (let member = 0; member < weights.length; member++) {
      const weight = weights[member]!;
      if (weight === 0) continue;
      const row = member * n;
      for (let i = 0; i < n; i++) {
        const yi = weight * steps[row + i]!;
        for (let j = 0, at = i * n; j <= i; j++, at++) c[at] = c[at]! + yi * steps[row + j]!;
      }
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) c[j * n + i] = c[i * n + j]!;
    this.#updates++;
    if (this.#updates % lag === 0) this.#decompose();
  }

  #decompose(): void {
    const n = this.size;
    this.#scratch.set(this.#matrix);
    symmetricEigen(this.#scratch, n, this.#values, this.#axes);
    let largest = 0;
    let smallest = Infinity;
    for (const value of this.#values) {
      largest = Math.max(largest, value);
      smallest = Math.min(smallest, value);
    }
    this.condition = smallest > 0 ? largest / smallest : Infinity;
    for (let k = 0; k < n; k++) {
      this.#lengths[k] = Math.sqrt(Math.max(this.#values[k]!, largest * 1e-20));
    }
  }
}

/** A diagonal matrix: every dimension has its own variance, and costs are linear in their number. */
export class DiagonalCovariance implements Covariance {
  readonly size: number;
  readonly #deviations: Float64Array;

  /** @param variances the diagonal; ones if absent. */
  constructor(size: number, variances?: Float64Array) {
    this.size = size;
    this.#deviations = variances?.map(Math.sqrt) ?? new Float64Array(size).fill(1);
  }

  shape(z: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.size; j++) out[j] = this.#deviations[j]! * z[j]!;
  }

  whiten(y: Float64Array, out: Float64Array): void {
    for (let j = 0; j < this.size; j++) out[j] = y[j]! / this.#deviations[j]!;
  }

  squaredLength(steps: Float64Array, offset: number): number {
    let total = 0;
    for (let j = 0; j < this.size; j++) {
      total += (steps[offset + j]! / this.#deviations[j]!) ** 2;
    }
    return total;
  }

  deviation(j: number): number {
    return this.#deviations[j]!;
  }

  get condition(): number {
    let largest = 0;
    let smallest = Infinity;
    for (const deviation of this.#deviations) {
      largest = Math.max(largest, deviation);
      smallest = Math.min(smallest, deviation);
    }
    return (largest / smallest) ** 2;
  }

  learn(keep: number, c1: number, path: Float64Array, weights: Float64Array, steps: Float64Array): void {
    const n = this.size;
    for (let j = 0; j < n; j++) {
      let variance = keep * this.#deviations[j]! ** 2 + c1 * path[j]! ** 2;
      for (let member = 0; member < weights.length; member++) {
        variance += weights[member]! * steps[member * n + j]! ** 2;
      }
      this.#deviations[j] = Math.sqrt(variance);
    }
  }
}

/** The unit matrix by rows. */
function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}
