import { describe, expect, test } from 'vitest';
import { TrialPaused, TunableError } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { asha } from '../pruner/asha.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { space } from '../space/search-space.ts';
import { memory } from '../storage/memory.ts';
import type { Storage } from '../storage/storage.ts';
import { createStudy, loadStudy, openStudy } from './create-study.ts';
import type { Objective } from './objective.ts';
import type { OptimizeResult } from './run.ts';
import type { Study } from './study.ts';

const SPACE = space({ x: float(0, 1) });
const EPOCHS = 9;

/** Pauses every trial after its first, its third and its fifth report; promotes the oldest when two are paused. */
const inTurns: Pruner = {
  name: 'in-turns',
  shouldPrune: () => true,
  judge: ({ steps }) => ([1, 3, 5].includes(steps.length) ? 'pause' : 'continue'),
  promote: (paused, _, isLast) => (isLast || paused.length >= 2 ? Math.min(...paused) : undefined),
};

/** Promotes none. */
const forGood: Pruner = { ...inTurns, promote: () => undefined };

/** Reports x + 1 / epoch; keeps the epochs done of each trial in `checkpoints`, where it begins when started again. */
function trained(checkpoints: Map<string, number>, log: string[] = []): Objective<{ x: number }> {
  return Object.assign(
    async ({ x }: { x: number }, trial: Parameters<Objective<{ x: number }>>[1]) => {
      const start = checkpoints.get(trial.id) ?? 0;
      log.push(`${trial.number} starts at ${start}`);
      try {
        for (let epoch = start; epoch < EPOCHS; epoch++) {
          checkpoints.set(trial.id, epoch + 1);
          await trial.report(epoch, x + 1 / (epoch + 1));
        }
      } finally {
        log.push(`${trial.number} leaves`);
      }
      return x;
    },
    { canPause: 'checkpoint' as const },
  );
}

describe('an objective that keeps checkpoints', () => {
  test('leaves when its trial is paused, and is started again where it was', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns, seed: 1 });
    const log: string[] = [];
    await study.optimize(trained(new Map(), log), { trials: 2 });
    expect(log.filter((line) => line.startsWith('0'))).toEqual(
      [0, 1, 3, 5].flatMap((epoch) => [`0 starts at ${epoch}`, '0 leaves']),
    );
    for (const { state, reports, attempt, params, value } of study.trials) {
      expect({ state, attempt, value, steps: reports.steps }).toEqual({
        state: 'complete',
        attempt: 1,
        value: params.x,
        steps: [0, 1, 2, 3, 4, 5, 6, 7, 8],
      });
    }
  });

  test('comes to the same results as one that waits', async () => {
    const results = await Promise.all(
      [trained(new Map()), Object.assign(trained(new Map()), { canPause: true })].map(async (objective) => {
        const study = await createStudy({ space: SPACE, pruner: asha({ calibration: 0 }), seed: 3 });
        await study.optimize(objective, { trials: 25 });
        return study.trials.map(({ params, state, reports }) => ({ params, state, reports }));
      }),
    );
    expect(results[0]).toEqual(results[1]);
    expect(results[0]!.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(5);
  });

  test('may begin from the start again: steps that were reported are ignored', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns, seed: 1 });
    const forgetful = new Map<string, number>();
    forgetful.set = () => forgetful;
    await study.optimize(trained(forgetful), { trials: 2 });
    for (const { reports, state } of study.trials) {
      expect(state).toBe('complete');
      expect(reports.steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  test('is left with a TrialPaused, whatever it does with it', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns, seed: 1 });
    const caught: unknown[] = [];
    const stubborn: Objective<{ x: number }> = Object.assign(
      async ({ x }: { x: number }, trial: Parameters<Objective<{ x: number }>>[1]) => {
        for (let epoch = 0; epoch < EPOCHS; epoch++)
          await trial.report(epoch, x).catch((error: unknown) => caught.push(error));
        return x;
      },
      { canPause: 'checkpoint' as const },
    );
    await study.optimize(stubborn, { trials: 1 });
    expect(study.trials[0]!.reports.steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(caught[0]).toBeInstanceOf(TrialPaused);
    expect(TunableError.isInstance(caught[0]) && caught[0].code).toBe('trial_paused');
    expect(String(caught[0])).toMatch(/trial 0 was paused at step 0; let this error pass/);
  });

  test('is pruned if it is never promoted', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    await study.optimize(trained(new Map()), { trials: 2 });
    expect(study.trials.map(({ state, value }) => ({ state, value }))).toEqual(
      study.trials.map(({ params }) => ({ state: 'pruned', value: params.x + 1 })),
    );
  });

  test('fails when it is wanted again if it failed while it left', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns, seed: 1 });
    const full: Objective<{ x: number }> = Object.assign(
      async ({ x }: { x: number }, trial: Parameters<Objective<{ x: number }>>[1]) => {
        if (trial.number > 0) return x;
        await trial.report(0, x).catch(() => {
          throw new Error('the disk is full');
        });
        return x;
      },
      { canPause: 'checkpoint' as const },
    );
    await study.optimize(full, { trials: 2 });
    expect(study.trials[0]).toMatchObject({ state: 'failed', failure: { message: 'the disk is full' } });
  });
});

