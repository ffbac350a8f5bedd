import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import { median } from './median.ts';
import { percentile, type PercentileOptions } from './percentile.ts';
import type { Pruner } from './pruner.ts';

type Line = Study<{ x: number }>;

const studyWith = (pruner: Pruner, direction: 'minimize' | 'maximize' = 'minimize'): Promise<Line> =>
  createStudy({ space: space({ x: float(0, 1) }), pruner, direction, seed: 1 });

/** Runs a trial that reports `values` at steps 0, 1, ...; returns how many of them it made. */
async function run(study: Line, values: readonly number[], firstStep = 0): Promise<number> {
  const trial = await study.ask();
  for (const [i, value] of values.entries()) {
    try {
      await trial.report(firstStep + i, value);
    } catch (error) {
      if (!TrialPruned.isInstance(error)) throw error;
      await study.tell(trial, error);
      return i + 1;
    }
  }
  await study.tell(trial, 0);
  return values.length;
}

async function afterTrials(pruner: Pruner, curves: readonly (readonly number[])[]): Promise<Line> {
  const study = await studyWith(pruner);
  for (const curve of curves) await run(study, curve);
  return study;
}

/** Complete trials with these constant values and three steps; none of them is pruned, since the best come last. */
const constants = (...values: number[]): number[][] => values.toSorted((a, b) => b - a).map((x) => [x, x, x]);

describe('median', () => {
  test('stops what is worse than the median of the complete trials at the step, and nothing else', async () => {
    const five = constants(1, 2, 3, 4, 5);
    expect(await run(await afterTrials(median(), five), [3.01, 0, 0])).toBe(1);
    expect(await run(await afterTrials(median(), five), [3, 3, 3])).toBe(3);
    const four = constants(1, 2, 3, 4);
    expect(await run(await afterTrials(median({ startupTrials: 4 }), four), [2.51])).toBe(1);
    expect(await run(await afterTrials(median({ startupTrials: 4 }), four), [2.5, 2.5])).toBe(2);
  });

  test('judges the best value so far', async () => {
    expect(await run(await afterTrials(median(), constants(1, 2, 3, 4, 5)), [2, 9, 9])).toBe(3);
  });

  test('maximizes with the study', async () => {
    const study = await studyWith(median(), 'maximize');
    for (const x of [1, 2, 3, 4, 5]) await run(study, [x, x]);
    expect(await run(study, [2.9, 9])).toBe(1);
    expect(await run(study, [3, 3])).toBe(2);
  });

  test('waits for startupTrials complete trials', async () => {
    expect(await run(await afterTrials(median(), constants(1, 1, 1, 1)), [9, 9, 9])).toBe(3);
    expect(await run(await afterTrials(median(), constants(1, 1, 1, 1, 1)), [9, 9, 9])).toBe(1);
    expect(await run(await studyWith(median({ startupTrials: 0 })), [9, 9])).toBe(2);
  });

  test('spares the warm-up, and looks once in each interval', async () => {
    const late = (options: PercentileOptions) =>
      afterTrials(median(options), Array(5).fill(Array(12).fill(1)));
    expect(await run(await late({ warmupSteps: 4 }), Array(12).fill(9))).toBe(5);
    expect(
      await run(await late({ warmupSteps: 2, intervalSteps: 3 }), [...Array(3).fill(1), ...Array(9).fill(9)]),
    ).toBe(12);
    expect(await run(await late({ intervalSteps: 5 }), Array(4).fill(9), 3)).toBe(1);
    expect(await run(await late({ warmupSteps: 3, intervalSteps: 4 }), Array(9).fill(9), 1)).toBe(3);
  });

  test('asks for minTrials values at the step', async () => {
    const curves = [[1], [1], [1], [1, 1], [1, 1]];
    expect(await run(await afterTrials(median({ minTrials: 3, warmupSteps: 1 }), curves), [9, 9, 9])).toBe(3);
    expect(await run(await afterTrials(median({ minTrials: 2, warmupSteps: 1 }), curves), [9, 9, 9])).toBe(2);
  });

  test('stops a trial with nothing but NaN, and leaves the NaN of others out', async () => {
    expect(await run(await afterTrials(median(), constants(1, 2, 3, 4, 5)), [Number.NaN, 1])).toBe(1);
    const study = await studyWith(median({ startupTrials: 1, warmupSteps: 1 }));
    await run(study, [1, 2]);
    await run(study, [1, Number.NaN]);
    expect(await run(study, [3, 2.5])).toBe(2);
    expect(study.trials.at(-1)?.state).toBe('pruned');
    expect(await run(study, [3, 2, 2])).toBe(3);
  });
});

describe('percentile', () => {
  /** By definition: numpy's linear interpolation between sorted values. */
  function interpolated(values: readonly number[], percent: number): number {
    const sorted = values.toSorted((a, b) => a - b);
    const rank = ((sorted.length - 1) * percent) / 100;
    const lower = sorted[Math.floor(rank)] as number;
    return lower + ((sorted[Math.ceil(rank)] as number) - lower) * (rank - Math.floor(rank));
  }

  test('compares with the interpolated percentile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom(0, 10, 25, 37.5, 50, 90, 100),
        async (values, value, percent) => {
          const study = await afterTrials(
            percentile(percent, { startupTrials: values.length }),
            values.map((x) => [x]),
          );
          await run(study, [value]);
          expect(study.trials.at(-1)?.state).toBe(
            value > interpolated(values, percent) ? 'pruned' : 'complete',
          );
        },
      ),
    );
  });

  test('refuses ill-formed options', () => {
    expect(() => percentile(101)).toThrow(/percent must be a number from 0 to 100/);
    expect(() => percentile(50, { startupTrials: -1 })).toThrow(/percentile: startupTrials/);
    expect(() => median({ warmupSteps: 0.5 })).toThrow(/median: warmupSteps/);
    expect(() => median({ intervalSteps: 0 })).toThrow(/median: intervalSteps/);
    expect(() => median({ minTrials: 0 })).toThrow(/median: minTrials/);
    expect(() => median({ nWarmupSteps: 3 } as never)).toThrow(/unknown option 'nWarmupSteps'/);
  });
});
