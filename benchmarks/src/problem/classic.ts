/**
 * Textbook test functions, some of them moved by `xopt`. Forms and constants as in S. Surjanovic and D. Bingham's
 * "Virtual Library of Simulation Experiments" and L. Dixon and G. Szegö, "Towards Global Optimisation 2" (1978).
 */
import type { FunctionData, TestFunction } from './bbob.ts';
import { minus, square, sum, type Matrix, type Vector } from './transforms.ts';

const { abs, cos, exp, sin, sqrt, PI } = Math;

/** By the names that the problem files use. */
export const classicFunctions: { readonly [name: string]: TestFunction } = {
  branin: (x) => {
    const [a, b] = x as [number, number];
    const valley = b - (5.1 / (4 * PI * PI)) * a * a + (5 / PI) * a - 6;
    return valley * valley + 10 * (1 - 1 / (8 * PI)) * cos(a) + 10;
  },
  hartmann: (x, q) =>
    -sum(
      q.alpha as Vector,
      (alpha, k) => alpha * exp(-sum(x, (v, i) => entry(q.A, k, i) * square(v - entry(q.P, k, i)))),
    ),
  shekel: (x, q) =>
    -sum(q.beta as Vector, (beta, k) => 1 / (beta + sum(x, (v, i) => square(v - entry(q.C, k, i))))),
  camel6: (x) => {
    const [a, b] = x as [number, number];
    return (4 - 2.1 * a * a + a ** 4 / 3) * a * a + a * b + (4 * b * b - 4) * b * b;
  },
  ackley: (x, q) => {
    const z = moved(x, q);
    const radius = sqrt(sum(z, square) / z.length);
    const waves = sum(z, (v) => cos(2 * PI * v)) / z.length;
    return 20 + Math.E - 20 * exp(-0.2 * radius) - exp(waves);
  },
  griewank: (x, q) => {
    const z = moved(x, q);
    const product = z.reduce((p, v, i) => p * cos(v / sqrt(i + 1)), 1);
    return 1 + sum(z, square) / 4000 - product;
  },
  levy: (x, q) => {
    const w = moved(x, q).map((v) => 1 + v / 4);
    const last = w.pop() as number;
    const first = w[0] ?? last;
    return (
      sin(PI * first) ** 2 +
      sum(w, (v) => square(v - 1) * (1 + 10 * sin(PI * v + 1) ** 2)) +
      square(last - 1) * (1 + sin(2 * PI * last) ** 2)
    );
  },
  styblinski: (x) => 0.5 * sum(x, (v) => v ** 4 - 16 * v * v + 5 * v),
  dixonprice: (x) =>
    square((x[0] as number) - 1) + sum(x.slice(1), (v, i) => (i + 2) * square(2 * v * v - (x[i] as number))),
  alpine1: (x, q) => sum(moved(x, q), (v) => abs(v * sin(v) + 0.1 * v)),
};

function moved(x: Vector, q: FunctionData): number[] {
  return minus(x, q.xopt as Vector);
}

function entry(matrix: Matrix | undefined, row: number, column: number): number {
  return ((matrix as Matrix)[row] as Vector)[column] as number;
}
