import type { Random } from '@tunable/core';

import { mean } from './score.ts';

/** A difference of means and its 95 % interval. */
export interface Difference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean over tasks of (mean over seeds of `a` minus mean over seeds of `b`), with its percentile bootstrap interval
 * (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3): tasks are drawn with
 * replacement, and within each task the seeds of `a` and of `b`, independently.
 *
 * @param a per task, one number per seed.
 * @param b the same tasks, with any number of seeds.
 */
export function bootstrapDifference(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
  random: Random,
  draws: number = 2000,
): Difference {
  const differences = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let total = 0;
    for (let i = 0; i < a.length; i++) {
      const task = random.integer(a.length);
      total += resampledMean(a[task] as readonly number[], random);
      total -= resampledMean(b[task] as readonly number[], random);
    }
    differences[draw] = total / a.length;
  }
  const sorted = differences.toSorted();
  const at = (share: number) => sorted[Math.round(share * (draws - 1))] as number;
  return {
    mean: mean(a.map((seeds, i) => mean(seeds) - mean(b[i] as readonly number[]))),
    low: at(0.025),
    high: at(0.975),
  };
}

/**
 * As {@link bootstrapDifference} where the seeds of `a` and `b` belong together: what both have in common, such as the instance of the
 * problem and the first trials, does not widen the interval.
 *
 * @param a per task, one number per seed.
 * @param b the same tasks and seeds.
 */
export function bootstrapPaired(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
  random: Random,
): Difference {
  const differences = a.map((seeds, task) => seeds.map((value, seed) => value - b[task]![seed]!));
  return bootstrapDifference(
    differences,
    differences.map(() => [0]),
    random,
  );
}

/** '+0.012 [−0.003, +0.027]'; a dash where nothing was measured. */
export function describeDifference({ mean: middle, low, high }: Difference): string {
  return Number.isNaN(middle) ? '–' : `${signed(middle)} [${signed(low)}, ${signed(high)}]`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function resampledMean(values: readonly number[], random: Random): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[random.integer(values.length)] as number;
  return total / values.length;
}
