import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createRandom } from '../math/random.ts';
import { chanceBelow, expectedEnd, forecast } from './forecast.ts';

const timesUpTo = (last: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (last * (i + 1)) / count);

describe('a forecast', () => {
  test.each([
    ['a power law', (t: number) => 0.3 + 0.2 * t ** -0.5],
    ['an exponential', (t: number) => 0.3 + 0.2 * Math.exp(-4 * t)],
    ['a log power', (t: number) => 0.3 + 0.2 / (1 + (t / 0.3) ** 2)],
    ['a rising curve', (t: number) => 0.3 - 0.2 * Math.exp(-4 * t)],
    ['a constant', () => 0.3],
  ])('finds the end of %s', (_, curve) => {
    const times = timesUpTo(0.3, 12);
    const belief = forecast(times, times.map(curve));
    expect(expectedEnd(belief)).toBeCloseTo(curve(1), 6);
    expect(chanceBelow(belief, curve(1) - 0.001)).toBeLessThan(0.001);
    expect(chanceBelow(belief, curve(1) + 0.001)).toBeGreaterThan(0.999);
  });

  test('a constant curve ends where it is, with even chances of more and less', () => {
    for (const constant of [0, 1, -1e9]) {
      const belief = forecast(timesUpTo(0.5, 4), [constant, constant, constant, constant]);
      expect(chanceBelow(belief, constant)).toBeCloseTo(0.5, 12);
    }
  });

  test('is a distribution, moved and stretched with the values', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 4, maxLength: 9 }), value, value, (values, a, b) => {
        const times = timesUpTo(0.5, values.length);
        const belief = forecast(times, values);
        const [low, high] = [chanceBelow(belief, Math.min(a, b)), chanceBelow(belief, Math.max(a, b))];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThanOrEqual(low);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
        // A constant curve has no scale.
        if (Math.max(...values) - Math.min(...values) < 0.01) return;
        const moved = forecast(
          times,
          values.map((x) => 7 - 3 * x),
        );
        expect(chanceBelow(moved, 7 - 3 * a)).toBeCloseTo(1 - chanceBelow(belief, a), 6);
      }),
    );
  });

  test('seldom holds an end for unlikely that comes', () => {
    const random = createRandom(11);
    const count = 1500;
    let unlikely = 0;
    let veryUnlikely = 0;
    for (let i = 0; i < count; i++) {
      const [a, p, noise] = [0.3 + 0.7 * random.uniform(), random.uniform(), 0.001 + 0.03 * random.uniform()];
      const curves = [
        (t: number) => a * t ** -(0.2 + 1.5 * p),
        (t: number) => a * Math.exp(-t * (1 + 15 * p)),
        (t: number) => a / (1 + (t / (0.1 + 0.8 * p)) ** 2),
      ];
      for (const curve of curves) {
        const times = timesUpTo(0.4, 10);
        const belief = forecast(
          times,
          times.map((t) => curve(t) + noise * random.normal()),
        );
        const chance = chanceBelow(belief, curve(1) + noise * random.normal());
        if (chance < 0.05) unlikely++;
        if (chance < 0.005) veryUnlikely++;
      }
    }
    // As if of the three families one were drawn; for each of them alone there is no guarantee.
    expect(unlikely / (3 * count)).toBeLessThan(0.1);
    expect(veryUnlikely / (3 * count)).toBeLessThan(0.02);
  });
});
