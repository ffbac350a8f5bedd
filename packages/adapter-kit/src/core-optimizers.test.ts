import { cmaEs, differentialEvolution, grid, random, sobol, tpe } from '@tunable/core';
import { describe, expect, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

const suites = {
  random: optimizerChecks(() => random(), { objectives: 3 }),
  sobol: optimizerChecks(() => sobol(), { objectives: 3 }),
  tpe: optimizerChecks(() => tpe(), { objectives: 4 }),
  'univariate tpe': optimizerChecks(() => tpe({ multivariate: false }), { objectives: 3, trials: 25 }),
  cmaEs: optimizerChecks(() => cmaEs(), { trials: 60 }),
  'separable cmaEs': optimizerChecks(() => cmaEs({ separable: true, restarts: 'ipop', sigma: 0.4 })),
  differentialEvolution: optimizerChecks(() => differentialEvolution(), { trials: 60 }),
  // Its first child comes after 6 trials: within what the checks run in many dimensions.
  'small differentialEvolution': optimizerChecks(() => differentialEvolution({ populationSize: 8 })),
  grid: optimizerChecks(() => grid({ points: 100 }), { objectives: 3, dimensions: 5 }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
