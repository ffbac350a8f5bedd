import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { createRandom } from '../math/random.ts';
import { nsga2 } from '../optimizer/nsga2/nsga2.ts';
import { random } from '../optimizer/random/random.ts';
import { tpe } from '../optimizer/tpe/tpe.ts';
import { space } from '../space/search-space.ts';
import { createStudy, loadStudy } from '../study/create-study.ts';
import type { Report } from '../study/objective.ts';
import type { Study } from '../study/study.ts';
import { hyperband } from './hyperband.ts';
import { learningCurve } from './learning-curve.ts';
import { median } from './median.ts';
import { patient } from './patient.ts';
import { percentile } from './percentile.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalving } from './successive-halving.ts';
import { threshold } from './threshold.ts';
import { wilcoxon } from './wilcoxon.ts';

type Line = Study<{ x: number }>;
type Pair = readonly [number, number];

const SPACE = space({ x: float(0, 1) });
const STEPS = 9;

const newStudy = (pruner: Pruner): Promise<Line> =>
  createStudy({ space: SPACE, directions: ['minimize', 'maximize'], pruner, seed: 1, optimizer: random() });

/** Runs a trial that has these losses all along; returns how many reports it makes. The second objective is maximized. */
async function run(study: Line, losses: Pair, steps = STEPS): Promise<number> {
  const values: Report = [losses[0], -losses[1]];
  const trial = await study.ask();
  for (let step = 0; step < steps; step++) {
    try {
      await trial.report(step, values);
    } catch (error) {
      await study.tell(trial, error as TrialPruned);
      return step + 1;
    }
  }
  await study.tell(trial, [0, 0]);
  return steps;
}

async function runAll(study: Line, losses: readonly Pair[]): Promise<number[]> {
  const made: number[] = [];
  for (const pair of losses) made.push(await run(study, pair));
  return made;
}

const { NaN: nan } = Number;

describe('median and percentile, with two objectives', () => {
  test('never prune what no complete trial dominates', async () => {
    const front = Array.from({ length: 21 }, (_, i): Pair => [(i * 8) % 21, 20 - ((i * 8) % 21)]);
    for (const pruner of [median(), percentile(10)]) {
      expect(new Set(await runAll(await newStudy(pruner), front))).toEqual(new Set([STEPS]));
    }
  });

  test('prune a trial behind the wanted share of the complete ones', async () => {
    const lines = Array.from({ length: 8 }, (_, i): Pair => [i, i]);
    const study = await newStudy(percentile(50, { startupTrials: 8 }));
    await runAll(study, lines);
    // Ahead of it are 0 to 3: half of them; with 4 there are more.
    expect(await run(study, [3.5, 3.5])).toBe(STEPS);
    expect(await run(study, [4.5, 4.5])).toBe(1);
    expect(await run(study, [7.5, -1])).toBe(STEPS);
  });

  test('take a NaN for the worst, prune by all of them, and wait for minTrials', async () => {
    const study = await newStudy(median({ startupTrials: 1, minTrials: 2 }));
    await run(study, [1, 1]);
    expect(await run(study, [5, 5])).toBe(STEPS);
    expect(await run(study, [nan, 5])).toBe(1);
    expect(await run(study, [nan, 0])).toBe(STEPS);
    expect(await run(study, [nan, nan])).toBe(1);
  });
});

