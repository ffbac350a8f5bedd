import {
  auto,
  cmaEs,
  differentialEvolution,
  gaussianProcess,
  grid,
  nsga2,
  nsga3,
  random,
  sobol,
  tpe,
} from '@tunable/core';
import { describe, expect, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

const suites = {
  auto: optimizerChecks(() => auto(), { objectives: 5 }),
  'auto, past its models': optimizerChecks(() => auto({ modelTrials: 8 }), { objectives: 5 }),
  random: optimizerChecks(() => random(), { objectives: 3 }),
  sobol: optimizerChecks(() => sobol(), { objectives: 3 }),
  tpe: optimizerChecks(() => tpe(), { objectives: 4 }),
  gaussianProcess: optimizerChecks(() => gaussianProcess(), { objectives: 3 }),
  cmaEs: optimizerChecks(() => cmaEs()),
  differentialEvolution: optimizerChecks(() => differentialEvolution()),
  nsga2: optimizerChecks(() => nsga2(), { objectives: 3 }),
  nsga3: optimizerChecks(() => nsga3(), { objectives: 5 }),
  grid: optimizerChecks(() => grid({ points: 60 }), { objectives: 3, dimensions: 5 }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
