import { describe, expect, test } from 'vitest';

import { loadProblem, problemNames } from './load.ts';
import { isActive, type Parameter, type Value } from './parameter.ts';
import { toConfig, toSpace } from './problem-space.ts';

describe('a problem as a search space', () => {
  test.each(problemNames())('%s: every configuration of the space is one of the problem', (name) => {
    const problem = loadProblem(name);
    const { parameters } = problem;
    const space = toSpace(parameters);
    for (let seed = 0; seed < 50; seed++) {
      const config = toConfig(parameters, space.sample(seed));
      const expected = parameters.filter((parameter) => isActive(parameter, config));
      expect(Object.keys(config).toSorted()).toEqual(expected.map((parameter) => parameter.name).toSorted());
      for (const parameter of expected)
        expect(isInDomain(parameter, config[parameter.name] as Value)).toBe(true);
      expect(problem.truth(config)).not.toBeNaN();
    }
  });

  test('categories on which others depend become choices', () => {
    const space = toSpace(loadProblem('hpo-svm_digits').parameters);
    expect(space.leaves.map((leaf) => leaf.name)).toEqual([
      'C',
      'kernel',
      'kernel.rbf.gamma',
      'kernel.poly.gamma',
      'kernel.poly.degree',
      'kernel.poly.coef0',
      'kernel.sigmoid.gamma',
      'kernel.sigmoid.coef0',
    ]);
  });
});

function isInDomain({ type, low = 0, high = 0, choices }: Parameter, value: Value): boolean {
  if (type === 'cat') return (choices as readonly Value[]).includes(value);
  return (
    typeof value === 'number' &&
    value >= low &&
    value <= high &&
    (type === 'float' || Number.isInteger(value))
  );
}
