import {
  asha,
  hyperband,
  learningCurve,
  median,
  noPruning,
  onMetric,
  patient,
  percentile,
  successiveHalving,
  threshold,
  wilcoxon,
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
  wilcoxon: prunerChecks(() => wilcoxon()),
  learningCurve: prunerChecks(() => learningCurve()),
  'median on a metric': prunerChecks(() => onMetric(median(), { metric: 'extra' }), { prunes: false }),
};

describe.each(Object.entries(suites))('%s', (_, checks) => {
  test.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
