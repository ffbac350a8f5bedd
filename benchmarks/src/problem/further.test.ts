import { createRandom } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { FURTHER_NAMES, furtherProblem } from './further.ts';
import { problemNames } from './load.ts';
import { isActive, sampleConfig, type Config, type Parameter, type Value } from './parameter.ts';

describe.each(FURTHER_NAMES)('the further problem %s', (name) => {
  test('reaches its best value at its optimum, and nowhere beats it', () => {
    const random = createRandom(1);
    for (let seed = 0; seed < 5; seed++) {
      const { problem, optimum } = furtherProblem(name, seed);
      const { best, median } = problem.data.ref;
      expect(Math.abs(problem.truth(optimum) - best)).toBeLessThan(1e-6 * (median - best));
      for (let i = 0; i < 200; i++) {
        const far = sampleConfig(problem.parameters, () => random.uniform());
        expect(problem.truth(far)).toBeGreaterThanOrEqual(best);
        const near = nudge(problem.parameters, optimum, 10 ** (-5 * random.uniform()), () => random.normal());
        expect(problem.truth(near)).toBeGreaterThanOrEqual(best - 1e-9);
      }
    }
  });

  test('has another instance for another seed', () => {
    const [a, b] = [furtherProblem(name, 1).problem, furtherProblem(name, 2).problem];
    const random = createRandom(2);
    const configs = Array.from({ length: 20 }, () => sampleConfig(a.parameters, () => random.uniform()));
    expect(configs.map((config) => a.truth(config))).not.toEqual(configs.map((config) => b.truth(config)));
    expect(a.data).toEqual(furtherProblem(name, 1).problem.data);
  });
});

test('no further problem is a stored one', () => {
  expect(problemNames().filter((name) => FURTHER_NAMES.includes(name))).toEqual([]);
});

/** A configuration nearby: its floats moved by `size` of their range. */
function nudge(parameters: readonly Parameter[], config: Config, size: number, normal: () => number): Config {
  const near: Config = {};
  for (const parameter of parameters) {
    if (!isActive(parameter, config)) continue;
    const value = config[parameter.name] as Value;
    const { name, type, low = 0, high = 1 } = parameter;
    const moved = (value as number) + size * (high - low) * normal();
    near[name] = type === 'float' ? Math.min(high, Math.max(low, moved)) : value;
  }
  return near;
}
