/**
 * Dense linear algebra for symmetric positive definite matrices, on row-major `Float64Array`s.
 *
 * Everything is built from one step: dot products of four rows with a fifth. Four independent sums hide the latency
 * of the additions, and the fifth row is read once for all four.
 *
 * A matrix of order `n` may lie in rows longer than `n` (`stride`), so that it can grow in place.
 */

/**
 * Overwrites the lower triangle of `a` with its Cholesky factor L, A = L L'. The upper triangle is neither read nor
 * written.
 *
 * @param a symmetric matrix; its lower triangle is read.
 * @param n order.
 * @param stride distance between rows.
 * @returns false when `a` is not positive definite to working precision; `a` is then spoilt.
 */
export function cholesky(a: Float64Array, n: number, stride: number): boolean {
  for (let block = 0; block < n; block += 4) {
    const rows = Math.min(4, n - block);
    forwardRows(a, stride, block, a, block * stride, stride, rows, 0);
    for (let i = block; i < block + rows; i++) {
      const row = i * stride;
      for (let j = block; j <= i; j++) {
        const other = j * stride;
        let sum = a[row + j]!;
        for (let k = 0; k < j; k++) sum -= a[row + k]! * a[other + k]!;
        if (j < i) {
          a[row + j] = sum / a[other + j]!;
        } else {
          if (!(sum > 0)) return false;
          a[row + i] = Math.sqrt(sum);
        }
      }
    }
  }
  return true;
}

/**
 * Solves L v = b for each of `rows` right-hand sides, which lie in the rows of `b` and are overwritten: forward
 * substitution.
 *
 * @param l lower triangular factor.
 * @param stride distance between rows of `l`.
 * @param n order of the part of `l` that is used.
 * @param b right-hand sides, one per row.
 * @param start where the first of them begins in `b`.
 * @param bStride distance between right-hand sides.
 * @param rows how many there are.
 * @param first index of the first entry that may be non-zero in any of them; the ones before are skipped.
 */
export function solveLowerRows(
  l: Float64Array,
  stride: number,
  n: number,
  b: Float64Array,
  start: number,
  bStride: number,
  rows: number,
  first = 0,
): void {
  for (let row = 0; row < rows; row += 4) {
    forwardRows(l, stride, n, b, start + row * bStride, bStride, Math.min(4, rows - row), first);
  }
}

/** Forward substitution for up to four right-hand sides at once. */
function forwardRows(
  l: Float64Array,
  stride: number,
  n: number,
  b: Float64Array,
  start: number,
  bStride: number,
  rows: number,
  first: number,
): void {
  const b0 = start;
  const b1 = rows > 1 ? start + bStride : start;
  const b2 = rows > 2 ? start + 2 * bStride : start;
  const b3 = rows > 3 ? start + 3 * bStride : start;
  // Where rows are missing, the first one stands in for them: the same numbers are then written repeatedly.
  for (let i = first; i < n; i++) {
    const row = i * stride;
    let s0 = b[b0 + i]!;
    let s1 = b[b1 + i]!;
    let s2 = b[b2 + i]!;
    let s3 = b[b3 + i]!;
    for (let k = first; k < i; k++) {
      const x = l[row + k]!;
      s0 -= x * b[b0 + k]!;
      s1 -= x * b[b1 + k]!;
      s2 -= x * b[b2 + k]!;
      s3 -= x * b[b3 + k]!;
    }
    const pivot = 1 / l[row + i]!;
    b[b0 + i] = s0 * pivot;
    b[b1 + i] = s1 * pivot;
    b[b2 + i] = s2 * pivot;
    b[b3 + i] = s3 * pivot;
  }
}

/**
 * Solves L x = b for one right-hand side, in place.
 *
 * @param l lower triangular factor.
 * @param stride distance between its rows.
 * @param n order.
 * @param b right-hand side, overwritten by the solution.
 */
