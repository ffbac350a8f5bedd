import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { logNormalMass } from '../../math/normal.ts';
import { logCellMass } from './cell-kernels.ts';

it('the mass of a cell is close to the exact one wherever it matters', () => {
  const edge = fc.double({ min: -12, max: 12, noNaN: true });
  const width = fc.double({ min: 1e-4, max: 20, noNaN: true });
  fc.assert(
    fc.property(edge, width, (a, h) => {
      const exact = logNormalMass(a, a + h);
      fc.pre(exact > Math.log(1e-4) + Math.log(Math.min(1, h)));
      expect(Math.abs(logCellMass(a, a + h, Math.log(h)) - exact)).toBeLessThan(0.05);
    }),
    { numRuns: 2000 },
  );
});

it('the masses of the cells that tile the line sum to 1', () => {
  for (const h of [0.01, 0.3, 1, 1.49, 1.51, 3, 10, 50]) {
    let total = 0;
    for (let k = -Math.ceil(12 / h); k <= 12 / h; k++) {
      total += Math.exp(logCellMass((k - 0.37) * h, (k + 0.63) * h, Math.log(h)));
    }
    expect(Math.abs(total - 1)).toBeLessThan(0.005);
  }
});

it('far cells keep the order of their distances', () => {
  for (const h of [0.2, 1, 2, 5]) {
    const masses = Array.from({ length: 10 }, (_, k) => logCellMass(k + 1, k + 1 + h, Math.log(h)));
    expect(masses.toSorted((a, b) => b - a)).toEqual(masses);
  }
});
