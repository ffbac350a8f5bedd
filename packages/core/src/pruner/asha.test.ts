import { describe, expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { random } from '../optimizer/random/random.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import { EXEMPT } from '../study/reported-trials.ts';
import type { Trial } from '../study/objective.ts';
import type { OptimizeOptions } from '../study/optimize.ts';
import type { Study } from '../study/study.ts';
import { asha, type AshaOptions } from './asha.ts';
import { patient } from './patient.ts';

const SPACE = space({ x: float(0, 1) });

/** Runs trials whose loss after an epoch is `lossAt(x, epoch)`, epoch 1, 2, ..., `epochs`. */
async function run(
  lossAt: (x: number, epoch: number) => number,
  { epochs = 9, xs = [], ...options }: OptimizeOptions & { epochs?: number; xs?: readonly number[] },
  pruner: AshaOptions,
): Promise<{ study: Study<{ x: number }>; log: string[]; warnings: readonly string[] }> {
  const study = await createStudy({ space: SPACE, optimizer: random(), pruner: asha(pruner), seed: 1 });
  for (const x of xs) await study.enqueue({ x });
  const log: string[] = [];
  study.on('trialPromoted', ({ number }) => log.push(`promoted ${number}`));
  const { warnings } = await study.optimize(
    async ({ x }, trial) => {
      for (let epoch = 1; epoch <= epochs; epoch++) {
        log.push(`${trial.number}:${epoch}`);
        await trial.report(epoch - 1, lossAt(x, epoch));
      }
      return lossAt(x, epochs);
    },
    { trials: xs.length, ...options },
  );
  return { study, log, warnings };
}

const faithful = (x: number, epoch: number): number => x + 1 / epoch;
const reversed = (x: number, epoch: number): number => (epoch < 9 ? 1 - x : x);

function lengths(study: Study<{ x: number }>): (number | undefined)[] {
  return study.trials.map((trial) => trial.reports?.steps.length);
}

describe('asha', () => {
  test('promotes by hand-worked example: one in three of each rung, from the highest rung down', async () => {
    const xs = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.9, 0.1];
    const { log } = await run(faithful, { xs }, { maxResource: 9, calibration: 0 });
    const started = log.filter((line) => /:[139]$|promoted/.test(line));
    // Of the first three, 1 is best. 3 and 5 are among the best third when they come (of 4: one, of 6: two). Then 1, 3 and
    // 5 have reached the rung at 3, and 5 is the best of them. 8 is the best of nine at 1, and of four at 3.
    expect(started).toEqual([
      '0:1',
      '1:1',
      '2:1',
      'promoted 1',
      '1:3',
      '3:1',
      '3:3',
      '4:1',
      '5:1',
      '5:3',
      '5:9',
      '6:1',
      '7:1',
      '8:1',
      '8:3',
      '8:9',
    ]);
  });

  test('a trial that is not in time is left behind', async () => {
    const xs = Array.from({ length: 27 }, (_, i) => ((i * 10) % 27) / 27);
    const { study } = await run(faithful, { xs, epochs: 27 }, { maxResource: 27, calibration: 0 });
    expect(study.best.params.x).toBe(0);
    const counts = [1, 3, 9, 27].map((rung) => lengths(study).filter((length) => length! >= rung).length);
    expect(counts[0]).toBe(27);
    // More than a third may pass, since what was among the best once has gone on; never fewer.
    for (const [k, least] of [9, 3, 1].entries()) expect(counts[k + 1]).toBeGreaterThanOrEqual(least);
    expect(counts[3]).toBeLessThan(8);
  });

  test('few trials: the best goes on to the end all the same', async () => {
    for (const count of [1, 2, 5]) {
      const xs = [0.5, 0.2, 0.4, 0.3, 0.1].slice(0, count);
      const { study } = await run(faithful, { xs }, { maxResource: 9 });
      expect(study.best.params.x).toBe(Math.min(...xs));
      expect(study.best.reports?.steps).toHaveLength(9);
    }
  });

  test('learns the length of a trial from the first', async () => {
    const { study } = await run(faithful, { trials: 30 }, {});
    expect(study.trials[0]).toMatchObject({ state: 'complete', attributes: { [EXEMPT]: true } });
    expect(lengths(study).filter((length) => length === 1).length).toBeGreaterThan(10);
  });

  test('is repeatable', async () => {
    const runs = await Promise.all([1, 2].map(() => run(faithful, { trials: 60 }, {})));
    expect(runs[0]!.log).toEqual(runs[1]!.log);
  });

  test('spends about the set share on calibration', async () => {
    for (const calibration of [0, 0.1, 0.3]) {
      // Ties tell nothing, so that the share stays as it is.
      const { study } = await run(() => 1, { trials: 150 }, { maxResource: 9, calibration });
      const total = lengths(study).reduce<number>((sum, length) => sum + length!, 0);
      const exempt = study.trials.filter((trial) => trial.attributes?.[EXEMPT] === true);
      expect(exempt.every((trial) => trial.state === 'complete')).toBe(true);
      expect((9 * exempt.length) / total).toBeCloseTo(calibration, 1);
    }
  });

  test('the first trial and the set share run in full though every report leaps over the first rung', async () => {
    for (const [pruner, startup] of [
      [{ minResource: 3, maxResource: 50 }, 1],
      [{ minResource: 3, maxResource: 50, cautious: true }, 2],
    ] as const) {
      const study = await createStudy({ space: SPACE, optimizer: random(), pruner: asha(pruner), seed: 1 });
      for (const x of [0.9, 0.8]) await study.enqueue({ x });
      let total = 0;
      const train = async ({ x }: { x: number }, trial: Trial<{ x: number }>): Promise<number> => {
        for (let trees = 10; trees <= 50; trees += 10) {
          total += 10;
          // The first one of several that run at the same time comes last.
          if (trial.number === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          await trial.report(trees, x + 1 / trees);
        }
        return x;
      };
      await study.optimize(train, { trials: 60, concurrency: 2 });
      const exempt = study.trials.filter((trial) => trial.attributes?.[EXEMPT] === true);
      expect(study.trials.slice(0, startup)).toEqual(
        Array(startup).fill(expect.objectContaining({ state: 'complete' })),
      );
      expect(exempt.slice(0, startup).map((trial) => trial.number)).toEqual(startup === 1 ? [0] : [0, 1]);
      expect(exempt.length).toBeGreaterThan(startup);
      expect((50 * exempt.length) / total).toBeLessThan(0.3);
      expect(study.trials.some((trial) => trial.state === 'pruned')).toBe(true);
    }
  });

  test('where early values tell, does not warn', async () => {
    const { warnings } = await run(faithful, { trials: 100 }, { maxResource: 9 });
    expect(warnings).toEqual([]);
  });

  test('where early ranks are reversed, warns, and stops trusting them', async () => {
    for (const options of [{}, { maxResource: 9 }, { cautious: true }] as AshaOptions[]) {
      const { study, warnings } = await run(reversed, { trials: 60 }, options);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /early values may mislead here; of the pairs of 2 trials that .* only 0 % after 1, 0 % after 3 of 9 steps/,
      );
      expect(study.trials.slice(-10).every((trial) => trial.state === 'complete')).toBe(true);
    }
  });

  test('the same where trials cannot pause', async () => {
    const { warnings } = await run(reversed, { trials: 60, maxPaused: 0 }, {});
    expect(warnings).toHaveLength(1);
    const { study } = await run(faithful, { trials: 60, ordered: true, concurrency: 4 }, {});
    const states = study.trials.map((trial) => trial.state);
    expect(states.filter((state) => state === 'pruned').length).toBeGreaterThan(20);
    expect(states[0]).toBe('complete');
  });

  test('maximizing is minimizing the opposite', async () => {
    const study = await createStudy({
      space: SPACE,
      direction: 'maximize',
      pruner: asha({ maxResource: 9 }),
      seed: 1,
      optimizer: random(),
    });
    await study.optimize(
      async ({ x }, trial) => {
        for (let epoch = 1; epoch <= 9; epoch++) await trial.report(epoch - 1, -faithful(x, epoch));
        return -faithful(x, 9);
      },
      { trials: 60 },
    );
    const { study: minimized } = await run(faithful, { trials: 60 }, { maxResource: 9 });
    expect(lengths(study)).toEqual(lengths(minimized));
  });

  test('prunes NaN and infinitely bad values at once', async () => {
    const bad = (x: number, epoch: number): number => (epoch === 2 ? (x < 0.5 ? Number.NaN : Infinity) : 1);
    const { study } = await run(bad, { xs: [0.2, 0.7, 0.1] }, {});
    expect(study.trials.map(({ state, reports }) => `${state} ${reports?.steps.length}`)).toEqual([
      'pruned 2',
      'pruned 2',
      'pruned 2',
    ]);
  });

  test('optimizers do not learn from trials that were stopped where early values mislead', async () => {
    const seen: number[] = [];
    const spy = random();
    const study = await createStudy({
      space: SPACE,
      optimizer: {
        name: 'spy',
        suggest(context) {
          const { history } = context;
          const lengths = history.finished.map((trial) => history.record(trial).reports?.steps.length);
          seen.push(lengths.filter((length) => length !== 9).length);
          return spy.suggest(context);
        },
      },
      pruner: asha({ maxResource: 9 }),
      seed: 1,
    });
    await study.optimize(
      async ({ x }, trial) => {
        for (let epoch = 1; epoch <= 9; epoch++) await trial.report(epoch - 1, reversed(x, epoch));
        return x;
      },
      { trials: 60 },
    );
    expect(Math.max(...seen)).toBeGreaterThan(5);
    expect(seen.at(-1)).toBe(0);
  });

  test('promotes none at a rung that is not trusted any more', async () => {
    // 1 waits at the first rung until 0, 2 and 3 show that the order there is wrong: from then on all run in full.
    const xs = [0.5, 0.6, 0.1, 0.9, ...Array.from({ length: 12 }, (_, i) => 0.2 + 0.05 * i)];
    const { study, log, warnings } = await run(reversed, { xs }, { maxResource: 9, calibration: 0.5 });
    expect(warnings).toHaveLength(1);
    const full = log.filter((line) => line.endsWith(':9')).map((line) => Number.parseInt(line, 10));
    const paused = study.trials.filter((trial) => trial.state === 'pruned').map((trial) => trial.number);
    expect(paused.length).toBeGreaterThan(0);
    expect(Math.max(...paused)).toBeLessThan(6);
    expect(full.slice(-8)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(study.trials.slice(-8).every((trial) => trial.attributes?.[EXEMPT] === true)).toBe(true);
  });

  test('wrapped in another pruner, and with several objectives, stops trials from the first rung on', async () => {
    const study = await createStudy({
      space: SPACE,
      optimizer: random(),
      pruner: patient(asha({ maxResource: 9 }), { patience: 0 }),
      seed: 1,
    });
    await study.optimize(
      async ({ x }, trial) => {
        for (let epoch = 1; epoch <= 9; epoch++) await trial.report(epoch - 1, x);
        return x;
      },
      { trials: 40 },
    );
    expect(lengths(study).filter((length) => length! < 9).length).toBeGreaterThan(20);

    const several = await createStudy({
      space: SPACE,
      directions: ['minimize', 'minimize'],
      optimizer: random(),
      pruner: asha({ maxResource: 9 }),
      seed: 1,
    });
    await several.optimize(
      async ({ x }, trial) => {
        for (let epoch = 1; epoch <= 9; epoch++) await trial.report(epoch - 1, [x, 2 * x]);
        return [x, 2 * x];
      },
      { trials: 40 },
    );
    const stopped = several.trials.filter((trial) => trial.reports.steps.length === 1);
    expect(stopped.length).toBeGreaterThan(20);
  });

  test('refuses ill-formed options', () => {
    expect(() => asha({ reductionFactor: 1 })).toThrow('reductionFactor');
    expect(() => asha({ calibration: 1 })).toThrow('calibration');
    expect(() => asha({ minResource: 5, maxResource: 3 })).toThrow('maxResource');
    expect(() => asha({ cautious: 1 as never })).toThrow('cautious');
    expect(() => asha({ eta: 3 } as never)).toThrow('eta');
  });
});
