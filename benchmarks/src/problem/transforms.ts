/**
 * The transformations of which the BBOB functions are made: N. Hansen, S. Finck, R. Ros, A. Auger, "Real-parameter
 * black-box optimization benchmarking: noiseless functions definitions", INRIA RR-6829, section 0.2.
 */

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

/** The sum of `f(value, index)`. */
export function sum(x: Vector, f: (value: number, index: number) => number): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += f(x[i] as number, i);
  return total;
}

export function square(v: number): number {
  return v * v;
}

export function minus(x: Vector, origin: Vector): number[] {
  return x.map((v, i) => v - (origin[i] as number));
}

/** The row vector `x` times the matrix `M`. */
export function times(x: Vector, M: Matrix): number[] {
  const y = Array.from<number>({ length: (M[0] as Vector).length }).fill(0);
  for (const [i, xi] of x.entries()) {
    const row = M[i] as Vector;
    for (let j = 0; j < y.length; j++) y[j] = (y[j] as number) + xi * (row[j] as number);
  }
  return y;
}

/** T_osz: smooth, local irregularities, sign and zero kept. */
export function oscillate(v: number): number {
  if (v === 0) return 0;
  const f = Math.log(Math.abs(v)) / 0.1;
  const [a, b] = v > 0 ? [1, 0.79] : [0.55, 0.31];
  return Math.sign(v) * Math.exp(f + 0.49 * (Math.sin(a * f) + Math.sin(b * f))) ** 0.1;
}

/** T_asy: breaks the symmetry about zero, more so in later coordinates. */
export function skew(x: Vector, beta: number): number[] {
  return x.map((v, i) => (v > 0 ? v ** (1 + beta * share(i, x.length) * Math.sqrt(v)) : v));
}

/** The diagonal that stretches the last axis by `c` and those between by powers of it. */
export function stretch(c: number, dimension: number): number[] {
  return Array.from({ length: dimension }, (_, i) => c ** share(i, dimension));
}

/** A steep wall outside of [-5, 5]. */
export function penalty(x: Vector): number {
  return sum(x, (v) => Math.max(0, Math.abs(v) - 5) ** 2);
}

/** To the nearest whole number, halves to the even one. */
export function roundHalfToEven(v: number): number {
  const down = Math.floor(v);
  if (v - down === 0.5) return down % 2 === 0 ? down : down + 1;
  return Math.round(v);
}

/** `i` as a share of the last index. */
function share(i: number, length: number): number {
  return length > 1 ? i / (length - 1) : 0;
}
