import { describe, expect, test } from 'vitest';

import { hypervolume } from '../../analysis/hypervolume.ts';
import { paretoFront } from '../../analysis/pareto.ts';
import { createRandom } from '../../math/random.ts';
import { hypervolumeImprovement } from './hypervolume-improvement.ts';
import { logH } from './log-improvement.ts';

/** The points of a random sample of the unit cube that no other dominates. */
function randomFront(objectives: number, count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const points = Float64Array.from({ length: count * objectives }, () => random.uniform());
  const rows = paretoFront(points, objectives);
  return Float64Array.from(rows.flatMap((i) => [...points.subarray(i * objectives, (i + 1) * objectives)]));
}

describe('logarithm of the expected hypervolume improvement', () => {
  test.each([
    [2, 1],
    [2, 6],
    [3, 1],
    [3, 9],
  ])('agrees with simulation, %i objectives, %i points', (objectives, count) => {
    const reference = new Float64Array(objectives).fill(1.1);
    const front = randomFront(objectives, count, 10 * objectives + count);
    const means = Float64Array.from({ length: objectives }, (_, j) => 0.3 + 0.1 * j);
    const deviations = Float64Array.from({ length: objectives }, (_, j) => 0.25 + 0.1 * j);
    const random = createRandom(4);
    const before = hypervolume(front, reference);
    const draws = 20_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < draws; i++) {
      const y = means.map((mean, j) => mean + deviations[j]! * random.normal());
      const gain = hypervolume(Float64Array.from([...front, ...y]), reference) - before;
      sum += gain;
      squares += gain * gain;
    }
    const mean = sum / draws;
    const error = Math.sqrt((squares / draws - mean * mean) / draws);
    const expected = Math.exp(hypervolumeImprovement(front, reference).evaluate(means, deviations));
    expect(Math.abs(expected - mean)).toBeLessThan(4 * error);
  });

  test('is the product of two expected improvements while nothing is known', () => {
    const utility = hypervolumeImprovement(new Float64Array(0), Float64Array.of(1, 2));
    const value = utility.evaluate(Float64Array.of(0.5, 3), Float64Array.of(0.2, 0.4));
    expect(value).toBeCloseTo(Math.log(0.2) + logH(2.5) + Math.log(0.4) + logH(-2.5), 10);
  });

  test.each([2, 3])(
    'has the gradient of finite differences, also far in the tail, %i objectives',
    (objectives) => {
      const front = randomFront(objectives, 10, objectives);
      const utility = hypervolumeImprovement(front, new Float64Array(objectives).fill(1.2));
      for (const shift of [-1, 0, 0.3, 2, 10, 100]) {
        const x = Float64Array.from({ length: 2 * objectives }, (_, i) =>
          i < objectives ? 0.4 + shift + 0.1 * i : 0.1 + 0.05 * i,
        );
        const at = (v: Float64Array) => utility.evaluate(v.slice(0, objectives), v.slice(objectives));
        const slopes = new Float64Array(2 * objectives);
        const value = utility.evaluate(x.slice(0, objectives), x.slice(objectives), slopes);
        expect(value).toBeCloseTo(at(x), 8);
        expect(Number.isFinite(value)).toBe(true);
        for (let i = 0; i < x.length; i++) {
          const h = 1e-5;
          const up = x.slice();
          const down = x.slice();
          up[i]! += h;
          down[i]! -= h;
          const difference = (at(up) - at(down)) / (2 * h);
          expect(Math.abs(slopes[i]! - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
        }
      }
    },
  );

  test('the quick and the careful sum agree where both work', () => {
    const front = randomFront(3, 30, 9);
    const utility = hypervolumeImprovement(front, new Float64Array(3).fill(1.1));
    const random = createRandom(8);
    for (let i = 0; i < 50; i++) {
      const means = Float64Array.from({ length: 3 }, () => 2 * random.uniform());
      const deviations = Float64Array.from({ length: 3 }, () => 0.01 + random.uniform());
      const quick = utility.evaluate(means, deviations);
      expect(utility.evaluate(means, deviations, new Float64Array(6))).toBeCloseTo(quick, 7);
    }
  });

  test('is a number, with its gradient, where two points all but coincide', () => {
    const ulp = 2 ** -52;
    const front = Float64Array.of(1, 2, 1 + ulp, 2 - ulp, 1 + 2 * ulp, 1.5);
    const utility = hypervolumeImprovement(front, Float64Array.of(3, 3));
    const without = hypervolumeImprovement(Float64Array.of(1, 2, 1 + 2 * ulp, 1.5), Float64Array.of(3, 3));
    const random = createRandom(6);
    for (let i = 0; i < 500; i++) {
      const means = Float64Array.from({ length: 2 }, () => 1 + 60 * random.uniform());
      const deviations = Float64Array.from({ length: 2 }, () => 0.05 + random.uniform());
      const slopes = new Float64Array(4);
      const value = utility.evaluate(means, deviations, slopes);
      const expected = without.evaluate(means, deviations);
      expect(Math.abs(value - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
      expect(slopes.every((slope) => Number.isFinite(slope))).toBe(true);
    }
  });
});
