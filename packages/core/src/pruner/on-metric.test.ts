import { describe, expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Report } from '../study/objective.ts';
import { median } from './median.ts';
import { onMetric } from './on-metric.ts';
import { patient } from './patient.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalving } from './successive-halving.ts';
import { threshold } from './threshold.ts';

const STEPS = 9;

/** How many reports each trial makes, the report of a trial at a step being `report(trial, step)`. */
async function reportsMade(
  pruner: Pruner,
  report: (trial: number, step: number) => Report,
  trials = 20,
): Promise<number[]> {
  const study = await createStudy({ space: space({ x: float(0, 1) }), pruner, seed: 1 });
  const made: number[] = [];
  for (let number = 0; number < trials; number++) {
    const trial = await study.ask();
    let count = 0;
    try {
      for (let step = 0; step < STEPS; step++) {
        count++;
        await trial.report(step, report(number, step));
      }
      await study.tell(trial, 0);
    } catch (error) {
      await study.tell(trial, error as Error);
    }
    made.push(count);
  }
  return made;
}

const quality = (trial: number, step: number): number => ((trial * 7919) % 101) + ((step * 5) % 7);

describe('onMetric', () => {
  test.each([
    ['median', median()],
    ['successive halving', successiveHalving({ minResource: 1, reductionFactor: 2 })],
    ['patience and a limit', patient(threshold({ upper: 60 }), { patience: 0 })],
  ])('judges by a metric as by the objective: %s', async (_, pruner) => {
    const byValue = await reportsMade(pruner, quality);
    expect(new Set(byValue).size).toBeGreaterThan(1);
    const wrapped = onMetric(pruner, { metric: 'loss' });
    expect(
      await reportsMade(wrapped, (trial, step) => ({ value: 7, metrics: { loss: quality(trial, step) } })),
    ).toEqual(byValue);
    expect(
      await reportsMade(wrapped, (trial, step) => ({ metrics: { loss: quality(trial, step) } })),
    ).toEqual(byValue);
  });

  test('maximizes if told so, whatever the study does', async () => {
    const byValue = await reportsMade(median(), quality);
    const wrapped = onMetric(median(), { metric: 'gain', direction: 'maximize' });
    expect(
      await reportsMade(wrapped, (trial, step) => ({ metrics: { gain: -quality(trial, step) } })),
    ).toEqual(byValue);
  });

  test('limits are on the metric as reported', async () => {
    const wrapped = onMetric(threshold({ lower: 0.5 }), { metric: 'accuracy', direction: 'maximize' });
    expect(
      await reportsMade(wrapped, (trial, step) => ({ metrics: { accuracy: step < trial ? 0.6 : 0.4 } }), 3),
    ).toEqual([1, 2, 3]);
  });

  test('is asked after reports of the metric only', async () => {
    const wrapped = onMetric(median({ startupTrials: 1 }), { metric: 'rare' });
    const made = await reportsMade(wrapped, (trial, step) =>
      step === 4 ? { value: trial, metrics: { rare: trial } } : trial,
    );
    expect(made).toEqual([STEPS, ...Array.from({ length: 19 }, () => 5)]);
    expect(await reportsMade(wrapped, quality)).toEqual(Array.from({ length: 20 }, () => STEPS));
  });

  test('can be wrapped, and wraps', async () => {
    const judges = onMetric(threshold({ upper: 3 }), { metric: 'size' });
    const report = (trial: number, step: number): Report => ({
      value: Math.abs(step - 4),
      metrics: { size: trial },
    });
    // The values stop improving at step 5.
    expect(await reportsMade(patient(judges, { patience: 0 }), report, 6)).toEqual([9, 9, 9, 9, 6, 6]);
    expect(await reportsMade(onMetric(judges, { metric: 'other' }), report, 6)).toEqual([9, 9, 9, 9, 1, 1]);
  });

  test.each([1, 2])('warns of a metric that is never reported: %i objectives', async (objectives) => {
    const warningsOf = async (report: Report | undefined): Promise<readonly string[]> => {
      const study = await createStudy({
        space: space({ x: float(0, 1) }),
        directions: Array.from({ length: objectives }, () => 'minimize' as const),
        pruner: onMetric(median(), { metric: 'accuracy' }),
      });
      const { warnings } = await study.optimize(
        async (_, trial) => {
          if (report !== undefined) await trial.report(0, report);
          return Array.from({ length: objectives }, () => 0);
        },
        { trials: 3 },
      );
      return warnings;
    };
    const values = Array.from({ length: objectives }, () => 1);
    expect(await warningsOf(undefined)).toEqual([]);
    expect(await warningsOf({ values, metrics: { accuracy: 1 } })).toEqual([]);
    expect(await warningsOf({ values, metrics: { acc: 1, size: 2 } })).toEqual([
      "onMetric: no report holds the metric 'accuracy', and so nothing is pruned; the reports hold 'acc', 'size'",
    ]);
    expect(await warningsOf({ values })).toEqual([
      expect.stringMatching(/hold no metrics, which are given as/),
    ]);
  });

  test('is named after both, and refuses ill-formed arguments', () => {
    expect(onMetric(median(), { metric: 'accuracy' }).name).toBe('median on accuracy');
    expect(() => onMetric('median' as never, { metric: 'a' })).toThrow(/must be a pruner such as median/);
    expect(() => onMetric(median(), {} as never)).toThrow(
      /metric must be the name of a metric, not undefined/,
    );
    expect(() => onMetric(median(), { metric: '' })).toThrow(/metric must be the name/);
    expect(() => onMetric(median(), { metric: 'a', direction: 'up' as never })).toThrow(/direction must be/);
    expect(() => onMetric(median(), { name: 'a' } as never)).toThrow(/unknown option 'name'/);
  });
});
