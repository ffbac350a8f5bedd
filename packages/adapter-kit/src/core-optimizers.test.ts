import { grid, random, sobol } from '@tunable/core';
import { describe, test } from 'vitest';
import { optimizerChecks } from './optimizer-checks.ts';

describe('random', () => {
  for (const check of optimizerChecks(() => random(), { objectives: 3 })) test(check.name, check.run);
});

describe('sobol', () => {
  for (const check of optimizerChecks(() => sobol(), { objectives: 3 })) test(check.name, check.run);
});

describe('grid', () => {
  const checks = optimizerChecks(() => grid({ points: 40 }), { objectives: 3, dimensions: 5 });
  for (const check of checks) test(check.name, check.run);
});
