import { describe, expect, it } from 'vitest';

import { int } from '../../hyperparameter/int.ts';
import { normalCdf } from '../../math/normal.ts';
import { space } from '../../space/search-space.ts';
import { coordinatesOf } from './coordinates.ts';
import { DiagonalCovariance } from './covariance.ts';
import { Distribution } from './distribution.ts';
import { Margin } from './margin.ts';
import { createStrategy } from './strategy.ts';

const alpha = 0.02;

/** The probabilities of the values below, at and above that of the mean, corrected. */
function leaving(mean: number, deviation: number, values: number): { below: number; above: number } {
  const coordinates = coordinatesOf(space({ n: int(1, values) }));
  const covariance = new DiagonalCovariance(1);
  const distribution = new Distribution(
    Float64Array.of(mean),
    deviation,
    covariance,
    createStrategy(1, 4, true),
  );
  const margin = new Margin(coordinates, alpha);
  margin.correct(distribution);
  const spread = deviation * margin.widening[0]!;
  const cell = Math.min(values - 1, Math.max(0, Math.floor(distribution.mean[0]! * values)));
  return {
    below: cell === 0 ? 0 : normalCdf((cell / values - distribution.mean[0]!) / spread),
    above: cell === values - 1 ? 0 : normalCdf((distribution.mean[0]! - (cell + 1) / values) / spread),
  };
}

describe('Margin', () => {
  it.each([
    [0.5, 1e-9],
    [0.41, 1e-3],
    [0.59999, 1e-6],
    [0.5, 0.3],
  ])('lets both neighbours of an inner value happen: mean %d, deviation %d', (mean, deviation) => {
    const { below, above } = leaving(mean, deviation, 5);
    expect(below).toBeGreaterThanOrEqual(alpha / 2 - 1e-9);
    expect(above).toBeGreaterThanOrEqual(alpha / 2 - 1e-9);
  });

  it.each([0.01, 0.99])('lets the one neighbour of an outermost value happen: mean %d', (mean) => {
    const { below, above } = leaving(mean, 1e-4, 5);
    expect(Math.max(below, above)).toBeCloseTo(alpha, 9);
    expect(Math.min(below, above)).toBe(0);
  });

  it('leaves wide distributions alone', () => {
    const { below, above } = leaving(0.45, 0.2, 5);
    expect(below).toBeCloseTo(normalCdf(-0.25), 9);
    expect(above).toBeCloseTo(normalCdf(-0.75), 9);
  });
});
