import { createRandom, type Random } from '@tunable/core';

import type { FunctionData } from './bbob.ts';
import { sampleConfig } from './parameter.ts';
import {
  createProblem,
  type AxisMap,
  type Evaluation,
  type FunctionEvaluation,
  type Problem,
  type ProblemData,
} from './problem.ts';
import { times, type Matrix, type Vector } from './transforms.ts';

/** The families that have other instances: their formulas say where the optimum is. */
export const REDRAWN_FAMILIES: readonly string[] = ['bbob', 'classic', 'conditional'];

/**
 * Another instance of a problem: the optimum uniform in the middle 80 % of each axis where the formula leaves it free,
 * every axis turned round with probability 1/2, and the median estimated anew from 1,000 random configurations. Functions whose
 * optimum is part of their form (Branin, Schwefel, ...) are only turned round.
 *
 * @param instance which one: equal numbers give equal problems.
 */
export function redraw(problem: Problem, instance: number): Problem {
  const random = createRandom(0x5eed, instance, ...Array.from(problem.id, (c) => c.charCodeAt(0)));
  const data = { ...problem.data, eval: redrawEvaluation(problem.data.eval, random) };
  return createProblem({ ...data, ref: { ...data.ref, median: drawMedian(data, random) } });
}

/** The median of 1,000 random configurations. */
export function drawMedian(data: ProblemData, random: Random): number {
  const problem = createProblem(data);
  const values = Float64Array.from({ length: 1000 }, () =>
    problem.truth(sampleConfig(data.space, () => random.uniform())),
  ).toSorted();
  return ((values[499] as number) + (values[500] as number)) / 2;
}

function redrawEvaluation(how: Evaluation, random: Random): Evaluation {
  if (how.kind === 'func') return redrawFunction(how, random);
  if (how.kind !== 'switch') throw new Error(`a ${how.kind} has no other instances`);
  const cases = Object.entries(how.cases).map(([name, one]) => [name, redrawEvaluation(one, random)]);
  return { ...how, cases: Object.fromEntries(cases) as { [name: string]: Evaluation } };
}

function redrawFunction(how: FunctionEvaluation, random: Random): FunctionEvaluation {
  const map = how.map.map(({ to, ...rest }): AxisMap => ({
    ...rest,
    to: random.uniform() < 0.5 ? to : [to[1], to[0]],
  }));
  const middle = how.map.map(({ to: [from, to] }) => from + (0.1 + 0.8 * random.uniform()) * (to - from));
  return { ...how, map, data: moveOptimum(how.fn, how.data, middle, random) };
}

function moveOptimum(fn: string, data: FunctionData, xopt: Vector, random: Random): FunctionData {
  // The optimum of Schwefel's function is where it is; Lunacek's and the linear one know only its signs.
  if (data.xopt === undefined || fn === 'schwefel') return data;
  if (fn === 'lunacek' || fn === 'linear') {
    return { ...data, xopt: data.xopt.map((v) => (random.uniform() < 0.5 ? v : -v)) };
  }
  if (fn !== 'gallagher') return { ...data, xopt };
  const peaks = (data.centers as Matrix).map((center, k) =>
    times(k === 0 ? xopt : center.map(() => 9.8 * random.uniform() - 4.9), data.R as Matrix),
  );
  return { ...data, xopt, centers: peaks };
}
