import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { minimizeInBox } from './lbfgs.ts';

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
});
