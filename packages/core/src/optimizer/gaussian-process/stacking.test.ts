import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { stackingWeights } from './stacking.ts';

test('a model that predicts every observation better has all the weight', () => {
  const [good, bad] = stackingWeights([Float64Array.of(-1, -2, -1), Float64Array.of(-4, -6, -5)]);
  expect(good).toBeCloseTo(1, 6);
  expect(bad).toBeCloseTo(0, 6);
});

test('models that each predict a part of the observations have weights by their number', () => {
  // With no overlap the optimum of Σ ln(w_k p_k) is the share of the observations that are the model's own.
  const weights = stackingWeights([
    Float64Array.of(0, 0, 0, -50, -50),
    Float64Array.of(-50, -50, -50, 0, -50),
    Float64Array.of(-50, -50, -50, -50, 0),
  ]);
  for (const [k, share] of [0.6, 0.2, 0.2].entries()) expect(weights[k]).toBeCloseTo(share, 9);
});

test('the mixture predicts no worse than equal weights, nor than nearly all weight on one model', () => {
  const density = fc.double({ min: -8, max: 4, noNaN: true });
  const densities = fc.array(fc.tuple(density, density, density), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(densities, (rows) => {
      const columns = [0, 1, 2].map((k) => Float64Array.from(rows, (row) => row[k]!));
      const score = (weights: readonly number[]): number =>
        rows.reduce(
          (sum, row) => sum + Math.log(weights.reduce((p, w, k) => p + w * Math.exp(row[k]!), 0)),
          0,
        );
      const weights = stackingWeights(columns);
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      const best = score(weights);
      expect(best).toBeGreaterThanOrEqual(score([1 / 3, 1 / 3, 1 / 3]) - 1e-9);
      // The iteration stops early: by how little shows against the ends.
      for (let k = 0; k < 3; k++) {
        const end = [0, 1, 2].map((j) => (j === k ? 1 : 0));
        expect(best / rows.length).toBeGreaterThanOrEqual(score(end) / rows.length - 0.05);
      }
    }),
  );
});

test('nothing to tell by: equal weights', () => {
  expect(stackingWeights([new Float64Array(0), new Float64Array(0)])).toEqual([0.5, 0.5]);
  const impossible = new Float64Array(3).fill(-Infinity);
  expect(stackingWeights([impossible, impossible])).toEqual([0.5, 0.5]);
  expect(stackingWeights([impossible, Float64Array.of(-1, -1, -1)])[1]).toBeCloseTo(1, 9);
});
