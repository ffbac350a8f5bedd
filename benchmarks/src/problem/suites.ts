import { FURTHER_NAMES, furtherProblem } from './further.ts';
import { loadProblem, problemNames } from './load.ts';
import type { Problem } from './problem.ts';
import { redraw, REDRAWN_FAMILIES } from './redraw.ts';

/**
 * Sets of problems: `public`, the stored ones; `redrawn`, another instance for every seed of those that have instances;
 * `further`, other functions of the same families, another instance for every seed.
 */
export const SUITES = ['public', 'redrawn', 'further'] as const;

export type SuiteName = (typeof SUITES)[number];

const stored = new Map<string, Problem>();

/** The problems of a suite; `family` and parameters hold for every seed. */
export function suiteProblems(suite: SuiteName): Problem[] {
  if (suite === 'further') return FURTHER_NAMES.map((name) => furtherProblem(name, 0).problem);
  const all = problemNames().map(storedProblem);
  return suite === 'public' ? all : all.filter(({ family }) => REDRAWN_FAMILIES.includes(family));
}

/** The problem that the run `seed` works on. */
export function findProblem(suite: SuiteName, name: string, seed: number): Problem {
  if (suite === 'further') return furtherProblem(name, seed).problem;
  const problem = storedProblem(name);
  return suite === 'public' ? problem : redraw(problem, seed);
}

function storedProblem(name: string): Problem {
  let problem = stored.get(name);
  if (problem === undefined) stored.set(name, (problem = loadProblem(name)));
  return problem;
}
