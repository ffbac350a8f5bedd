/**
 * The noiseless BBOB functions f1-f24 (RR-6829; numbers below are theirs), without their offset. An instance is
 * what `FunctionData` holds: `xopt`, the rotations and linear maps `R` and `M`, or the peaks of Gallagher's functions.
 * In general z is x - xopt, and the rows of R and M multiply from the left.
 */
import {
  minus,
  oscillate,
  penalty,
  roundHalfToEven,
  skew,
  square,
  stretch,
  sum,
  times,
  type Matrix,
  type Vector,
} from './transforms.ts';

/** The constants of one instance of a function; each function uses some of them. */
export interface FunctionData {
  readonly xopt?: Vector;
  readonly R?: Matrix;
  readonly M?: Matrix;
  readonly cond?: number;
  readonly signs?: Vector;
  readonly peaks?: Vector;
  readonly centers?: Matrix;
  readonly scales?: Matrix;
  readonly alpha?: Vector;
  readonly A?: Matrix;
  readonly P?: Matrix;
  readonly C?: Matrix;
  readonly beta?: Vector;
}

export type TestFunction = (x: Vector, data: FunctionData) => number;

const { abs, cos, exp, max, min, sin, sqrt, PI } = Math;

/** By the names that the problem files use. */
export const bbobFunctions: { readonly [name: string]: TestFunction } = {
  // f1
  sphere: (x, q) => sum(shifted(x, q), square),
  // f2 without R, f10 with it
  ellipsoid: (x, q) => {
    const z = (q.R === undefined ? shifted(x, q) : times(shifted(x, q), q.R)).map(oscillate);
    const scale = stretch(q.cond as number, z.length);
    return sum(z, (v, i) => (scale[i] as number) * v * v);
  },
  // f3
  rastrigin_sep: (x, q) => {
    const scale = stretch(sqrt(10), x.length);
    return rastrigin(skew(shifted(x, q).map(oscillate), 0.2).map((v, i) => (scale[i] as number) * v));
  },
  // f4
  bueche: (x, q) => {
    const scale = stretch(sqrt(10), x.length);
    const z = shifted(x, q).map((v, i) => {
      const bent = oscillate(v);
      return (scale[i] as number) * (i % 2 === 0 && bent > 0 ? 10 * bent : bent);
    });
    return rastrigin(z) + 100 * penalty(x);
  },
  // f5
  linear: (x, q) => {
    const slope = stretch(10, x.length);
    return sum(x, (v, i) => {
      const optimum = at(q.xopt, i);
      const inside = v * optimum > 25 ? 5 * Math.sign(v) : v;
      return (slope[i] as number) * (5 - (optimum > 0 ? inside : -inside));
    });
  },
  // f6
  attractive: (x, q) => {
    const z = times(shifted(x, q), q.M as Matrix);
    return oscillate(sum(z, (v, i) => square(v * at(q.xopt, i) > 0 ? 100 * v : v))) ** 0.9;
  },
  // f7
  step: (x, q) => {
    const slopes = times(shifted(x, q), q.M as Matrix);
    const steps = slopes.map((v) => (abs(v) > 0.5 ? roundHalfToEven(v) : roundHalfToEven(10 * v) / 10));
    const scale = stretch(100, x.length);
    const stairs = sum(times(steps, q.R as Matrix), (v, i) => (scale[i] as number) * v * v);
    return 0.1 * max(1e-4 * abs(slopes[0] as number), stairs) + penalty(x);
  },
  // f8
  rosenbrock: (x, q) => {
    const scale = max(1, sqrt(x.length) / 8);
    return rosenbrock(shifted(x, q).map((v) => scale * v + 1));
  },
  // f9
  rosenbrock_rot: (x, q) => rosenbrock(times(x, q.M as Matrix).map((v) => v + 0.5)),
  // f11
  discus: (x, q) => {
    const y = rotated(x, q).map(oscillate);
    return sum(y, square) + (1e6 - 1) * square(y[0] as number);
  },
  // f12
  cigar: (x, q) => {
    const y = times(skew(rotated(x, q), 0.5), q.R as Matrix);
    return 1e6 * sum(y, square) + (1 - 1e6) * square(y[0] as number);
  },
  // f13
  ridge: (x, q) => {
    const y = times(shifted(x, q), q.M as Matrix);
    return square(y[0] as number) + 100 * sqrt(sum(y.slice(1), square));
  },
  // f14
  diffpow: (x, q) => {
    const last = x.length - 1;
    return sqrt(sum(rotated(x, q), (v, i) => abs(v) ** (2 + (4 * i) / last)));
  },
  // f15
  rastrigin_rot: (x, q) => rastrigin(times(skew(rotated(x, q).map(oscillate), 0.2), q.M as Matrix)),
  // f16
  weierstrass: (x, q) => {
    const y = times(rotated(x, q).map(oscillate), q.M as Matrix);
    let floor = 0;
    let total = 0;
    for (let k = 0; k < 12; k++) {
      floor += 0.5 ** k * cos(PI * 3 ** k);
      total += sum(y, (v) => 0.5 ** k * cos(2 * PI * 3 ** k * (v + 0.5)));
    }
    return 10 * (total / x.length - floor) ** 3 + (10 / x.length) * penalty(x);
  },
  // f17; f18 with another M
  schaffers: (x, q) => {
    const y = times(skew(rotated(x, q), 0.5), q.M as Matrix);
    let total = 0;
    for (let i = 0; i + 1 < y.length; i++) {
      const s = square(y[i] as number) + square(y[i + 1] as number);
      total += s ** 0.25 * (sin(50 * s ** 0.1) ** 2 + 1);
    }
    return square(total / (y.length - 1)) + 10 * penalty(x);
  },
  // f19
  griewank_rosen: (x, q) => {
    const y = times(x, q.M as Matrix).map((v) => v + 0.5);
    let total = 0;
    for (let i = 0; i + 1 < y.length; i++) {
      const [a, b] = [y[i] as number, y[i + 1] as number];
      const g = 100 * square(a * a - b) + square(1 - a);
      total += g / 4000 - cos(g);
    }
    return 10 + (10 * total) / (y.length - 1);
  },
  // f20
  schwefel: (x, q) => {
    const z = x.map((v, i) => 2 * at(q.signs, i) * v);
    const optimum = (q.xopt as Vector).map((v) => 2 * abs(v));
    const scale = stretch(sqrt(10), x.length);
    const y = z.map((v, i) => {
      const chained = i === 0 ? v : v + 0.25 * ((z[i - 1] as number) - at(optimum, i - 1));
      return 100 * ((scale[i] as number) * (chained - at(optimum, i)) + at(optimum, i));
    });
    const well = sum(y, (v) => v * sin(sqrt(abs(v)))) / x.length;
    const outside = sum(y, (v) => max(0, abs(v) - 500) ** 2);
    return 0.01 * (418.9828872724339 - well) + 0.01 * outside;
  },
  // f21 and f22
  gallagher: (x, q) => {
    const z = times(x, q.R as Matrix);
    const { peaks = [], centers = [], scales = [] } = q;
    let highest = -Infinity;
    for (const [k, peak] of peaks.entries()) {
      const distance = sum(z, (v, i) => at(scales[k], i) * square(v - at(centers[k], i)));
      highest = max(highest, peak * exp((-0.5 / x.length) * distance));
    }
    return square(oscillate(10 - highest)) + penalty(x);
  },
  // f24
  lunacek: (x, q) => {
    const d = x.length;
    const mu0 = 2.5;
    const s = 1 - 1 / (2 * sqrt(d + 20) - 8.2);
    const mu1 = -sqrt((mu0 * mu0 - 1) / s);
    const z = x.map((v, i) => 2 * (at(q.xopt, i) > 0 ? v : -v));
    const y = times(
      z.map((v) => v - mu0),
      q.M as Matrix,
    );
    const funnels = min(
      sum(z, (v) => square(v - mu0)),
      d + s * sum(z, (v) => square(v - mu1)),
    );
    return funnels + 10 * (d - sum(y, (v) => cos(2 * PI * v))) + 1e4 * penalty(x);
  },
};

function shifted(x: Vector, q: FunctionData): number[] {
  return minus(x, q.xopt as Vector);
}

function rotated(x: Vector, q: FunctionData): number[] {
  return times(shifted(x, q), q.R as Matrix);
}

function rastrigin(z: Vector): number {
  return 10 * (z.length - sum(z, (v) => cos(2 * PI * v))) + sum(z, square);
}

function rosenbrock(z: Vector): number {
  let total = 0;
  for (let i = 0; i + 1 < z.length; i++) {
    const v = z[i] as number;
    total += 100 * square(v * v - (z[i + 1] as number)) + square(v - 1);
  }
  return total;
}

function at(x: Vector | undefined, i: number): number {
  return (x as Vector)[i] as number;
}
