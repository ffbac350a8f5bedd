import { expect, it } from 'vitest';

import type { Optimizer } from '../optimizer/optimizer.ts';
import { random } from '../optimizer/random/random.ts';
import {
  MULTI_OBJECTIVE_PROBLEMS,
  shareOfVolume,
  spaceOf,
  type ProblemName,
} from './multi-objective-problems.ts';
import { simulate } from './simulate.ts';

/** How much of the fronts of ZDT1-3 and DTLZ2 an optimizer must cover; see {@link describeFronts}. */
export interface FrontOptions {
  trials: number;
  /** How many runs the mean is taken of. */
  seeds: number;
  /** How many variables lead away from the front, besides the `objectives - 1` that lead along it. */
  distances: number;
  /** By problem: the least mean share of the front's hypervolume. */
  least: Readonly<Record<ProblemName, number>>;
}

/**
 * Tests that an optimizer covers known Pareto fronts, and that it takes more than random search to do so: in
 * as many trials, that stays below nine tenths of what is asked for.
 */
export function describeFronts(name: string, create: () => Optimizer, options: FrontOptions): void {
  const { trials, seeds, distances, least } = options;

  it.each(MULTI_OBJECTIVE_PROBLEMS)(`${name} covers the front of $name`, (problem) => {
    const { objectives, evaluate } = problem;
    const searched = spaceOf(problem, objectives - 1 + distances);
    const directions = Array.from({ length: objectives }, () => 'minimize' as const);
    const objective = (params: Record<string, number>) => ({ values: evaluate(Object.values(params)) });
    const meanShare = (optimizer: Optimizer): number => {
      let sum = 0;
      for (let seed = 0; seed < seeds; seed++) {
        sum += shareOfVolume(problem, simulate(optimizer, searched, objective, { trials, seed, directions }));
      }
      return sum / seeds;
    };
    const asked = least[problem.name];
    expect(meanShare(create())).toBeGreaterThan(asked);
    expect(meanShare(random())).toBeLessThan(0.9 * asked);
  });
}
