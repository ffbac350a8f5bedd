import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { hashIntegers } from '../math/random.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Direction } from '../study/direction.ts';
import type { Trial } from '../study/objective.ts';
import { hyperband } from './hyperband.ts';
import { median } from './median.ts';
import { patient } from './patient.ts';
import { percentile } from './percentile.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalving } from './successive-halving.ts';
import { threshold } from './threshold.ts';

/** What trial `trial` loses at `step`: a falling curve with noise, and a NaN here and there. */
function loss(trial: number, step: number): number {
  const uniform = (key: number): number => hashIntegers([trial, key]) / 2 ** 32;
  if (uniform(step + 5000) < 0.02) return Number.NaN;
  return uniform(1000) + (2 * uniform(1001)) / (step + 1) + 0.3 * uniform(step);
}

/** A schedule: `width` trials at a time, by turns a report of each. Some fail at their seventh report. */
interface Schedule {
  readonly pruner: Pruner;
  readonly steps: number;
  readonly width: number;
  readonly direction: Direction;
}

/** What becomes of each trial: how many reports it made, and P(runed), F(ailed) or C(omplete). */
async function decisions({ pruner, steps, width, direction }: Schedule, count: number): Promise<string> {
  const study = await createStudy({ space: space({ x: float(0, 1) }), direction, pruner, seed: 77 });
  const sign = direction === 'minimize' ? 1 : -1;
  const ends: string[] = [];
  let active: { readonly trial: Trial<{ x: number }>; step: number }[] = [];
  let started = 0;
  do {
    for (; active.length < width && started < count; started++)
      active.push({ trial: await study.ask(), step: 0 });
    for (const one of active) {
      const { trial, step } = one;
      let end: TrialPruned | Error | number | undefined;
      try {
        await trial.report(step, sign * loss(trial.number, step));
        if (trial.number % 17 === 13 && step === 6) end = new Error('fails');
        else if (step + 1 === steps) end = 0;
      } catch (error) {
        end = error as TrialPruned;
      }
      one.step++;
      if (end === undefined) continue;
      await study.tell(trial, end);
      ends[trial.number] = `${one.step}${TrialPruned.isInstance(end) ? 'P' : end === 0 ? 'C' : 'F'}`;
    }
    active = active.filter(({ trial }) => ends[trial.number] === undefined);
  } while (active.length > 0 || started < count);
  return ends.join(' ');
}

/**
 * The same runs by Optuna 5.0.0. Its halving pruners count resource from 1, so they were given `step + 1`; its hyperband
 * was given our function from trial numbers to brackets. Its `min_resource="auto"` forgets what was reported before it is known,
 * so the run with the automatic resource is compared with `min_resource=2`, the value that it finds.
 */
