import { describe, expect, test } from 'vitest';

import { logH, logHSlope } from './log-improvement.ts';

// Computed with 90 significant digits from h(z) = phi(z) + z Phi(z) (Python's decimal module).
const REFERENCE: readonly (readonly [z: number, logH: number, slope: number])[] = [
  [3, 1.0987396653277077, 0.3328409684517952],
  [1, 0.08002621884930694, 0.7766387252017393],
  [0, -0.9189385332046728, 1.2533141373155003],
  [-0.5, -1.6205162643873199, 1.5598731483480797],
  [-0.999, -2.4832171154475855, 1.9035493173589595],
  [-1, -2.4851210257126413, 1.9042712333296918],
  [-1.001, -2.4870256579553893, 1.9049932727342131],
  [-2, -4.768783523917114, 2.679416883955586],
  [-5, -16.74430116266099, 5.361816241288088],
  [-10, -55.55312203612235, 10.194383033412553],
  [-20, -206.9178385094251, 20.099262811101283],
  [-29.9, -454.7229981194963, 29.966666911139967],
  [-30.1, -460.736287398743, 30.166226849616994],
  [-40, -808.29856835662, 40.04990665764852],
  [-100, -5010.12957880025, 100.01999400419587],
  [-1000, -500014.73445209116, 1000.001999994],
];

describe('ln h', () => {
  test.each(REFERENCE)('is right at z = %f', (z, value, slope) => {
    expect(Math.abs(logH(z) - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
    expect(Math.abs(logHSlope(z) - slope)).toBeLessThan(1e-11 * Math.abs(slope));
  });

  test('increases and is continuous where its formulas meet', () => {
    for (const z of [-1, -30]) {
      const step = 1e-9;
      const jump = logH(z + step) - logH(z - step);
      expect(jump).toBeGreaterThan(0);
      expect(Math.abs(jump - 2 * step * logHSlope(z))).toBeLessThan(1e-9);
    }
    let previous = Number.NEGATIVE_INFINITY;
    for (let z = -2000; z < 50; z += 0.37) {
      const value = logH(z);
      expect(value).toBeGreaterThan(previous);
      previous = value;
    }
  });

  test('stays finite, with its slope, far beyond where the improvement itself underflows', () => {
    expect(logH(-1e8)).toBeCloseTo(-5e15, -3);
    expect(logHSlope(-1e8) / 1e8).toBeCloseTo(1, 9);
    expect(logHSlope(1e8)).toBeCloseTo(1e-8, 15);
  });
});
