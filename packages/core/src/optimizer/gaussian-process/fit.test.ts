import { describe, expect, test } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { anchorSize, fit, FitCache, scheduledSize } from './fit.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters, Likelihood, parameterBounds } from './likelihood.ts';

const kernel: Kernel = {
  features: 2,
  groups: 2,
  groupOf: Int32Array.of(0, 1),
  isAdditive: false,
  typicalScale: 1,
};

/** Trials whose loss depends on the first feature only. */
function sample(trials: Int32Array): { points: Float64Array; targets: Float64Array } {
  const points = Float64Array.from(trials, (trial) => trial).map(() => 0);
  const rows = Array.from(trials, (trial) => {
    const random = createRandom(trial);
    return [random.uniform(), random.uniform()] as const;
  });
  return {
    points: rows.length === 0 ? points : Float64Array.from(rows.flat()),
    targets: Float64Array.from(rows, ([x]) => 2 * Math.cos(7 * x)),
  };
}

const firstTrials = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

describe('fit', () => {
  test('finds that a feature without effect has the longer length scale, and little noise', () => {
    const { theta } = fit(kernel, sample(firstTrials(30)));
    expect(theta[1]! - theta[0]!).toBeGreaterThan(Math.log(3));
    expect(theta[3]).toBeLessThan(Math.log(1e-3));
  });

  test('ends where the gradient all but vanishes, better than it began', () => {
    const data = sample(firstTrials(25));
    const likelihood = new Likelihood(kernel, data.points, data.targets);
    const { theta, value } = fit(kernel, data);
    const gradient = new Float64Array(4);
    expect(likelihood.evaluate(theta, gradient)).toBe(value);
    expect(value).toBeLessThan(likelihood.evaluate(initialParameters(kernel), new Float64Array(4)));
    const { lower } = parameterBounds(kernel);
    const free = gradient.filter((_, i) => theta[i]! > lower[i]!);
    expect(free.every((slope) => Math.abs(slope) < 0.5)).toBe(true);
  });
});

describe('schedule', () => {
  test('fits at every size while small, and ever more rarely', () => {
    let fits = 0;
    let last = -1;
    for (let n = 1; n <= 2000; n++) {
      const size = scheduledSize(n);
      expect(size).toBeLessThanOrEqual(n);
      expect(size).toBeGreaterThan(0.8 * n);
      if (size !== last) fits++;
      last = size;
      expect(anchorSize(size)).toBeLessThanOrEqual(size);
      expect(anchorSize(size)).toBeGreaterThan(size < 8 ? -1 : 0.75 * size - 2);
    }
    expect(scheduledSize(37)).toBe(37);
    expect(fits).toBeLessThan(130);
  });
});

describe('FitCache', () => {
  test('gives a fresh cache the parameters that an old one has', () => {
    const old = new FitCache();
    for (let n = 3; n <= 71; n++) {
      const theta = old.parameters('a', kernel, firstTrials(n), sample);
      const fresh = n % 17 === 3 ? new FitCache() : old;
      expect(fresh.parameters('a', kernel, firstTrials(n), sample)).toEqual(theta);
    }
  });

  test('notices that an earlier trial has finished late', () => {
    const cache = new FitCache();
    const late = firstTrials(41).filter((trial) => trial !== 5);
    const without = cache.parameters('a', kernel, late, sample).slice();
    const complete = cache.parameters('a', kernel, firstTrials(41), sample);
    expect(complete).not.toEqual(without);
    expect(complete).toEqual(new FitCache().parameters('a', kernel, firstTrials(41), sample));
  });

  test('derives anew whenever the parameters in use change, from the same trials', () => {
    const cache = new FitCache();
    const sizes: number[] = [];
    for (let n = 55; n <= 80; n++) {
      const derived = cache.derive('a', firstTrials(n), (trials) => {
        sizes.push(trials.length);
        return Float64Array.from(trials, (trial) => 2 * trial);
      });
      expect(derived).toHaveLength(scheduledSize(n));
    }
    expect(sizes).toEqual([55, 56, 57, 58, 59, 56, 64, 72, 80]);
  });

  test('keeps models apart and fits only when the schedule says so', () => {
    const cache = new FitCache();
    let samples = 0;
    const counting = (trials: Int32Array) => {
      samples++;
      return sample(trials);
    };
    const first = cache.parameters('a', kernel, firstTrials(66), counting);
    const before = samples;
    expect(cache.parameters('a', kernel, firstTrials(68), counting)).toBe(first);
    expect(samples).toBe(before);
    cache.parameters('b', kernel, firstTrials(66), counting);
    expect(samples).toBe(2 * before);
  });
});
