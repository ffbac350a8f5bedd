import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import { hyperband } from './hyperband.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalving } from './successive-halving.ts';

type Line = Study<{ x: number }>;

const studyWith = (pruner: Pruner, seed = 1): Promise<Line> =>
  createStudy({ space: space({ x: float(0, 1) }), pruner, seed });

/** Runs a trial that reports `value` at `steps`; returns the last step it reports. */
async function run(study: Line, value: number, steps: readonly number[]): Promise<number> {
  const trial = await study.ask();
  for (const step of steps) {
    try {
      await trial.report(step, value);
    } catch (error) {
      if (!TrialPruned.isInstance(error)) throw error;
      await study.tell(trial, error);
      return step;
    }
  }
  await study.tell(trial, value);
  return steps.at(-1) as number;
}

const upTo = (count: number, every = 1): number[] =>
  Array.from({ length: count }, (_, i) => (i + 1) * every - 1);

describe('successiveHalving', () => {
  test('judges at minResource, and then at every factor of it', async () => {
    const study = await studyWith(successiveHalving({ minResource: 2, reductionFactor: 3 }));
    await run(study, 0, upTo(60));
    // The first trial passed alone; the next ones find it better at the rungs of 2 units,
    expect(await run(study, 1, upTo(60))).toBe(1);
    for (let i = 0; i < 5; i++) await run(study, 2, upTo(60));
    // and one that is second of eight goes on to the rung of 6.
    expect(await run(study, 0.5, upTo(60))).toBe(5);
  });

  test('leaves out the first rungs by minEarlyStoppingRate', async () => {
    const study = await studyWith(
      successiveHalving({ minResource: 1, reductionFactor: 2, minEarlyStoppingRate: 3 }),
    );
    await run(study, 0, upTo(60));
    expect(await run(study, 1, upTo(60))).toBe(7);
  });

  test('keeps about one in reductionFactor', async () => {
    const study = await studyWith(successiveHalving({ minResource: 1, reductionFactor: 4 }));
    let passed = 0;
    for (let i = 0; i < 200; i++) if ((await run(study, (i * 89) % 200, upTo(3))) === 2) passed++;
    expect(passed).toBeGreaterThan(40);
    expect(passed).toBeLessThan(62);
  });

  test('takes the first report at or beyond a rung, however far apart reports are', async () => {
    const study = await studyWith(successiveHalving({ minResource: 4, reductionFactor: 2 }));
    await run(study, 1, upTo(20, 5));
    expect(await run(study, 2, upTo(33, 3))).toBe(5);
    expect(await run(study, 2, upTo(100))).toBe(3);
    expect(await run(study, 0.5, upTo(100))).toBe(99);
  });

  test('judges once, at the last of several rungs leapt over', async () => {
    const study = await studyWith(successiveHalving({ minResource: 1, reductionFactor: 2 }));
    for (let i = 0; i < 8; i++) await run(study, 8 - i, [99, 299]);
    // Half of the nine there go on. Judged at each of the seven rungs by turns, only the best would.
    expect(await run(study, 3.5, [99, 299])).toBe(299);
    expect(await run(study, 5.5, [99, 299])).toBe(99);
  });

  test('with an automatic resource begins at a hundredth of the longest complete trial', async () => {
    const study = await studyWith(successiveHalving());
    await run(study, 1, upTo(500));
    expect(await run(study, 2, upTo(500))).toBe(4);
    const short = await studyWith(successiveHalving());
    await run(short, 1, upTo(30));
    expect(await run(short, 2, upTo(30))).toBe(0);
  });

  test('never stops a trial at the end of its training', async () => {
    const study = await studyWith(successiveHalving({ minResource: 16, reductionFactor: 4 }));
    await run(study, 1, upTo(16));
    expect(await run(study, 2, upTo(16))).toBe(15);
    expect(study.trials.at(-1)?.state).toBe('complete');
    const sparse = await studyWith(successiveHalving({ minResource: 1 }));
    await run(sparse, 1, [99]);
    await run(sparse, 2, [99]);
    expect(sparse.trials.at(-1)?.state).toBe('complete');
  });

  test('stops NaN at a rung, and does not count that of others', async () => {
    const study = await studyWith(successiveHalving({ minResource: 3, reductionFactor: 2 }));
    expect(await run(study, Number.NaN, upTo(9))).toBe(2);
    expect(await run(study, 5, upTo(9))).toBe(8);
  });

  test('stops the first bootstrapCount trials at each rung', async () => {
    const study = await studyWith(successiveHalving({ minResource: 1, bootstrapCount: 2 }));
    expect([
      await run(study, 3, upTo(3)),
      await run(study, 2, upTo(3)),
      await run(study, 1, upTo(3)),
    ]).toEqual([0, 0, 2]);
  });

  test('never stops a trial that is at least as good as all others', async () => {
    const curve = fc.record({ value: fc.integer({ min: 0, max: 9 }), every: fc.integer({ min: 1, max: 7 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(curve, { maxLength: 15 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 2, max: 4 }),
        async (curves, every, reductionFactor) => {
          for (const pruner of [
            successiveHalving({ minResource: 1, reductionFactor }),
            hyperband({ reductionFactor }),
          ]) {
            const study = await studyWith(pruner);
            for (const other of curves) await run(study, other.value, upTo(20, other.every));
            expect(await run(study, 0, upTo(20, every))).toBe(20 * every - 1);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('refuses ill-formed options', () => {
    expect(() => successiveHalving({ minResource: 0 })).toThrow(/minResource/);
    expect(() => successiveHalving({ minResource: 'few' } as never)).toThrow(
      /minResource \(if not 'auto'\) must be a number/,
    );
    expect(() => successiveHalving({ reductionFactor: 1 })).toThrow(/reductionFactor/);
    expect(() => successiveHalving({ minEarlyStoppingRate: -1 })).toThrow(/minEarlyStoppingRate/);
    expect(() => successiveHalving({ bootstrapCount: 1 })).toThrow(/needs a minResource/);
  });
});

describe('hyperband', () => {
  /** The unit at which each of `count` equally bad trials is first judged; 27 for those that never are. */
  async function firstJudged(count: number, seed: number): Promise<number[]> {
    const study = await studyWith(hyperband({ maxResource: 27 }), seed);
    const ends: number[] = [];
    for (let i = 0; i < count; i++) ends.push((await run(study, i, upTo(27))) + 1);
    return ends;
  }

  test('shares trials out to brackets as the schedule says, by seed and number', async () => {
    const ends = await firstJudged(600, 1);
    // Shares 27 : 12 : 6 : 4 for first judging at 1, 3, 9 units and not at all; the first of a bracket always passes.
    const share = (unit: number) => ends.filter((end) => end === unit).length / 600;
    expect(share(1)).toBeCloseTo(27 / 49, 1);
    expect(share(3)).toBeCloseTo(12 / 49, 1);
    expect(share(9)).toBeCloseTo(6 / 49, 1);
    expect(share(27)).toBeCloseTo(4 / 49, 1);
    expect(await firstJudged(40, 1)).toEqual(ends.slice(0, 40));
    expect(await firstJudged(40, 2)).not.toEqual(ends.slice(0, 40));
  });

  test('counts brackets exactly where logarithms round: 243 is 3^5', async () => {
    const study = await studyWith(hyperband({ minResource: 1, maxResource: 243 }), 5);
    const ends: number[] = [];
    for (let i = 0; i < 300; i++) ends.push((await run(study, i, upTo(243))) + 1);
    expect([...new Set(ends)].toSorted((a, b) => a - b)).toEqual([1, 3, 9, 27, 81, 243]);
  });

  test('prunes nothing before a trial is complete, when it is to find the maximum itself', async () => {
    const study = await studyWith(hyperband());
    const trials = await study.ask(10);
    for (const trial of trials) for (const step of upTo(9)) await trial.report(step, trial.number);
    await study.tell(trials.map((trial) => [trial, 1] as const));
    let stopped = 0;
    for (let i = 0; i < 20; i++) if ((await run(study, 100, upTo(9))) < 8) stopped++;
    expect(stopped).toBeGreaterThan(5);
  });

  test('refuses ill-formed options', () => {
    expect(() => hyperband({ minResource: 9, maxResource: 3 })).toThrow(
      /maxResource \(if not 'auto'\) must be a number of at least 9, not 3/,
    );
    expect(() => hyperband({ maxResource: Infinity })).toThrow(/maxResource .* not Infinity/);
    expect(() => hyperband({ reductionFactor: 1.5 })).toThrow(/reductionFactor/);
    expect(() => hyperband({ bootstrapCount: 1 })).toThrow(/needs a maxResource/);
  });
});
