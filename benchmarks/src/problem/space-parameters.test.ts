import { expect, test } from 'vitest';

import { allTasks } from '../curves/tasks.ts';
import { sampleConfig } from './parameter.ts';
import { fromConfig, toParameters } from './space-parameters.ts';
import { createRandom } from '@tunable/core';

test.each(allTasks().map((task) => [task.name, task.space] as const))(
  '%s: every configuration of the parameters is one of the space, with the same values',
  (_, space) => {
    const parameters = toParameters(space);
    const random = createRandom(1);
    for (let i = 0; i < 50; i++) {
      const config = sampleConfig(parameters, () => random.uniform());
      const row = space.encode(fromConfig(space, config));
      for (const { name, index, parameter } of space.leaves) {
        if (name in config) expect(parameter.decode(row[index]!)).toBe(config[name]);
        else expect(row[index]).toBeNaN();
      }
    }
  },
);
