import { describe, expect, test } from 'vitest';

import { calibrate, type Agreement } from './calibration.ts';
import type { ReportedTrials } from './pruner.ts';

/** Complete calibration trials that reported these losses at their steps. */
function complete(curves: readonly (readonly number[])[]): ReportedTrials {
  const steps = curves[0]!.map((_, step) => step);
  const trials = curves.map((_, trial) => trial);
  return {
    steps,
    at: (step: number) => ({ trials, losses: curves.map((curve) => curve[step]!) }),
    of: (trial: number) => ({ steps, losses: curves[trial]! }),
    isComplete: () => true,
    isExempt: () => true,
  } as Partial<ReportedTrials> as ReportedTrials;
}

function agreementAtFirstStep(curves: readonly (readonly number[])[]): Agreement {
  const ladder = { rungs: [1], maxResource: 2, reductionFactor: 2 };
  return calibrate(complete(curves), ladder, { share: 0.15, startupTrials: 1 }).agreements[0]!;
}

describe('calibrate', () => {
  test('counts pairs by how far apart they end', () => {
    // By hand: ends at 0, 1 and 10. The pair that ends 1 apart is the only one whose order changes.
    const agreement = agreementAtFirstStep([
      [2, 0],
      [1, 1],
      [3, 10],
    ]);
    expect(agreement.pairs).toBeCloseTo(0.1 + 1 + 0.9, 12);
    expect(agreement.alike).toBeCloseTo(1 + 0.9, 12);
    expect(agreement.isTrusted).toBe(true);
  });

  test('two trials in the wrong order are doubt enough, however little they differ', () => {
    for (const unit of [1e-9, 1, 1e9]) {
      const agreement = agreementAtFirstStep([
        [2 * unit, 0],
        [unit, unit],
      ]);
      expect(agreement).toEqual({ pairs: 1, alike: 0, isTrusted: false });
    }
  });

  test('a diverged trial is as far from the others as any, and like another of its kind', () => {
    const agreement = agreementAtFirstStep([
      [1, 1],
      [2, 1.5],
      [3, Infinity],
      [4, Number.NaN],
    ]);
    expect(agreement).toEqual({ pairs: 5, alike: 5, isTrusted: true });
    expect(
      agreementAtFirstStep([
        [3, 1],
        [1, Infinity],
      ]),
    ).toEqual({ pairs: 1, alike: 0, isTrusted: false });
  });

  test('equal ends tell nothing', () => {
    expect(
      agreementAtFirstStep([
        [1, 5],
        [2, 5],
        [3, 5],
      ]),
    ).toEqual({ pairs: 0, alike: 0, isTrusted: true });
  });
});
