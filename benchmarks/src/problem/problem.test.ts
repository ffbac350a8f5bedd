import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { loadProblem, problemNames } from './load.ts';
import { mulberry32 } from './noise.ts';
import { sampleConfig, type Config, type Value } from './parameter.ts';

interface Vector {
  readonly params: Config;
  readonly true: number;
  readonly observed_seed3: number;
}

/** Values of another implementation (Python), at configurations drawn with seed 777. */
const vectors = JSON.parse(readFileSync(new URL('../../problems/vectors.json', import.meta.url), 'utf8')) as {
  readonly [id: string]: readonly Vector[];
};

describe('the stored problems', () => {
  test('are the 25 of the public suite, and each has vectors', () => {
    expect(problemNames()).toEqual(Object.keys(vectors).toSorted());
    expect(problemNames()).toHaveLength(25);
  });

  test.each(problemNames())('%s has the values of the other implementation', (name) => {
    const problem = loadProblem(name);
    for (const [index, vector] of (vectors[name] as readonly Vector[]).entries()) {
      expect(distance(problem.truth(vector.params), vector.true)).toBeLessThan(1e-11);
      expect(distance(problem.observe(vector.params, 3, index), vector.observed_seed3)).toBeLessThan(1e-11);
    }
  });

  test.each(problemNames())('%s is sampled as by the other implementation', (name) => {
    const uniform = mulberry32(777);
    for (const { params } of vectors[name] as readonly Vector[]) {
      const config = sampleConfig(loadProblem(name).parameters, uniform);
      expect(Object.keys(config).toSorted()).toEqual(Object.keys(params).toSorted());
      for (const [key, value] of Object.entries(params)) {
        expect(distance(config[key] as Value, value)).toBeLessThan(1e-11);
      }
    }
  });

  test('regret is 0 at the best value, 1 at the median of random search and beyond', () => {
    const problem = loadProblem('branin');
    const { best, median } = problem.data.ref;
    expect(problem.regret(best)).toBe(0);
    expect(problem.regret(best - 1)).toBe(0);
    expect(problem.regret((best + median) / 2)).toBeCloseTo(0.5);
    expect(problem.regret(2 * median)).toBe(1);
  });
});

/** The relative difference of numbers; whether other values differ. */
function distance(actual: Value, expected: Value): number {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected ? 0 : 1;
  return Math.abs(actual - expected) / (1 + Math.abs(expected));
}
