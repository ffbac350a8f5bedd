import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { createRandom, type Random } from '../math/random.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Direction } from '../study/direction.ts';
import type { Study } from '../study/study.ts';
import { learningCurve, type LearningCurveOptions } from './learning-curve.ts';

type Line = Study<{ x: number }>;
/** A loss by the time since the start, in steps from 1. */
type Curve = (time: number) => number;

const STEPS = 50;

const newStudy = (options: LearningCurveOptions = {}, direction: Direction = 'minimize'): Promise<Line> =>
  createStudy({ space: space({ x: float(0, 1) }), direction, pruner: learningCurve(options), seed: 1 });

/** Runs a trial along a curve; returns how many reports it makes. */
async function run(study: Line, curve: Curve, steps = STEPS): Promise<number> {
  const sign = study.directions[0] === 'minimize' ? 1 : -1;
  const trial = await study.ask();
  for (let step = 0; step < steps; step++) {
    try {
      await trial.report(step, sign * curve(step + 1));
    } catch (error) {
      await study.tell(trial, error as TrialPruned);
      return step + 1;
    }
  }
  const end = curve(steps);
  await study.tell(trial, sign * (Number.isFinite(end) ? end : 99));
  return steps;
}

/** A curve that falls from `end + fall` to `end`, its distance from there by e in `steps`. */
const falling =
  (end: number, steps: number, fall = 1): Curve =>
  (time) =>
    end + fall * Math.exp(-time / steps);

/** A study with five complete trials, the best of which ends at 0.3. */
async function started(options?: LearningCurveOptions, direction?: Direction): Promise<Line> {
  const study = await newStudy(options, direction);
  for (const end of [0.34, 0.3, 0.38, 0.36, 0.32]) await run(study, falling(end, 5));
  return study;
}

