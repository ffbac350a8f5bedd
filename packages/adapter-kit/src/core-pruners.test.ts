import {
  asha,
  hyperband,
  median,
  noPruning,
  patient,
  percentile,
  successiveHalving,
  threshold,
} from '@tunable/core';
import { describe, expect, test } from 'vitest';
import { prunerChecks } from './pruner-checks.ts';

const suites = {
  asha: prunerChecks(() => asha()),
  'asha of known length': prunerChecks(() => asha({ maxResource: 27, reductionFactor: 2 })),
  'cautious asha': prunerChecks(() => asha({ cautious: true })),
  none: prunerChecks(() => noPruning(), { prunes: false }),
  median: prunerChecks(() => median()),
  percentile: prunerChecks(() => percentile(25)),
  successiveHalving: prunerChecks(() => successiveHalving()),
  hyperband: prunerChecks(() => hyperband()),
  threshold: prunerChecks(() => threshold({ lower: -500, upper: 500 })),
  patient: prunerChecks(() => patient({ patience: 3 }), { prunes: false }),
  'patient median': prunerChecks(() => patient(median(), { patience: 3 }), { prunes: false }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
