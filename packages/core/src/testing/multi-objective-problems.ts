import { hypervolume } from '../analysis/hypervolume.ts';
import { float } from '../hyperparameter/float.ts';
import { space, type SearchSpace } from '../space/search-space.ts';
import type { History } from '../study/history.ts';

/** The problems by name. */
export type ProblemName = 'ZDT1' | 'ZDT2' | 'ZDT3' | 'DTLZ2';

/** A problem of several objectives, all minimized, whose Pareto front is known. Its variables are in [0, 1]. */
export interface MultiObjectiveProblem {
  readonly name: ProblemName;
  readonly objectives: number;
  /** How many variables it has as published. With fewer it has the same front. */
  readonly dimensions: number;
  readonly evaluate: (x: readonly number[]) => readonly number[];
  /** The hypervolume of the whole front, up to 1.1 in each objective. */
  readonly largestVolume: number;
}

/** The reference point of {@link MultiObjectiveProblem.largestVolume}: this in each objective. */
const REFERENCE = 1.1;

/**
 * ZDT1-3 (Zitzler, Deb & Thiele, "Comparison of multiobjective evolutionary algorithms: empirical results", 2000, section
 * 4): the first variable is the place on the front, g(the others) >= 1 the distance to it, and f2 = g h(f1 / g, f1).
 */
function zdt(
  name: ProblemName,
  h: (ratio: number, first: number) => number,
  largestVolume: number,
): MultiObjectiveProblem {
  const evaluate = ([first = 0, ...rest]: readonly number[]): number[] => {
    const g = 1 + (9 * rest.reduce((a, b) => a + b, 0)) / rest.length;
    return [first, g * h(first / g, first)];
  };
  return { name, objectives: 2, dimensions: 30, evaluate, largestVolume };
}

/**
 * DTLZ2 with three objectives (Deb, Thiele, Laumanns & Zitzler, "Scalable test problems for evolutionary multiobjective
 * optimization", 2005): two angles on the unit sphere, which the other variables inflate.
 */
function dtlz2(): MultiObjectiveProblem {
  const evaluate = ([x = 0, y = 0, ...rest]: readonly number[]): number[] => {
    const radius = 1 + rest.reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
    const [a, b] = [(x * Math.PI) / 2, (y * Math.PI) / 2];
    return [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)].map((v) => radius * v);
  };
  return {
    name: 'DTLZ2',
    objectives: 3,
    dimensions: 12,
    evaluate,
    // The cube without the part of the unit ball in it.
    largestVolume: REFERENCE ** 3 - Math.PI / 6,
  };
}

/** ZDT1 (a convex front), ZDT2 (a concave one), ZDT3 (one in five pieces) and DTLZ2 with three objectives. */
export const MULTI_OBJECTIVE_PROBLEMS: readonly MultiObjectiveProblem[] = [
  // The square of the reference point without what lies below the front: the integral of h over f1 from 0 to 1.
  zdt('ZDT1', (ratio) => 1 - Math.sqrt(ratio), REFERENCE ** 2 - 1 / 3),
  zdt('ZDT2', (ratio) => 1 - ratio ** 2, REFERENCE ** 2 - 2 / 3),
  // By numeric integration of the lower envelope of h; see the test.
  zdt('ZDT3', (ratio, first) => 1 - Math.sqrt(ratio) - ratio * Math.sin(10 * Math.PI * first), 1.331763),
  dtlz2(),
];

/** The space of a problem's variables; `dimensions` as published by default. */
export function spaceOf(
  problem: MultiObjectiveProblem,
  dimensions: number = problem.dimensions,
): SearchSpace {
  return space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)])));
}

/** Which share of the front's hypervolume the first trials of a history dominate, 0 to 1; `trials`: all by default. */
export function shareOfVolume(
  problem: MultiObjectiveProblem,
  history: History,
  trials: number = history.size,
): number {
  const { objectives } = problem;
  const points = Float64Array.from(
    { length: trials * objectives },
    (_, at) => history.losses(at % objectives)[Math.floor(at / objectives)]!,
  );
  return hypervolume(points, new Float64Array(objectives).fill(REFERENCE)) / problem.largestVolume;
}