describe('successive halving, with two objectives', () => {
  const halving = successiveHalving({ minResource: 1, reductionFactor: 3 });

  test('lets the best fronts pass', async () => {
    const study = await newStudy(halving);
    await runAll(study, [
      [0, 0],
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
      [5, 5],
    ]);
    expect(await run(study, [-1, 9])).toBe(STEPS);
    // Third of ten after one step, and of three after three.
    expect(await run(study, [1, 1])).toBe(3);
    expect(await run(study, [2, 2])).toBe(1);
  });

  test('keeps about one in reductionFactor even if no trial dominates another, its ends among them', async () => {
    const study = await newStudy(halving);
    const places = createRandom(5).shuffle(Array.from({ length: 150 }, (_, i) => i));
    const made = await runAll(
      study,
      places.map((x): Pair => [x, 149 - x]),
    );
    const passed = made.filter((count) => count > 1).length;
    expect(passed).toBeGreaterThan(35);
    expect(passed).toBeLessThan(75);
    const kept = places.filter((_, i) => (made[i] as number) > 1).toSorted((a, b) => a - b);
    expect(kept).toContain(0);
    expect(kept).toContain(149);
    // No part of the front is left out.
    for (const [i, place] of kept.slice(1).entries()) expect(place - (kept[i] as number)).toBeLessThan(20);
  });

  test('fails NaN in all objectives, though alone', async () => {
    const study = await newStudy(halving);
    expect(await run(study, [nan, nan])).toBe(1);
    expect(await run(study, [nan, 0])).toBe(STEPS);
  });

  test('compares within brackets in hyperband', async () => {
    const study = await newStudy(hyperband({ maxResource: STEPS }));
    const made = await runAll(
      study,
      Array.from({ length: 90 }, (_, i): Pair => [(i * 37) % 90, (i * 37) % 90]),
    );
    // The brackets judge first after 1, 3 and 9 units; the last never before the end.
    for (const end of [1, 3, STEPS]) expect(made).toContain(end);
  });
});

describe('the other pruners, with two objectives', () => {
  test('threshold: all values must be outside', async () => {
    const study = await newStudy(threshold({ lower: -3, upper: 3 }));
    expect(
      await runAll(study, [
        [4, 0],
        [0, 4],
        [4, 4],
        [nan, nan],
      ]),
    ).toEqual([STEPS, STEPS, 1, 1]);
  });

  test('patient: all must have stopped improving', async () => {
    const made = async (values: (step: number) => Pair): Promise<number> => {
      const study = await newStudy(patient({ patience: 1 }));
      const trial = await study.ask();
      for (let step = 0; step < STEPS; step++) {
        const [a, b] = values(step);
        try {
          await trial.report(step, [a, b]);
        } catch {
          return step + 1;
        }
      }
      return STEPS;
    };
    expect(await made((step) => [-step, 0])).toBe(STEPS);
    expect(await made((step) => [0, step])).toBe(STEPS);
    expect(await made((step) => [step, step < 4 ? step : 3])).toBe(6);
    const hopeful = await newStudy(patient(median({ startupTrials: 1 }), { patience: 1 }));
    expect(
      await runAll(hopeful, [
        [0, 0],
        [1, -1],
        [1, 1],
      ]),
    ).toEqual([STEPS, STEPS, 3]);
  });

  test.each([wilcoxon(), learningCurve({ startupTrials: 1 })])(
    '$name judges nothing by itself',
    async (pruner) => {
      const study = await newStudy(pruner);
      expect(
        new Set(
          await runAll(
            study,
            Array.from({ length: 9 }, (_, i): Pair => [i, i]),
          ),
        ),
      ).toEqual(new Set([STEPS]));
    },
  );
});

describe('a study with two objectives', () => {
  const curve = (x: number, step: number): [number, number] => [
    x ** 2 + 1 / (step + 1),
    (x - 0.5) ** 2 + 1 / (step + 1),
  ];
  const half = successiveHalving({ minResource: 1, reductionFactor: 2 });

  test.each([random(), tpe(), nsga2()])(
    'goes on after prunings, and after a restart: $name',
    async (optimizer) => {
      const options = { optimizer, pruner: half };
      const study = await createStudy({
        space: SPACE,
        directions: ['minimize', 'minimize'],
        seed: 3,
        ...options,
      });
      const objective: Parameters<typeof study.optimize>[0] = async ({ x }, trial) => {
        for (let step = 0; step < STEPS; step++) await trial.report(step, curve(x, step));
        return curve(x, STEPS);
      };
      await study.optimize(objective, { trials: 20 });
      const states = study.trials.map((trial) => trial.state);
      expect(states.filter((state) => state === 'pruned').length).toBeGreaterThan(3);
      expect(study.pareto.length).toBeGreaterThan(0);
      const resumed = await loadStudy(study.toJSON(), { space: SPACE, ...options });
      await resumed.optimize(objective, { trials: 40 });
      await study.optimize(objective, { trials: 40 });
      const essence = (one: typeof study): unknown => one.trials.map(({ params, state }) => [params, state]);
      expect(essence(resumed)).toEqual(essence(study));
    },
  );
});