export function solveLower(l: Float64Array, stride: number, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * stride;
    let s0 = b[i]!;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let k = 0;
    for (; k + 3 < i; k += 4) {
      s0 -= l[row + k]! * b[k]!;
      s1 -= l[row + k + 1]! * b[k + 1]!;
      s2 -= l[row + k + 2]! * b[k + 2]!;
      s3 -= l[row + k + 3]! * b[k + 3]!;
    }
    for (; k < i; k++) s0 -= l[row + k]! * b[k]!;
    b[i] = (s0 + s1 + (s2 + s3)) / l[row + i]!;
  }
}

/**
 * Solves L' x = b for one right-hand side, in place; after {@link solveLower} that makes (L L') x = b.
 *
 * @param l lower triangular factor.
 * @param stride distance between its rows.
 * @param n order.
 * @param b right-hand side, overwritten by the solution.
 */
export function solveLowerTransposed(l: Float64Array, stride: number, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * stride;
    const x = b[i]! / l[row + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k]! -= l[row + k]! * x;
  }
}

/**
 * The lower triangle of A^-1 = L'^-1 L^-1, given the Cholesky factor L of A.
 *
 * @param l lower triangular factor, left as it is.
 * @param n order.
 * @param stride distance between the rows of all three matrices.
 * @param inverse receives the lower triangle of the inverse.
 * @param scratch workspace of the same size as `inverse`; receives L'^-1 in its upper triangle.
 */
export function invertFromCholesky(
  l: Float64Array,
  n: number,
  stride: number,
  inverse: Float64Array,
  scratch: Float64Array,
): void {
  // Row j of scratch = column j of L^-1, which is zero before entry j.
  for (let j = 0; j < n; j++) {
    scratch.fill(0, j * stride, j * stride + n);
    scratch[j * stride + j] = 1;
  }
  for (let j = 0; j < n; j += 4)
    forwardRows(l, stride, n, scratch, j * stride, stride, Math.min(4, n - j), j);
  for (let i = 0; i < n; i += 4) {
    const rows = Math.min(4, n - i);
    const r0 = i * stride;
    const r1 = rows > 1 ? r0 + stride : r0;
    const r2 = rows > 2 ? r0 + 2 * stride : r0;
    const r3 = rows > 3 ? r0 + 3 * stride : r0;
    for (let j = 0; j < i + rows; j++) {
      const other = j * stride;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      // Row j + something is zero before its diagonal; starting at the later of the two diagonals skips only zeros.
      for (let k = Math.max(i, j); k < n; k++) {
        const x = scratch[other + k]!;
        s0 += x * scratch[r0 + k]!;
        s1 += x * scratch[r1 + k]!;
        s2 += x * scratch[r2 + k]!;
        s3 += x * scratch[r3 + k]!;
      }
      inverse[r0 + j] = s0;
      inverse[r1 + j] = rows > 1 ? s1 : s0;
      inverse[r2 + j] = rows > 2 ? s2 : s0;
      inverse[r3 + j] = rows > 3 ? s3 : s0;
    }
  }
}

/**
 * Extends the Cholesky factor of an order-`n` matrix by one row and column: O(n^2), where factoring anew takes O(n^3).
 *
 * @param l factor with room for another row; row `n` holds the new off-diagonal entries of the matrix on entry and the
 *   new row of the factor on return.
 * @param n order before.
 * @param stride distance between rows, at least `n + 1`.
 * @param diagonal the new diagonal entry of the matrix.
 * @param floor smallest square allowed for the new diagonal entry of the factor, so that a near-duplicate row does not
 *   end in a root of a negative number.
 */
export function appendCholeskyRow(
  l: Float64Array,
  n: number,
  stride: number,
  diagonal: number,
  floor: number,
): void {
  const row = n * stride;
  const fresh = l.subarray(row, row + n);
  solveLower(l, stride, n, fresh);
  let rest = diagonal;
  for (let k = 0; k < n; k++) rest -= fresh[k]! * fresh[k]!;
  l[row + n] = Math.sqrt(Math.max(rest, floor));
}

/** Twice the sum of the logarithms of the diagonal of a Cholesky factor: ln |A|. */
export function logDeterminant(l: Float64Array, n: number, stride: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(l[i * stride + i]!);
  return 2 * sum;
}