describe('a run that is cut short leaves its paused trials to a later one', () => {
  /** Ends the run in that way when trial 3 pauses. */
  async function cutShort(
    study: Study<{ x: number }>,
    how: 'abort' | 'interrupt' | 'stop' | 'rule',
    checkpoints: Map<string, number>,
  ): Promise<OptimizeResult> {
    const controller = new AbortController();
    let isOver = false;
    const forget = study.on('trialPaused', ({ number }) => {
      if (number !== 3) return;
      isOver = true;
      if (how === 'abort') controller.abort();
      if (how === 'interrupt') process.emit('SIGINT');
      if (how === 'stop') void study.requestStop();
    });
    const rule = { name: 'over', shouldStop: () => (how === 'rule' && isOver ? 'enough' : undefined) };
    const result = await study.optimize(trained(checkpoints), {
      signal: controller.signal,
      stop: rule,
      progress: false,
    });
    forget();
    return result;
  }

  test.each(['abort', 'interrupt', 'stop', 'rule'] as const)('at an end by %s', async (how) => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const checkpoints = new Map<string, number>();
    const { detail } = await cutShort(study, how, checkpoints);
    expect(detail).toMatch(/4 paused trials left to a later run/);
    expect(study.trials).toEqual([]);
    expect(study.waitingCount).toBe(4);
    const log: string[] = [];
    const [started, paused]: number[][] = [[], []];
    study.on('trialStarted', ({ number }) => started!.push(number));
    study.on('trialPaused', ({ number }) => paused!.push(number));
    await study.optimize(trained(checkpoints, log), { trials: 5 });
    // Only trial 4 has run anything.
    expect(log.map((line) => line[0])).toEqual(['4', '4']);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(paused).toEqual([4]);
    expect(study.trials.map(({ state, reports }) => `${state} ${reports.steps.length}`)).toEqual(
      Array(5).fill('pruned 1'),
    );
  });

  test.each([
    [
      'a saved study',
      async (study: Study<{ x: number }>) =>
        loadStudy<typeof SPACE.shape>(JSON.parse(JSON.stringify(study)), { pruner: inTurns }),
    ],
    [
      'another process',
      async ({ name }: Study<{ x: number }>, storage: Storage) =>
        openStudy({ name, storage, space: SPACE, pruner: inTurns }),
    ],
  ])('which promotes them from their checkpoints: %s', async (_, reopen) => {
    const storage = memory();
    const study = await createStudy({ name: 'cut', storage, space: SPACE, pruner: forGood, seed: 1 });
    const checkpoints = new Map<string, number>();
    await cutShort(study, 'interrupt', checkpoints);
    const before = [0, 1, 2, 3].map((number) => study.history.record(number).row[0]);
    const later = await reopen(study, storage);
    const log: string[] = [];
    await later.optimize(trained(checkpoints, log), { trials: 4 });
    expect(log.filter((line) => line.includes('starts at 0'))).toEqual([]);
    expect(log[0]).toBe('0 starts at 1');
    expect(later.trials.map(({ params }) => params.x)).toEqual(before);
    for (const { state, reports, attempt } of later.trials) {
      expect({ state, attempt, steps: reports.steps }).toEqual({
        state: 'complete',
        attempt: 2,
        steps: [0, 1, 2, 3, 4, 5, 6, 7, 8],
      });
    }
  });

  test('which runs them anew where it cannot pause', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const checkpoints = new Map<string, number>();
    await cutShort(study, 'abort', checkpoints);
    const trial = await study.ask();
    expect({ number: trial.number, attempt: trial.attempt }).toEqual({ number: 0, attempt: 2 });
    expect(study.history.reportsAt(0)!.trials).not.toContain(0);
    await study.tell(trial, 1);
    const log: string[] = [];
    const { finished } = await study.optimize(trained(checkpoints, log), { trials: 4, maxPaused: 0 });
    expect(finished).toBe(3);
    expect(log.filter((line) => line.includes('starts'))).toEqual([1, 2, 3].map((n) => `${n} starts at 1`));
  });
});
