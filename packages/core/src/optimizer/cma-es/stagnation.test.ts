import { describe, expect, it } from 'vitest';

import { FullCovariance } from './covariance.ts';
import { Distribution } from './distribution.ts';
import { Stagnation } from './stagnation.ts';
import { createStrategy } from './strategy.ts';

const distribution = (sigma: number, matrix?: Float64Array): Distribution =>
  new Distribution(new Float64Array(2), sigma, new FullCovariance(2, matrix), createStrategy(2, 6, false));

const healthy = distribution(0.2);

/** After how many generations of these best losses the run is over. */
function generationsUntilOver(lossAt: (generation: number) => number, most: number): number {
  const stagnation = new Stagnation(2, 6, 0.2);
  for (let generation = 1; generation <= most; generation++) {
    stagnation.observe([lossAt(generation), lossAt(generation) + 1]);
    if (stagnation.isOver(healthy, [0, 1])) return generation;
  }
  return Infinity;
}

describe('Stagnation', () => {
  it('goes on while losses improve, at any scale', () => {
    expect(generationsUntilOver((g) => 1 / g, 1000)).toBe(Infinity);
    expect(generationsUntilOver((g) => 1e-200 / g, 1000)).toBe(Infinity);
  });

  it('ends when losses stand still: 10 + 30 n / lambda generations', () => {
    expect(generationsUntilOver(() => 7, 1000)).toBe(20);
    expect(generationsUntilOver(() => Infinity, 1000)).toBe(20);
    expect(generationsUntilOver((g) => 1 + 1e-14 * (g % 2), 1000)).toBe(20);
  });

  it('ends when losses vary but do not improve', () => {
    expect(generationsUntilOver((g) => 1 + (g % 7), 1000)).toBe(130);
  });

  it('ends when the distribution has shrunk to nothing or is degenerate', () => {
    const stagnation = new Stagnation(2, 6, 0.2);
    expect(stagnation.isOver(distribution(1e-12), [0, 1])).toBe(false);
    expect(stagnation.isOver(distribution(1e-13), [0, 1])).toBe(true);
    expect(stagnation.isOver(distribution(1e-13), [])).toBe(false);
    expect(stagnation.isOver(distribution(1, Float64Array.of(1, 0, 0, 1e-15)), [0, 1])).toBe(true);
  });

  it('ends when the distribution has become 10,000 times wider, along whichever coordinate', () => {
    const stagnation = new Stagnation(2, 6, 0.2);
    const wide = Float64Array.of(1, 0, 0, 1e6);
    expect(stagnation.isOver(distribution(1.9, wide), [0, 1])).toBe(false);
    expect(stagnation.isOver(distribution(2.1, wide), [0, 1])).toBe(true);
    expect(stagnation.isOver(distribution(2.1, wide), [0])).toBe(true);
  });
});