describe('learningCurve', () => {
  test.each(['minimize', 'maximize'] as const)(
    '%s: prunes a trial that levels off above the best',
    async (direction) => {
      const study = await started({}, direction);
      expect(await run(study, falling(0.5, 5))).toBeLessThan(15);
      expect(await run(study, (time) => 0.4 + time ** -1)).toBeLessThan(25);
      expect(await run(study, () => 0.35)).toBe(4);
    },
  );

  test('keeps a slow curve that crosses the best late', async () => {
    const study = await started();
    // Above the best, which is at 0.3 + exp(-t / 5), for the first 31 of 50 steps.
    expect(await run(study, falling(0.1, 20))).toBe(STEPS);
    expect(study.best.value).toBeCloseTo(0.1 + Math.exp(-2.5), 12);
  });

  test('knows from precedents that curves fall late', async () => {
    const withDrop =
      (end: number): Curve =>
      (time) =>
        falling(end, 5)(time) - (time > 30 ? 0.2 : 0);
    const study = await newStudy();
    for (const end of [0.54, 0.5, 0.58, 0.56, 0.52]) await run(study, withDrop(end));
    // Up to step 30 it seems to end at 0.48, far above the best, 0.3.
    expect(await run(study, withDrop(0.48))).toBe(STEPS);
    expect(await run(study, withDrop(0.7))).toBeLessThan(STEPS / 2);
  });

  test('prunes nothing before startupTrials are complete and minReports are made', async () => {
    const study = await newStudy({ startupTrials: 3, minReports: 10 });
    await run(study, falling(0.1, 2));
    for (const end of [1, 2]) expect(await run(study, falling(end, 2))).toBe(STEPS);
    expect(await run(study, falling(3, 2))).toBe(10);
  });

  test('judges when the number of reports has grown by a quarter', async () => {
    const made = new Set<number>();
    for (let turn = 1; turn < 45; turn++) {
      const study = await started();
      // Better than the best, until it turns.
      made.add(await run(study, (time) => (time < turn ? 0.29 : 5)));
    }
    made.delete(STEPS);
    expect(made.size).toBeGreaterThan(4);
    for (const count of made) expect([4, 5, 7, 8, 10, 13, 16, 20, 24, 30, 38, 47]).toContain(count);
  });

  test('extrapolates to maxResource, if it is given', async () => {
    const study = await newStudy({ startupTrials: 1, maxResource: 500 });
    await run(study, falling(0.3, 5), STEPS);
    expect(await run(study, falling(0.1, 100))).toBe(STEPS);
    const short = await newStudy({ startupTrials: 1, maxResource: STEPS });
    await run(short, falling(0.3, 5), STEPS);
    expect(await run(short, falling(0.1, 100))).toBeLessThan(STEPS);
  });

  test('leaves out what is not finite', async () => {
    const study = await started();
    const broken =
      (curve: Curve): Curve =>
      (time) =>
        time % 5 === 2 ? Number.NaN : time % 7 === 3 ? Infinity : curve(time);
    expect(await run(study, broken(falling(0.1, 20)))).toBe(STEPS);
    expect(await run(study, broken(falling(0.5, 5)))).toBeLessThan(20);
    expect(await run(study, () => Number.NaN)).toBe(STEPS);
    expect(await run(study, () => 1e100)).toBe(4);
    const alternating: Curve = (time) => (time % 2 === 0 ? 1e308 : 1);
    expect(await run(study, alternating)).toBe(STEPS);
  });

  test('prunes nothing by a best trial that reported nothing', async () => {
    const study = await started();
    await study.addTrial({ x: 0 }, 0);
    expect(await run(study, falling(0.5, 5))).toBe(STEPS);
  });

  test('loses hardly any trial that would have become the best', async () => {
    const families: readonly ((random: Random) => Curve)[] = [
      (random) => {
        const [c, a, p] = [
          0.1 + 0.4 * random.uniform(),
          0.3 + 0.7 * random.uniform(),
          0.3 + 1.2 * random.uniform(),
        ];
        return (time) => c + a * time ** -p;
      },
      (random) =>
        falling(0.1 + 0.4 * random.uniform(), 3 * 20 ** random.uniform(), 0.3 + 0.7 * random.uniform()),
      // None of those that are fitted: the fast ones end high, the slow ones low.
      (random) => {
        const isSlow = random.uniform() < 0.5;
        const [c, k] = [random.uniform(), random.uniform()];
        const [end, steps] = isSlow ? [0.1 + 0.2 * c, 12 + 20 * k] : [0.25 + 0.25 * c, 2 + 4 * k];
        return (time) => end + 0.4 * Math.exp(-((time / steps) ** 0.9)) + 0.2 * Math.exp(-time / 2);
      },
    ];
    for (const noise of [0.003, 0.02]) {
      let promising = 0;
      let lost = 0;
      let pruned = 0;
      let hopeless = 0;
      for (const [family, draw] of families.entries()) {
        for (let seed = 0; seed < 8; seed++) {
          const study = await newStudy();
          for (let number = 0; number < 25; number++) {
            const random = createRandom(seed, number, family);
            const curve = draw(random);
            const target = number === 0 ? -Infinity : study.best.value;
            const isPromising = curve(STEPS) < target;
            const made = await run(study, (time) => curve(time) + noise * random.normal());
            if (isPromising) promising++;
            else hopeless++;
            if (made < STEPS && isPromising) lost++;
            else if (made < STEPS) pruned++;
          }
        }
      }
      expect(promising).toBeGreaterThan(60);
      expect(lost / promising).toBeLessThan(0.05);
      expect(pruned / hopeless).toBeGreaterThan(0.5);
    }
  });

  test('refuses ill-formed options', () => {
    expect(() => learningCurve({ risk: -1 })).toThrow(/risk must be a number from 0 to 1, not -1/);
    expect(() => learningCurve({ minReports: 3 })).toThrow(/minReports must be a whole number of at least 4/);
    expect(() => learningCurve({ startupTrials: 0 })).toThrow(
      /startupTrials must be a whole number of at least 1/,
    );
    expect(() => learningCurve({ maxResource: 0 })).toThrow(/maxResource/);
    expect(() => learningCurve({ threshold: 1 } as never)).toThrow(/unknown option 'threshold'/);
  });
});
