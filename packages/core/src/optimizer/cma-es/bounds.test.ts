import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { drawPlace, toPlace, toUnit } from './bounds.ts';

const units = fc.double({ min: 0, max: 1, noNaN: true });
const places = fc.double({ min: -0.5, max: 1.5, noNaN: true });

describe('folding the line into the unit interval', () => {
  it('gives every unit coordinate back', () => {
    fc.assert(
      fc.property(units, (unit) => {
        expect(toUnit(toPlace(unit))).toBeCloseTo(unit, 14);
      }),
    );
    expect([0, 0.5, 1].map((unit) => toUnit(toPlace(unit)))).toEqual([0, 0.5, 1]);
  });

  it('leaves the interval alone away from the bounds', () => {
    for (const unit of [0.05, 0.3, 0.95]) expect(toPlace(unit)).toBeCloseTo(unit, 15);
  });

  it('never leaves the interval, and turns smoothly', () => {
    fc.assert(
      fc.property(places, (place) => {
        const unit = toUnit(place);
        expect(unit >= 0 && unit <= 1).toBe(true);
        expect(Math.abs(toUnit(place + 1e-6) - unit)).toBeLessThanOrEqual(1.0001e-6);
      }),
    );
  });

  it('draws places that fold to the coordinate, each image by its probability', () => {
    const random = createRandom(1);
    fc.assert(
      fc.property(units, places, (unit, mean) => {
        expect(toUnit(drawPlace(unit, mean, 0.1, () => random))).toBeCloseTo(unit, 13);
      }),
    );
    const density = (place: number): number => Math.exp(-((place - 0.02) ** 2) / 0.02);
    const [place, mirror] = [toPlace(0.01), -0.1 - toPlace(0.01)];
    let drawn = 0;
    for (let i = 0; i < 10_000; i++) if (drawPlace(0.01, 0.02, 0.1, () => random) === place) drawn++;
    expect(drawn / 10_000).toBeCloseTo(density(place) / (density(place) + density(mirror)), 1);
  });
});
