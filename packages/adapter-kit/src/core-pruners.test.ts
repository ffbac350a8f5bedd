import {
  hyperband,
  median,
  noPruning,
  patient,
  percentile,
  successiveHalving,
  threshold,
  type Pruner,
} from '@tunable/core';
import { describe, test } from 'vitest';
import { prunerChecks, type PrunerSupport } from './pruner-checks.ts';

const pruners: readonly (readonly [string, () => Pruner, PrunerSupport])[] = [
  ['none', () => noPruning(), { prunes: false }],
  ['median', () => median(), {}],
  ['percentile', () => percentile(25), {}],
  ['successiveHalving', () => successiveHalving(), {}],
  ['hyperband', () => hyperband(), {}],
  ['threshold', () => threshold({ lower: -500, upper: 500 }), {}],
  ['patient', () => patient({ patience: 3 }), { prunes: false }],
  ['patient median', () => patient(median(), { patience: 3 }), { prunes: false }],
];

describe.each(pruners)('%s', (_, make, support) => {
  for (const check of prunerChecks(make, support)) test(check.name, check.run);
});
