import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { minimizeInBox } from './lbfgs.ts';
import { createRandom } from './random.ts';

const precise = { maxIterations: 500, maxEvaluations: 2000, gradientTolerance: 1e-9, valueTolerance: 0 };

function rosenbrock(x: Float64Array, gradient: Float64Array): number {
  gradient.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1]! - x[i]! * x[i]!;
    const b = 1 - x[i]!;
    value += 100 * a * a + b * b;
    gradient[i]! += -400 * a * x[i]! - 2 * b;
    gradient[i + 1]! += 200 * a;
  }
  return value;
}

function box(n: number, low: number, high: number): [Float64Array, Float64Array] {
  return [new Float64Array(n).fill(low), new Float64Array(n).fill(high)];
}

describe('minimizeInBox', () => {
  test.each([2, 5, 10])(
    'finds the minimum of the Rosenbrock function inside a wide box, %i variables',
    (n) => {
      const x = new Float64Array(n).fill(-1.2);
      const [lower, upper] = box(n, -10, 10);
      minimizeInBox(rosenbrock, x, lower, upper, precise);
      for (const xi of x) expect(xi).toBeCloseTo(1, 6);
    },
  );

  test('finds the minimum on the boundary when the free one lies outside', () => {
    // With x0 <= 0.5 the minimum of the two-variable function is at (0.5, 0.25), with value 0.25.
    const x = new Float64Array([-1.2, 1]);
    const { value } = minimizeInBox(
      rosenbrock,
      x,
      new Float64Array([-2, -2]),
      new Float64Array([0.5, 2]),
      precise,
    );
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 6);
    expect(value).toBeCloseTo(0.25, 9);
  });

  test('solves separable quadratics exactly: the clamped free minimum', () => {
    const coordinate = fc.tuple(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 1, maxLength: 6 }), (coordinates) => {
        const n = coordinates.length;
        const x = Float64Array.from(coordinates, ([, , start]) => start);
        const [lower, upper] = box(n, 0, 1);
        minimizeInBox(
          (at, gradient) => {
            let value = 0;
            for (const [i, [centre, weight]] of coordinates.entries()) {
              const d = at[i]! - centre;
              value += 0.5 * weight * d * d;
              gradient[i] = weight * d;
            }
            return value;
          },
          x,
          lower,
          upper,
          precise,
        );
        for (const [i, [centre]] of coordinates.entries()) {
          expect(x[i]).toBeCloseTo(Math.min(1, Math.max(0, centre)), 5);
        }
      }),
    );
  });

  test('never leaves the box, never gets worse and keeps to its limit of evaluations', () => {
    const [lower, upper] = box(3, -0.5, 0.7);
    const x = new Float64Array([0.6, -0.4, 0.1]);
    const start = rosenbrock(x, new Float64Array(3));
    let calls = 0;
    const { value, evaluations } = minimizeInBox(
      (at, gradient) => {
        calls++;
        for (const xi of at) expect(xi >= -0.5 && xi <= 0.7).toBe(true);
        return rosenbrock(at, gradient);
      },
      x,
      lower,
      upper,
      { ...precise, maxEvaluations: 7 },
    );
    expect(evaluations).toBe(calls);
    expect(calls).toBeLessThanOrEqual(7);
    expect(value).toBeLessThanOrEqual(start);
    expect(rosenbrock(x, new Float64Array(3))).toBe(value);
  });

  test('steps back from points that cannot be evaluated', () => {
    // -ln(x) + x with NaN for x <= 0: minimum at 1.
    const x = new Float64Array([0.01]);
    minimizeInBox(
      (at, gradient) => {
        gradient[0] = 1 - 1 / at[0]!;
        return at[0]! <= 0 ? Number.NaN : at[0]! - Math.log(at[0]!);
      },
      x,
      new Float64Array([-50]),
      new Float64Array([50]),
      { ...precise, firstStep: 40 },
    );
    expect(x[0]).toBeCloseTo(1, 6);
  });

  test('does nothing at a minimum, and nothing where every variable is held by a bound', () => {
    const x = new Float64Array([1, 1]);
    const [lower, upper] = box(2, -5, 5);
    expect(minimizeInBox(rosenbrock, x, lower, upper, precise).evaluations).toBe(1);
    const corner = new Float64Array([0]);
    const result = minimizeInBox(
      (at, gradient) => {
        gradient[0] = 1;
        return at[0]!;
      },
      corner,
      new Float64Array([0]),
      new Float64Array([1]),
      precise,
    );
    expect(result).toEqual({ value: 0, evaluations: 1 });
  });

  test('steps as BFGS does from the last eight pairs of positive curvature', () => {
    const n = 5;
    const random = createRandom(3);
    const points: Float64Array[] = [];
    const gradients = [Float64Array.from({ length: n }, () => random.normal())];
    // No function: gradients with random curvature, at step 12 a negative one, and values that let every step pass.
    const evaluate = (x: Float64Array, gradient: Float64Array): number => {
      const step = points.length;
      points.push(x.slice());
      if (step > 0) {
        const before = points[step - 1]!;
        const curvature = before.map(() => (step === 12 ? -1 : 0.5 + 10 * random.uniform()));
        gradients.push(gradients[step - 1]!.map((g, i) => g + curvature[i]! * (x[i]! - before[i]!)));
      }
      gradient.set(gradients[step]!);
      return -1e6 * step;
    };
    const [lower, upper] = box(n, -1e9, 1e9);
    minimizeInBox(evaluate, new Float64Array(n), lower, upper, { ...precise, maxIterations: 18 });

    for (let step = 10; step < 18; step++) {
      const pairs = differences(points)
        .slice(0, step)
        .map((s, k) => ({ s, y: differences(gradients)[k]! }))
        .filter(({ s, y }) => dot(s, y) > 0)
        .slice(-8);
      const expected = bfgsDirection(pairs, gradients[step]!);
      const taken = differences(points)[step]!;
      for (let i = 0; i < n; i++) expect(taken[i]).toBeCloseTo(expected[i]!, 8);
    }
  });
});

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

function differences(vectors: readonly Float64Array[]): Float64Array[] {
  return vectors.slice(1).map((v, k) => v.map((x, i) => x - vectors[k]![i]!));
}

/** Minus the inverse Hessian times the gradient, with the matrix written out (Nocedal & Wright, eq. 6.17 and 7.20). */
function bfgsDirection(
  pairs: readonly { s: Float64Array; y: Float64Array }[],
  gradient: Float64Array,
): Float64Array {
  const { s, y } = pairs.at(-1)!;
  const scale = dot(s, y) / dot(y, y);
  const times = (k: number, v: Float64Array): Float64Array => {
    const pair = pairs[k];
    if (pair === undefined) return v.map((x) => scale * x);
    const rho = 1 / dot(pair.s, pair.y);
    const a = rho * dot(pair.s, v);
    const inner = times(
      k - 1,
      v.map((x, i) => x - a * pair.y[i]!),
    );
    const b = rho * dot(pair.y, inner);
    return inner.map((x, i) => x - b * pair.s[i]! + a * pair.s[i]!);
  };
  return times(pairs.length - 1, gradient).map((x) => -x);
}
