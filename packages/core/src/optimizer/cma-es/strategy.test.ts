import { describe, expect, it } from 'vitest';

import { createStrategy, defaultPopulationSize } from './strategy.ts';

describe('the strategy parameters', () => {
  it('are those of the tutorial: pycma 4 has these in 10 dimensions', () => {
    expect([1, 2, 10, 40].map(defaultPopulationSize)).toEqual([4, 6, 10, 15]);
    const { mu, muEff, weights, cSigma, chiN } = createStrategy(10, 10, false);
    expect(mu).toBe(5);
    expect(muEff).toBeCloseTo(3.1673, 4);
    expect([...weights.subarray(0, 5)].map((w) => Number(w.toFixed(4)))).toEqual([
      0.4563, 0.2708, 0.1622, 0.0852, 0.0255,
    ]);
    expect(cSigma).toBeCloseTo(5.1673 / 18.1673, 4);
    expect(chiN).toBeCloseTo(3.0847, 3);
  });

  it('scale negative weights and set learning rates as pycma 4.5 does', () => {
    const { weights, c1, cMu, cc } = createStrategy(5, 8, false);
    expect([c1, cMu, cc]).toEqual(
      [0.0472923041594, 0.047859049603, 0.450199557993].map((x) => expect.closeTo(x, 12)),
    );
    expect([...weights]).toEqual(
      [
        0.529930184479, 0.285714285714, 0.142857142857, 0.0414983869498, -0.148537434531, -0.405574676013,
        -0.622896567139, -0.811149352026,
      ].map((x) => expect.closeTo(x, 10)),
    );
  });

  it.each([
    [1, 4],
    [2, 6],
    [10, 10],
    [10, 640],
    [100, 17],
  ])('leave the covariance positive: %i dimensions, population %i', (n, lambda) => {
    for (const isSeparable of [false, true]) {
      const { weights, mu, c1, cMu } = createStrategy(n, lambda, isSeparable);
      expect(weights.subarray(0, mu).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      // What is left of C when every step with a negative weight points the same way (equation 53 ff).
      const negative = weights.subarray(mu).reduce((a, b) => a + b, 0);
      expect(1 - c1 - cMu * (1 + negative) + cMu * n * negative).toBeGreaterThanOrEqual(-1e-12);
    }
  });
});
