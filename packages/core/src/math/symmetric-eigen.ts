/**
 * The eigendecomposition of a real symmetric matrix: Householder reflections to tridiagonal form, then implicit QL
 * steps with Wilkinson's shift (Golub & Van Loan, "Matrix Computations", 4th ed., sections 8.3.1 and 8.3.3).
 * Takes about 4 n^3 multiplications.
 *
 * @param matrix `size` x `size` numbers by rows, of which both triangles are read; used as scratch space.
 * @param size how many rows.
 * @param values is given the eigenvalues, in no particular order.
 * @param vectors is given the orthonormal eigenvectors, one a row, in the order of `values`.
 * @returns whether it succeeded; false for a matrix that holds NaN or infinities.
 */
export function symmetricEigen(
  matrix: Float64Array,
  size: number,
  values: Float64Array,
  vectors: Float64Array,
): boolean {
  const beside = new Float64Array(size);
  tridiagonalize(matrix, size, values, beside, vectors);
  return diagonalize(size, values, beside, vectors);
}

/** Writes the diagonal, the off-diagonal (`beside[i]` links i and i + 1) and the rows of the transformation. */
function tridiagonalize(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  beside: Float64Array,
  q: Float64Array,
): void {
  q.fill(0);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const norm = columnNorm(a, n, k);
    const head = a[(k + 1) * n + k]!;
    const alpha = head > 0 ? -norm : norm;
    beside[k] = k === n - 2 || norm === 0 ? head : alpha;
    if (k === n - 2 || norm === 0) continue;
    // v is the normal of the mirror, scaled so that the reflection is x - v (v . x).
    const scale = 1 / Math.sqrt(norm * (norm + Math.abs(head)));
    for (let i = k + 1; i < n; i++) v[i] = a[i * n + k]! * scale;
    v[k + 1] = (head - alpha) * scale;
    reflectSymmetric(a, n, k + 1, v, w);
    reflectRows(q, n, k + 1, v, w);
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
}

/** The length of column `k` below the diagonal, scaled against overflow. */
function columnNorm(a: Float64Array, n: number, k: number): number {
  let largest = 0;
  for (let i = k + 1; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + k]!));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = k + 1; i < n; i++) {
    const x = a[i * n + k]! / largest;
    sum += x * x;
  }
  return largest * Math.sqrt(sum);
}

/** A <- H A H on the trailing block from `start`, H = I - v v': a symmetric update of rank two. */
function reflectSymmetric(a: Float64Array, n: number, start: number, v: Float64Array, w: Float64Array): void {
  let along = 0;
  for (let i = start; i < n; i++) {
    let sum = 0;
    for (let j = start; j < n; j++) sum += a[i * n + j]! * v[j]!;
    w[i] = sum;
    along += sum * v[i]!;
  }
  for (let i = start; i < n; i++) w[i] = w[i]! - (along / 2) * v[i]!;
  for (let i = start; i < n; i++) {
    const vi = v[i]!;
    const wi = w[i]!;
    for (let j = start; j < n; j++) {
      a[i * n + j] = a[i * n + j]! - vi * w[j]! - wi * v[j]!;
    }
  }
}

/** Q <- H Q: the rows from `start` are mixed. */
function reflectRows(q: Float64Array, n: number, start: number, v: Float64Array, w: Float64Array): void {
  w.fill(0);
  for (let i = start; i < n; i++) {
    const vi = v[i]!;
    for (let j = 1; j < n; j++) w[j] = w[j]! + vi * q[i * n + j]!;
  }
  for (let i = start; i < n; i++) {
    const vi = v[i]!;
    for (let j = 1; j < n; j++) q[i * n + j] = q[i * n + j]! - vi * w[j]!;
  }
}

/** Chases the off-diagonal to zero, turning the rows of `q` along. */
function diagonalize(n: number, d: Float64Array, e: Float64Array, q: Float64Array): boolean {
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      while (m < n - 1 && !isNegligible(e[m]!, d[m]!, d[m + 1]!)) m++;
      if (m === l) break;
      if (step === 60) return false;
      stepQL(l, m, n, d, e, q);
    }
    if (!Number.isFinite(d[l])) return false;
  }
  return true;
}

function isNegligible(link: number, above: number, below: number): boolean {
  return Math.abs(link) <= Number.EPSILON * (Math.abs(above) + Math.abs(below));
}

/** One implicit QL step on the block l..m. */
function stepQL(l: number, m: number, n: number, d: Float64Array, e: Float64Array, q: Float64Array): void {
  const first = e[l]!;
  const half = (d[l + 1]! - d[l]!) / (2 * first);
  const root = hypotenuse(half, 1);
  let g = d[m]! - d[l]! + first / (half + (half < 0 ? -root : root));
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = hypotenuse(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The block has split: the rest is left to the next step.
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    const shifted = d[i + 1]! - p;
    const turn = (d[i]! - shifted) * sine + 2 * cosine * b;
    p = sine * turn;
    d[i + 1] = shifted + p;
    g = cosine * turn - b;
    for (let lower = i * n, upper = lower + n, k = 0; k < n; k++, lower++, upper++) {
      const x = q[lower]!;
      const y = q[upper]!;
      q[upper] = sine * x + cosine * y;
      q[lower] = cosine * x - sine * y;
    }
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}

/** `Math.hypot` is slow; it is only needed where squares would overflow or vanish. */
function hypotenuse(a: number, b: number): number {
  const length = Math.sqrt(a * a + b * b);
  return length > 1e-140 && length < 1e140 ? length : Math.hypot(a, b);
}
