import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { polynomialMutation, simulatedBinaryCrossover } from './real-operators.ts';

const gene = fc.double({ min: 0, max: 1, noNaN: true });

describe('simulatedBinaryCrossover', () => {
  it('stays within the bounds', () => {
    fc.assert(
      fc.property(gene, gene, fc.integer(), (x, y, seed) => {
        const child = simulatedBinaryCrossover(x, y, 15, createRandom(seed));
        expect(child >= 0 && child <= 1).toBe(true);
      }),
    );
  });

  it('spreads children as its density says: the share within the parents is one half, far from the bounds', () => {
    const random = createRandom(1);
    const children = Array.from({ length: 20_000 }, () => simulatedBinaryCrossover(0.49, 0.51, 2, random));
    const within = children.filter((child) => child >= 0.49 && child <= 0.51).length;
    expect(within / children.length).toBeCloseTo(0.5, 1);
    expect(children.reduce((a, b) => a + b) / children.length).toBeCloseTo(0.5, 2);
  });

  it('gives children nearer to their parents for a larger eta', () => {
    const spread = (eta: number): number => {
      const random = createRandom(2);
      let sum = 0;
      for (let i = 0; i < 2000; i++) {
        const child = simulatedBinaryCrossover(0.3, 0.6, eta, random);
        sum += Math.min(Math.abs(child - 0.3), Math.abs(child - 0.6));
      }
      return sum;
    };
    expect(spread(20)).toBeLessThan(spread(5) / 2);
  });
});

describe('polynomialMutation', () => {
  it('stays within the bounds, which it can reach', () => {
    fc.assert(
      fc.property(gene, fc.integer(), (x, seed) => {
        const mutant = polynomialMutation(x, 5, createRandom(seed));
        expect(mutant >= 0 && mutant <= 1).toBe(true);
      }),
    );
    const random = createRandom(3);
    const mutants = Array.from({ length: 5000 }, () => polynomialMutation(0.02, 1, random));
    expect(Math.min(...mutants)).toBeLessThan(0.001);
    expect(Math.max(...mutants)).toBeGreaterThan(0.9);
  });

  it('goes up as often as down', () => {
    const random = createRandom(4);
    let ups = 0;
    for (let i = 0; i < 10_000; i++) if (polynomialMutation(0.2, 20, random) > 0.2) ups++;
    expect(ups / 10_000).toBeCloseTo(0.5, 1);
  });
});
