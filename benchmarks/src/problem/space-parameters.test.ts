import { boolean, choice, createRandom, float, int, space } from '@tunable/core';
import { expect, test } from 'vitest';

import { allTasks } from '../curves/tasks.ts';
import { sampleConfig } from './parameter.ts';
import { fromConfig, toParameters } from './space-parameters.ts';

test('leaves become parameters of the same domain, those of a branch with its condition', () => {
  const example = space({
    rate: float(1e-4, 1, { scale: 'log' }),
    layers: int(1, 3),
    optimizer: choice({ sgd: { nesterov: boolean() }, adam: { beta: float(0.5, 0.99) } }),
  });
  expect(toParameters(example)).toEqual([
    { name: 'rate', type: 'float', low: 1e-4, high: 1, log: true },
    { name: 'layers', type: 'int', low: 1, high: 3, log: false },
    { name: 'optimizer', type: 'cat', choices: ['sgd', 'adam'] },
    {
      name: 'optimizer.sgd.nesterov',
      type: 'cat',
      choices: [false, true],
      cond: { parent: 'optimizer', values: ['sgd'] },
    },
    {
      name: 'optimizer.adam.beta',
      type: 'float',
      low: 0.5,
      high: 0.99,
      log: false,
      cond: { parent: 'optimizer', values: ['adam'] },
    },
  ]);
  expect(() => toParameters(space({ x: float(0, 1, { step: 0.1 }) }))).toThrow('not a plain parameter');
});

test.each(allTasks().map((task) => [task.name, task.space] as const))(
  '%s: every configuration of the parameters is one of the space, with the same values',
  (_, taskSpace) => {
    const parameters = toParameters(taskSpace);
    const random = createRandom(1);
    for (let i = 0; i < 50; i++) {
      const config = sampleConfig(parameters, () => random.uniform());
      const row = taskSpace.encode(fromConfig(taskSpace, config));
      for (const { name, index, parameter } of taskSpace.leaves) {
        const x = row[index]!;
        expect(Number.isNaN(x) ? undefined : parameter.decode(x)).toBe(config[name]);
      }
    }
  },
);
