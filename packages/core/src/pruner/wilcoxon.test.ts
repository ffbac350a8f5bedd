import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Direction } from '../study/direction.ts';
import type { Study } from '../study/study.ts';
import { onMetric } from './on-metric.ts';
import { patient } from './patient.ts';
import type { Pruner } from './pruner.ts';
import { wilcoxon, type WilcoxonOptions } from './wilcoxon.ts';

type Line = Study<{ x: number }>;

const newStudy = (options: WilcoxonOptions = {}, direction: Direction = 'minimize'): Promise<Line> =>
  createStudy({ space: space({ x: float(0, 1) }), direction, pruner: wilcoxon(options), seed: 1 });

/** Runs a trial that reports these values by step, and ends with their mean; returns how many it reported, and its end. */
async function run(study: Line, reports: readonly (readonly [number, number])[]): Promise<string> {
  const trial = await study.ask();
  let made = 0;
  try {
    for (const [step, value] of reports) {
      made++;
      await trial.report(step, value);
    }
  } catch (error) {
    await study.tell(trial, error as TrialPruned);
    return `${made}P`;
  }
  const finite = reports.map(([, value]) => value).filter((value) => !Number.isNaN(value));
  await study.tell(trial, finite.reduce((sum, value) => sum + value, 0) / finite.length);
  return `${made}C`;
}

const byStep = (values: readonly number[]): [number, number][] => values.map((value, step) => [step, value]);

