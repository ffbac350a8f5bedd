import { describe, expect, it } from 'vitest';

import { hypervolume } from '../analysis/hypervolume.ts';
import { createRandom } from '../math/random.ts';
import { MULTI_OBJECTIVE_PROBLEMS } from './multi-objective-problems.ts';

describe.each(MULTI_OBJECTIVE_PROBLEMS)('$name', ({ objectives, dimensions, evaluate, largestVolume }) => {
  const best = objectives === 2 ? 0 : 0.5;
  const onFront = (...position: readonly number[]): readonly number[] =>
    evaluate([...position, ...Array.from({ length: dimensions - position.length }, () => best)]);

  it('has a front of the given hypervolume', () => {
    const steps = objectives === 2 ? 20_000 : 120;
    const points: number[] = [];
    for (let i = 0; i <= steps; i++) {
      if (objectives === 2) points.push(...onFront(i / steps));
      else for (let j = 0; j <= steps; j++) points.push(...onFront(i / steps, j / steps));
    }
    const volume = hypervolume(Float64Array.from(points), new Float64Array(objectives).fill(1.1));
    // A finite subset of the front dominates a little less.
    expect(volume).toBeLessThanOrEqual(largestVolume + 1e-6);
    expect(volume).toBeGreaterThan(largestVolume - (objectives === 2 ? 1e-4 : 2e-2));
  });

  it('has no point beyond its front', () => {
    const random = createRandom(1);
    for (let draw = 0; draw < 1000; draw++) {
      const x = Array.from({ length: dimensions }, () => random.uniform());
      const values = evaluate(x);
      const nearest = onFront(...x.slice(0, objectives - 1));
      expect(values.every((value, j) => value >= nearest[j]! - 1e-12)).toBe(true);
    }
  });
});
