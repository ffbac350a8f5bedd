import { createRandom } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { loadProblem, problemNames } from './load.ts';
import { fromUnit, sampleConfig, type Config } from './parameter.ts';
import type { FunctionEvaluation, Problem } from './problem.ts';
import { redraw, REDRAWN_FAMILIES } from './redraw.ts';

const problems = problemNames()
  .map(loadProblem)
  .filter(({ family }) => REDRAWN_FAMILIES.includes(family));

describe('another instance of a problem', () => {
  test.each(problems)('$id differs, but no configuration beats its optimum', (problem) => {
    const other = redraw(problem, 1);
    const random = createRandom(5);
    let differing = 0;
    for (let i = 0; i < 200; i++) {
      const config = sampleConfig(problem.parameters, () => random.uniform());
      const value = other.truth(config);
      expect(value).toBeGreaterThanOrEqual(problem.data.ref.best - 1e-9);
      if (value !== problem.truth(config)) differing++;
    }
    expect(differing).toBeGreaterThan(0);
  });

  test.each(problems.filter((problem) => hasFreeOptimum(problem)))(
    '$id has its best value where the formula puts it',
    (problem) => {
      for (let instance = 0; instance < 5; instance++) {
        const other = redraw(problem, instance);
        const { map, data } = other.data.eval as FunctionEvaluation;
        const config: Config = {};
        for (const [
          i,
          {
            param,
            to: [from, to],
          },
        ] of map.entries()) {
          const parameter = other.parameters.find((p) => p.name === param);
          const u = (((data.xopt as number[])[i] as number) - from) / (to - from);
          expect(u).toBeGreaterThanOrEqual(0.1 - 1e-12);
          expect(u).toBeLessThanOrEqual(0.9 + 1e-12);
          config[param] = fromUnit(parameter as never, u);
        }
        expect(Math.abs(other.truth(config) - other.data.ref.best)).toBeLessThan(1e-6);
      }
    },
  );

  test('half of random configurations are worse than its median', () => {
    const other = redraw(loadProblem('ackley10'), 3);
    const random = createRandom(6);
    let worse = 0;
    for (let i = 0; i < 1000; i++) {
      if (other.truth(sampleConfig(other.parameters, () => random.uniform())) > other.data.ref.median)
        worse++;
    }
    expect(Math.abs(worse - 500)).toBeLessThan(100);
  });

  test('is the same each time', () => {
    const [a, b] = [redraw(loadProblem('levy5'), 7), redraw(loadProblem('levy5'), 7)];
    expect(a.data).toEqual(b.data);
  });
});

function hasFreeOptimum({ data }: Problem): boolean {
  return data.eval.kind === 'func' && data.eval.data.xopt !== undefined && data.eval.fn !== 'schwefel';
}