describe('wilcoxon', () => {
  /** What becomes of trials in Optuna 5.0.0's `WilcoxonPruner`: whole numbers, so with many ties and zeros. */
  test.each([
    {
      options: {},
      direction: 'minimize' as const,
      steps: 13,
      stride: 5,
      ends:
        '13C 13C 8P 6P 13C 5P 4P 13C 12P 11P 5P 4P 7P 13C 13C 13C 10P 5P 5P 7P 5P 6P 13C 10P 6P 5P 6P 5P 13C ' +
        '13C 11P 13C 4P 4P 6P 13C 13C 11P 9P 5P',
    },
    {
      options: { pThreshold: 0.25 },
      direction: 'maximize' as const,
      steps: 12,
      stride: 1,
      ends:
        '12C 5P 3P 3P 3P 3P 3P 4P 4P 3P 3P 3P 3P 3P 3P 10P 8P 3P 3P 3P 3P 3P 12C 4P 3P 3P 3P 3P 3P 4P 4P 3P ' +
        '3P 3P 3P 3P 3P 3P 8P 3P',
    },
    {
      options: { startupSteps: 8 },
      direction: 'minimize' as const,
      steps: 13,
      stride: 1,
      ends:
        '13C 13C 8P 8P 13C 8P 8P 13C 13C 9P 8P 8P 8P 13C 13C 13C 12P 9P 8P 8P 8P 8P 13C 8P 8P 8P 8P 8P 13C ' +
        '8P 12P 13C 8P 8P 8P 13C 13C 13P 9P 8P',
    },
    {
      options: { pThreshold: 0.02, startupSteps: 0 },
      direction: 'minimize' as const,
      steps: 13,
      stride: 5,
      ends:
        '13C 13C 13C 11P 13C 9P 6P 13C 13C 13C 7P 6P 9P 13C 13C 13C 13C 9P 10P 9P 7P 12P 13C 13C 9P 10P 10P ' +
        '8P 13C 13C 13C 13C 6P 6P 9P 13C 13C 13C 11P 8P',
    },
  ])('decides as Optuna does: $direction, $options', async ({ options, direction, steps, stride, ends }) => {
    const study = await newStudy(options, direction);
    const sign = direction === 'minimize' ? 1 : -1;
    const made: string[] = [];
    for (let trial = 0; trial < 40; trial++) {
      const reports = Array.from({ length: steps }, (_, i): [number, number] => {
        const step = (i * stride) % steps;
        const value = ((trial * 37 + step * 101 + trial * step * 13) % 11) + ((trial * 29) % 7);
        return [step, trial % 9 === 4 && i === 3 ? Number.NaN : sign * value];
      });
      made.push(await run(study, reports));
    }
    expect(made.join(' ')).toBe(ends);
  });

  test('compares fold by fold: a small but steady loss is enough, a large one on a hard fold is not', async () => {
    const study = await newStudy();
    const best = [40, 50, 33, 20, 7, 9];
    await run(study, byStep(best));
    // (1/2)^4 is the first power below 0.1.
    expect(await run(study, byStep(best.map((value) => value + 0.01)))).toBe('4P');
    expect(await run(study, byStep([39.9, 49, 330, 19, 6, 200]))).toBe('6C');
  });

  test('never prunes a trial whose mean is as good as the best, whatever the ranks say', async () => {
    const study = await newStudy({ pThreshold: 0.5 });
    await run(study, byStep([0, 0, 0, 0, 0, 0]));
    expect(await run(study, byStep([-100, 1, 2, 3, 4, 5]))).toBe('6C');
  });

  test('looks only at the steps that both trials reported', async () => {
    const study = await newStudy();
    await run(
      study,
      [9, 7, 5, 3, 1].map((step) => [step, 0]),
    );
    expect(
      await run(
        study,
        [0, 1, 2, 4, 5, 7, 9].map((step) => [step, 1]),
      ),
    ).toBe('7P');
    expect(
      await run(
        study,
        [0, 2, 4, 6, 8, 10].map((step) => [step, 1]),
      ),
    ).toBe('6C');
  });

  test.each([Number.NaN, Infinity, -Infinity])('does not judge by %f', async (value) => {
    const study = await newStudy();
    await run(study, byStep([0, 0, 0, 0, 0, 0]));
    expect(await run(study, byStep([value, 1, 1, 1, 1, 1]))).toBe('6C');
    const other = await newStudy();
    const first = await other.ask();
    for (const [step, loss] of [0, 0, value, 0, 0, 0].entries()) await first.report(step, loss);
    await other.tell(first, 0);
    expect(await run(other, byStep([1, 1, 1, 1, 1, 1]))).toBe('6C');
  });

  test('prunes nothing while no trial is complete, and none by a best trial without reports', async () => {
    const study = await newStudy();
    const [first, second] = await study.ask(2);
    for (let step = 0; step < 8; step++) await first?.report(step, 0);
    for (let step = 0; step < 8; step++) await second?.report(step, 1);
    await study.tell(first!.number, -1);
    await study.addTrial({ x: 0 }, -5);
    for (let step = 8; step < 16; step++) await second?.report(step, 1);
    expect(study.trials[second!.number]?.reports.steps).toHaveLength(16);
  });

  test('judges a study of several objectives by a metric', async () => {
    const study = await createStudy({
      space: space({ x: float(0, 1) }),
      directions: ['minimize', 'maximize'],
      pruner: onMetric(wilcoxon(), { metric: 'fold', direction: 'maximize' }),
    });
    await study.optimize(
      async (_, trial) => {
        for (let fold = 0; fold < 6; fold++) {
          await trial.report(fold, { values: [1, 1], metrics: { fold: fold - trial.number } });
        }
        return [1, 1];
      },
      { trials: 3 },
    );
    expect(study.trials.map((trial) => [trial.state, trial.reports.steps.length])).toEqual([
      ['complete', 6],
      ['pruned', 4],
      ['pruned', 4],
    ]);
  });

  test('goes by the metric `fold` where reports have it, unless it is pointed at another', async () => {
    const reportsMade = async (pruner: Pruner): Promise<number[]> => {
      const study = await createStudy({ space: space({ x: float(0, 1) }), pruner });
      await study.optimize(
        async (_, trial) => {
          const { number } = trial;
          // By its folds the second trial is worse, by the other metric the third, and by the value none.
          const metrics = { fold: number === 1 ? 1 : 0, other: number === 2 ? 1 : 0 };
          for (let step = 0; step < 6; step++) await trial.report(step, { value: 7, metrics });
          return number;
        },
        { trials: 3 },
      );
      return study.trials.map(({ reports }) => reports.steps.length);
    };
    expect(await reportsMade(wilcoxon())).toEqual([6, 4, 6]);
    expect(await reportsMade(patient(wilcoxon(), { patience: 0 }))).toEqual([6, 4, 6]);
    expect(await reportsMade(onMetric(wilcoxon(), { metric: 'other' }))).toEqual([6, 6, 4]);
  });

  test('refuses ill-formed options', () => {
    expect(() => wilcoxon({ pThreshold: 2 })).toThrow(/pThreshold must be a number from 0 to 1, not 2/);
    expect(() => wilcoxon({ startupSteps: -1 })).toThrow(/startupSteps must be a whole number/);
    expect(() => wilcoxon({ threshold: 1 } as never)).toThrow(/unknown option 'threshold'/);
  });
});