const OPTUNA: readonly (Schedule & { readonly name: string; readonly ends: string })[] = [
  {
    name: 'median()',
    pruner: median(),
    steps: 20,
    width: 1,
    direction: 'minimize',
    ends:
      '20C 20C 20C 20C 20C 12P 20C 1P 20C 1P 3P 4P 20C 2P 20C 1P 2P 20C 20C 3P 1P 20C 1P 1P 20C 1P 1P ' +
      '1P 20C 1P 1P 1P 1P 20C 1P 20C 1P 1P 1P 1P 20C 1P 1P 1P 2P 1P 2P 1P 1P 1P 1P 1P 2P 1P 1P 1P 1P 1P ' +
      '1P 1P',
  },
  {
    name: 'median({ startupTrials: 2 })',
    pruner: median({ startupTrials: 2 }),
    steps: 20,
    width: 4,
    direction: 'maximize',
    ends:
      '20C 20C 20P 20P 1P 7P 20C 1P 1P 1P 2P 3P 20C 2P 17P 1P 2P 10P 20C 3P 1P 1P 1P 1P 20C 1P 1P 1P ' +
      '20C 1P 1P 1P 1P 10P 1P 1P 1P 1P 1P 1P 3P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P ' +
      '1P',
  },
  {
    name: 'percentile(25, { startupTrials: 3, warmupSteps: 4, intervalSteps: 3, minTrials: 2 })',
    pruner: percentile(25, { startupTrials: 3, warmupSteps: 4, intervalSteps: 3, minTrials: 2 }),
    steps: 20,
    width: 4,
    direction: 'maximize',
    ends:
      '20C 20C 20C 20P 5P 8P 20C 5P 11P 5P 8P 5P 20C 5P 17P 5P 11P 11P 5P 5P 5P 5P 5P 5P 20C 5P 5P 5P ' +
      '20C 5P 5P 5P 5P 11P 5P 11P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P 5P ' +
      '5P',
  },
  {
    name: 'percentile(70, { startupTrials: 1 })',
    pruner: percentile(70, { startupTrials: 1 }),
    steps: 12,
    width: 2,
    direction: 'minimize',
    ends:
      '12C 12P 2P 2P 1P 6P 12C 2P 4P 1P 2P 2P 12C 2P 12C 1P 1P 1P 12C 1P 1P 2P 1P 1P 12C 1P 1P 1P 12C ' +
      '1P 1P 1P 1P 10P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 2P 1P 2P 1P 1P 1P 1P 1P 2P 1P 1P 1P 1P 1P 1P 1P',
  },
  {
    name: 'successiveHalving({ minResource: 1, reductionFactor: 3 })',
    pruner: successiveHalving({ minResource: 1, reductionFactor: 3 }),
    steps: 20,
    width: 4,
    direction: 'minimize',
    ends:
      '20C 9P 1P 1P 1P 3P 20C 1P 1P 1P 1P 3P 9P 1P 3P 1P 1P 1P 3P 3P 1P 3P 1P 1P 9P 1P 1P 1P 20C 1P 1P ' +
      '1P 1P 3P 1P 3P 1P 1P 1P 1P 9P 1P 1P 3P 3P 1P 3P 1P 1P 1P 1P 3P 9P 1P 1P 1P 1P 1P 1P 3P 1P 1P 1P ' +
      '1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 1P 3P 1P 1P 1P',
  },
  {
    name: 'successiveHalving({ minResource: 2, reductionFactor: 2, minEarlyStoppingRate: 1, bootstrapCount: 2 })',
    pruner: successiveHalving({
      minResource: 2,
      reductionFactor: 2,
      minEarlyStoppingRate: 1,
      bootstrapCount: 2,
    }),
    steps: 20,
    width: 3,
    direction: 'maximize',
    ends:
      '4P 4P 4P 4P 4P 8P 8P 4P 8P 4P 8P 4P 16P 7F 16P 4P 16P 16P 20C 8P 4P 20C 4P 4P 20C 8P 8P 16P 20C ' +
      '16P 4P 8P 16P 20C 16P 20C 4P 4P 4P 4P 20C 4P 4P 20C 8P 4P 16P 4P 4P 20C 4P 8P 4P 4P 4P 16P 4P 4P ' +
      '4P 16P 4P 4P 4P 8P 4P 20C 4P 4P 4P 4P 4P 4P 4P 4P 4P 4P 8P 20C 4P 4P',
  },
  {
    name: 'successiveHalving()',
    pruner: successiveHalving(),
    steps: 250,
    width: 1,
    direction: 'minimize',
    ends:
      '250C 8P 2P 2P 2P 8P 8P 2P 2P 2P 2P 8P 250C 2P 8P 2P 2P 8P 32P 2P 2P 32P 2P 2P 128P 2P 2P 2P 32P ' +
      '2P 2P 2P 2P 8P 2P 8P 2P 2P 2P 2P 32P 2P 2P 8P 8P 2P 2P 2P 2P 32P 2P 2P 8P 2P 2P 2P 2P 2P 2P 2P',
  },
  {
    name: 'hyperband({ maxResource: 30 })',
    pruner: hyperband({ maxResource: 30 }),
    steps: 29,
    width: 4,
    direction: 'minimize',
    ends:
      '29C 29C 29C 3P 9P 29C 29C 9P 3P 3P 3P 9P 29C 7F 27P 3P 1P 29C 1P 3P 1P 29C 3P 1P 3P 9P 9P 1P 29C ' +
      '1P 7F 1P 3P 9P 1P 1P 1P 1P 1P 1P 29C 27P 3P 3P 3P 1P 9P 3P 1P 1P 1P 3P 27P 1P 1P 1P 1P 1P 1P 29C ' +
      '9P 1P 1P 9P 1P 3P 9P 3P 1P 3P 3P 3P 1P 1P 27P 1P 3P 1P 3P 3P 29C 3P 1P 27P 1P 1P 3P 3P 29C 3P ' +
      '27P 3P 1P 9P 27P 3P 9P 1P 1P 9P',
  },
  {
    name: 'hyperband({ minResource: 2, maxResource: 40, reductionFactor: 4, bootstrapCount: 1 })',
    pruner: hyperband({ minResource: 2, maxResource: 40, reductionFactor: 4, bootstrapCount: 1 }),
    steps: 30,
    width: 1,
    direction: 'maximize',
    ends:
      '8P 2P 2P 2P 8P 8P 8P 8P 2P 30C 2P 2P 30C 7F 8P 2P 30C 30C 2P 30C 2P 30C 2P 2P 30C 2P 30C 2P 30C ' +
      '8P 2P 8P 2P 8P 8P 2P 2P 2P 2P 30C 30C 2P 2P 30C 30C 2P 8P 7F 8P 30C 2P 2P 8P 2P 8P 30C 2P 2P 2P ' +
      '2P 2P 2P 30C 30C 2P 30C 2P 30C 8P 2P 2P 2P 2P 2P 8P 8P 30C 30C 2P 2P 30C 7F 30C 2P 2P 30C 30C 2P ' +
      '30C 2P 8P 8P 2P 30C 8P 8P 8P 8P 2P 2P',
  },
  {
    name: 'threshold({ lower: 0.3, upper: 2.2, warmupSteps: 2, intervalSteps: 2 })',
    pruner: threshold({ lower: 0.3, upper: 2.2, warmupSteps: 2, intervalSteps: 2 }),
    steps: 12,
    width: 2,
    direction: 'minimize',
    ends:
      '12C 11P 12C 5P 12C 5P 12C 11P 12C 12C 12C 12C 3P 7F 12C 12C 11P 12C 11P 12C 12C 12C 12C 12C 5P ' +
      '12C 12C 12C 3P 12C 7F 12C 11P 12C 12C 5P 12C 12C 12C 12C 7P 12C 12C 12C 3P 12C 12C 7F 12C 9P 12C ' +
      '12C 12C 12C 12C 9P 12C 12C 12C 12C',
  },
  {
    name: 'threshold({ lower: -2 })',
    pruner: threshold({ lower: -2 }),
    steps: 12,
    width: 2,
    direction: 'maximize',
    ends:
      '1P 11P 1P 5P 1P 5P 8P 11P 12C 1P 12C 12C 12C 7F 12C 12C 11P 12C 12C 12C 1P 12C 1P 12C 12C 12C ' +
      '12C 1P 12C 12C 7F 8P 12C 12C 12C 12C 12C 12C 1P 12C 12C 1P 12C 12C 3P 1P 12C 7F 1P 12C 1P 12C 4P ' +
      '12C 12C 12C 12C 1P 1P 12C',
  },
  {
    name: 'patient({ patience: 2 })',
    pruner: patient({ patience: 2 }),
    steps: 20,
    width: 1,
    direction: 'minimize',
    ends:
      '13P 6P 12P 7P 10P 4P 8P 10P 10P 11P 7P 6P 7P 7F 8P 16P 9P 15P 9P 7P 9P 12P 13P 14P 9P 10P 9P 13P ' +
      '9P 14P 7P 10P 16P 5P 15P 8P 5P 13P 11P 14P',
  },
  {
    name: 'patient(median(), { patience: 1 })',
    pruner: patient(median(), { patience: 1 }),
    steps: 20,
    width: 3,
    direction: 'maximize',
    ends:
      '20C 20C 20C 20C 20C 20C 20C 18P 20C 10P 7P 5P 20C 7F 20C 15P 20C 20C 20C 6P 8P 20C 12P 18P 20C ' +
      '6P 5P 17P 20C 6P 6P 10P 20C 20C 20C 20C 4P 9P 10P 10P 20C 10P 10P 20C 3P 7P 10P 4P 8P 20C 8P 6P ' +
      '12P 8P 10P 20C 9P 11P 9P 11P',
  },
];

describe('decides as Optuna does', () => {
  test.each(OPTUNA)('$name, $width at a time, $direction', async (schedule) => {
    expect(await decisions(schedule, schedule.ends.split(' ').length)).toBe(schedule.ends);
  });
});
