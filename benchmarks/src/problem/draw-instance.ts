import type { Random } from '@tunable/core';

import type { FunctionData } from './bbob.ts';
import { stretch, type Matrix } from './transforms.ts';

/** A function on a box, with the argument of its minimum. */
export interface Instance {
  readonly fn: string;
  readonly data: FunctionData;
  readonly minimum: readonly number[];
  readonly best: number;
}

/** A random instance of a BBOB function; the constants of the maps are those of RR-6829. */
export function drawInstance(fn: string, dimension: number, random: Random): Instance {
  const R = rotation(dimension, random);
  const xopt = middleOf(dimension, 5, random);
  const conditioned = (condition: number) =>
    scaled(R, stretch(Math.sqrt(condition), dimension), rotation(dimension, random));
  const at = (data: FunctionData, minimum = xopt): Instance => ({ fn, data, minimum, best: 0 });
  switch (fn) {
    case 'linear': {
      const corner = xopt.map((v) => 5 * Math.sign(v));
      return at({ xopt: corner }, corner);
    }
    case 'lunacek': {
      // Its better funnel is at 1.25 on each axis, on the side that the sign of xopt tells.
      const funnel = xopt.map((v) => 1.25 * Math.sign(v));
      return at({ xopt: funnel, M: conditioned(100) }, funnel);
    }
    case 'rosenbrock_rot':
    case 'griewank_rosen': {
      const scale = Math.max(1, Math.sqrt(dimension) / 8);
      const M = R.map((row) => row.map((v) => scale * v));
      // Where x M + 1/2 is 1 on each axis; the inverse of a rotation is its transpose.
      return at(
        { M },
        R.map((row) => (0.5 / scale) * row.reduce((total, v) => total + v, 0)),
      );
    }
    case 'rastrigin_rot':
      return at({ xopt, R, M: conditioned(10) });
    case 'weierstrass':
      return at({ xopt, R, M: conditioned(0.01) });
    case 'schaffers':
      return at({ xopt, R, M: scaled(rotation(dimension, random), stretch(Math.sqrt(1000), dimension)) });
    case 'ellipsoid':
      return at({ xopt, R, cond: 1e6 });
    case 'sphere':
    case 'bueche':
    case 'rosenbrock':
    case 'discus':
    case 'cigar':
    case 'diffpow':
      return at({ xopt, R });
    default:
      throw new Error(`no instances of ${fn}`);
  }
}

/** A rotation drawn at random: the Gram-Schmidt process on normal numbers. */
function rotation(dimension: number, random: Random): number[][] {
  const rows: number[][] = [];
  for (let i = 0; i < dimension; i++) {
    const row = Array.from({ length: dimension }, () => random.normal());
    for (const other of rows) {
      const overlap = row.reduce((total, v, j) => total + v * (other[j] as number), 0);
      for (let j = 0; j < dimension; j++) row[j] = (row[j] as number) - overlap * (other[j] as number);
    }
    const length = Math.hypot(...row);
    rows.push(row.map((v) => v / length));
  }
  return rows;
}

/** A diag(d), or A diag(d) B. */
function scaled(A: Matrix, d: readonly number[], B?: Matrix): number[][] {
  const AD = A.map((row) => row.map((v, j) => v * (d[j] as number)));
  if (B === undefined) return AD;
  return AD.map((row) =>
    d.map((_, j) => row.reduce((total, v, k) => total + v * ((B[k] as readonly number[])[j] as number), 0)),
  );
}

/** A point of the middle 80 % of the box from -`bound` to `bound`. */
export function middleOf(dimension: number, bound: number, random: Random): number[] {
  return Array.from({ length: dimension }, () => 0.8 * bound * (2 * random.uniform() - 1));
}
