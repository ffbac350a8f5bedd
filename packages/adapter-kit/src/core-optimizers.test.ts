import { cmaEs, differentialEvolution, grid, nsga2, nsga3, random, sobol, tpe } from '@tunable/core';
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
  nsga2: optimizerChecks(() => nsga2(), { objectives: 3, trials: 105 }),
  'nsga2 of small generations': optimizerChecks(() => nsga2({ populationSize: 8, generationSize: 1 }), {
    objectives: 3,
    trials: 30,
  }),
  nsga3: optimizerChecks(() => nsga3(), { objectives: 5, trials: 105 }),
  grid: optimizerChecks(() => grid({ points: 100 }), { objectives: 3, dimensions: 5 }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
