import { describe, expect, it } from 'vitest';

import { Components } from './components.ts';
import { fade, rankWeights } from './weights.ts';

function faded(shares: readonly number[]): number[] {
  const components = new Components();
  for (const [trial, share] of shares.entries()) components.add(trial, share);
  fade(components);
  return [...components.weights.subarray(0, shares.length)];
}

describe('fade', () => {
  it('leaves up to 25 trials at weight 1', () => {
    expect(faded([])).toEqual([]);
    expect(faded(Array.from({ length: 25 }, () => 1))).toEqual(Array.from({ length: 25 }, () => 1));
  });

  it('is a ramp from 1/N to 1, then 25 ones', () => {
    // Optuna's default_weights(30): linspace(1/30, 1, 5), then ones.
    const weights = faded(Array.from({ length: 30 }, () => 1));
    const ramp = [0, 1, 2, 3, 4].map((i) => 1 / 30 + (i / 4) * (29 / 30));
    for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo(ramp[i] ?? 1, 12);
  });

  it('weighs a sample nearly as much as all that it stands for', () => {
    const sampled = faded([...Array.from({ length: 50 }, () => 20), ...Array.from({ length: 100 }, () => 1)]);
    const all = faded(Array.from({ length: 1100 }, () => 1));
    const total = (weights: readonly number[]): number => weights.reduce((sum, w) => sum + w, 0);
    expect(total(sampled) / total(all)).toBeCloseTo(1, 1);
  });
});

describe('rankWeights', () => {
  it('fall with the rank, stay positive, and are 1 on average', () => {
    for (const count of [1, 2, 25, 100]) {
      const weights = [...rankWeights(count)];
      expect(weights.toSorted((a, b) => b - a)).toEqual(weights);
      expect(weights.at(-1)).toBeGreaterThan(0);
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(count, 10);
    }
  });

  it('are those of evolution strategies', () => {
    // ln(3.5) - ln(1), ln(2), ln(3): 1.252763, 0.559616, 0.154151.
    const [a, b, c] = rankWeights(3) as unknown as [number, number, number];
    expect(a / b).toBeCloseTo(1.252763 / 0.559616, 5);
    expect(b / c).toBeCloseTo(0.559616 / 0.154151, 4);
  });
});
