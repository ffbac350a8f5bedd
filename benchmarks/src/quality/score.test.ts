import { describe, expect, test } from 'vitest';

import { loadProblem } from '../problem/load.ts';
import { digits, regretTrace, scoreRun } from './score.ts';

describe('the score of a run', () => {
  const problem = loadProblem('branin');
  const { best, median } = problem.data.ref;
  const at = (share: number) => best + share * (median - best);

  test('judges the configuration that looked best by its true value', () => {
    const run = [
      { observed: at(0.5), truth: at(0.5) },
      { observed: at(0.1), truth: at(0.7) },
      { observed: at(0.2), truth: at(0.0) },
    ];
    expect(regretTrace(problem, run).map((r) => Number(r.toFixed(12)))).toEqual([0.5, 0.7, 0.7]);
  });

  test('has the regret at each checkpoint that was reached, and the mean of the first hundred', () => {
    const trace = Array.from({ length: 120 }, (_, i) => 1 / (i + 1));
    const { regrets, auc } = scoreRun(trace);
    expect(regrets).toEqual([1 / 10, 1 / 25, 1 / 50, 1 / 100]);
    // The harmonic number of 100, by a hundred.
    expect(auc).toBeCloseTo(0.05187377517639621, 14);
  });

  test('counts four digits', () => {
    expect([1, 0.1, 0.01, 1e-4, 0].map(digits)).toEqual([0, 0.25, 0.5, 1, 1]);
  });
});
