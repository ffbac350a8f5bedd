import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { asha } from '../pruner/asha.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { space } from '../space/search-space.ts';
import { createStudy, loadStudy } from './create-study.ts';
import type { Objective } from './objective.ts';
import { costBudget } from './stop-rules.ts';
import type { Study } from './study.ts';

const SPACE = space({ x: float(0, 1) });
const EPOCHS = 9;

/** Pauses every trial at its first report; promotes the oldest when `count` are paused, or when no trial will follow. */
function inTurns(count: number): Pruner {
  return {
    name: 'in-turns',
    shouldPrune: () => true,
    judge: ({ steps }) => (steps.length === 1 ? 'pause' : 'continue'),
    promote: (paused, _, isLast) => (isLast || paused.length >= count ? Math.min(...paused) : undefined),
  };
}

/** Pauses every trial at its first report, and promotes none. */
const forGood: Pruner = { ...inTurns(1), promote: () => undefined };

/** Reports x after each epoch. `log` gets each epoch that is run, and how trials end. */
function curve(log: string[] = []): Objective<{ x: number }> {
  return async ({ x }, trial) => {
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      log.push(`${trial.number}:${epoch}`);
      try {
        await trial.report(epoch, x);
      } catch (error) {
        log.push(`${trial.number} ${TrialPruned.isInstance(error) ? 'pruned' : 'failed'}`);
        throw error;
      }
    }
    log.push(`${trial.number} done`);
    return x;
  };
}

function statesOf(study: Study<{ x: number }>): string {
  return study.trials.map(({ state, reports }) => `${state} ${reports?.steps.length}`).join(', ');
}

describe('pausing', () => {
  test('a paused trial frees its place, and goes on where it was when it is promoted', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns(2), seed: 1 });
    const log: string[] = [];
    await study.optimize(curve(log), { trials: 3 });
    expect(log.filter((line) => /:[01]$|done|pruned/.test(line))).toEqual([
      '0:0',
      '1:0',
      '0:1',
      '0 done',
      '2:0',
      '1:1',
      '1 done',
      '2:1',
      '2 done',
    ]);
    expect(statesOf(study)).toBe('complete 9, complete 9, complete 9');
  });

  test('never more than `concurrency` trials run at once', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns(3), seed: 1 });
    const active = new Set<number>();
    let most = 0;
    study.on('trialStarted', ({ number }) => (most = Math.max(most, active.add(number).size)));
    study.on('trialPromoted', ({ number }) => (most = Math.max(most, active.add(number).size)));
    study.on('trialPaused', ({ number }) => active.delete(number));
    study.on('trialFinished', ({ number }) => active.delete(number));
    const slowly: Objective<{ x: number }> = async (params, trial) => {
      await new Promise((resolve) => setTimeout(resolve, trial.seed % 5));
      return curve()(params, trial);
    };
    await study.optimize(slowly, { trials: 12, concurrency: 3 });
    expect(most).toBe(3);
    expect(study.trials.every((trial) => trial.state === 'complete')).toBe(true);
  });

  test('a report that is not awaited fails the trial that goes on while it is paused, and says why', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns(2), seed: 1 });
    const hasty: Objective<{ x: number }> = async ({ x }, trial) => {
      for (let epoch = 0; epoch < EPOCHS; epoch++) {
        const reported = trial.report(epoch, x);
        if (trial.number !== 1) await reported;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return x;
    };
    await study.optimize(hasty, { trials: 3 });
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'failed', 'complete']);
    expect(study.trials[1]!.failure).toMatchObject({
      name: 'TrialStateError',
      message: expect.stringMatching(
        /trial 1 .* a report before was not awaited; write `await trial\.report/,
      ),
    });
  });

  test('a trial that is started again after a failure can pause, too', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns(1), seed: 1 });
    let paused = 0;
    study.on('trialPaused', () => paused++);
    const flaky: Objective<{ x: number }> = (params, trial) => {
      if (trial.attempt === 1) throw new Error('flaky');
      return curve()(params, trial);
    };
    await study.optimize(flaky, { trials: 2, retries: 1 });
    expect(paused).toBe(2);
  });

  test('what is still paused at the end of a run is pruned, with its last report as value', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const log: string[] = [];
    const { finished } = await study.optimize(curve(log), { trials: 3 });
    expect(finished).toBe(3);
    expect(statesOf(study)).toBe('pruned 1, pruned 1, pruned 1');
    expect(study.trials.map((trial) => trial.value)).toEqual(study.trials.map((trial) => trial.params.x));
    expect(log.slice(-3)).toEqual(['0 pruned', '1 pruned', '2 pruned']);
  });

  test('the same holds at a timeout, an interrupt and an abort', async () => {
    for (const end of ['timeout', 'interrupted', 'aborted'] as const) {
      const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
      const abort = new AbortController();
      let count = 0;
      study.on('trialPaused', () => {
        if (++count < 4) return;
        if (end === 'interrupted') process.emit('SIGINT');
        if (end === 'aborted') abort.abort();
      });
      const slowly: Objective<{ x: number }> = async (params, trial) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return curve()(params, trial);
      };
      const result = await study.optimize(slowly, {
        trials: 1000,
        signal: abort.signal,
        ...(end === 'timeout' && { timeout: 60 }),
      });
      expect(result.reason).toBe(end);
      expect(study.trials.length).toBeGreaterThan(0);
      expect(study.trials.every((trial) => trial.state === 'pruned')).toBe(true);
      expect(study.waitingCount).toBe(0);
    }
  });

  test('an objective that ignores the end of its pause is pruned all the same when the run is aborted', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const abort = new AbortController();
    study.on('trialPaused', () => abort.abort());
    const stubborn: Objective<{ x: number }> = async ({ x }, trial) => {
      await trial.report(0, x).catch(() => new Promise(() => {}));
      return x;
    };
    await study.optimize(stubborn, { trials: 5, signal: abort.signal });
    expect(statesOf(study)).toBe('pruned 1');
  });

  test('beyond maxPaused, the least promising of those that came least far is pruned', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const log: string[] = [];
    for (const x of [0.3, 0.9, 0.1, 0.5]) await study.enqueue({ x });
    study.on('trialFinished', ({ params }) => log.push(`${params.x}`));
    await study.optimize(curve(), { trials: 4, maxPaused: 2 });
    expect(log.slice(0, 2)).toEqual(['0.9', '0.5']);
  });

  test('where trials cannot pause, shouldPrune decides', async () => {
    const studies = await Promise.all(
      [1, 2, 3, 4].map((seed) => createStudy({ space: SPACE, pruner: inTurns(2), seed })),
    );
    const [ordered, noneAllowed, objectiveCannot, asked] = studies as [
      Study<{ x: number }>,
      Study<{ x: number }>,
      Study<{ x: number }>,
      Study<{ x: number }>,
    ];
    await ordered.optimize(curve(), { trials: 2, ordered: true });
    await noneAllowed.optimize(curve(), { trials: 2, maxPaused: 0 });
    await objectiveCannot.optimize(Object.assign(curve(), { canPause: false }), { trials: 2 });
    for (const study of [ordered, noneAllowed, objectiveCannot])
      expect(statesOf(study)).toBe('pruned 1, pruned 1');
    const trial = await asked.ask();
    await expect(trial.report(0, 1)).rejects.toThrow(TrialPruned);
  });

  test('neither trialTimeout nor the cost counts the time of a pause', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns(6), seed: 1 });
    const slowly: Objective<{ x: number }> = async ({ x }, trial) => {
      await trial.report(0, x);
      await new Promise((resolve) => setTimeout(resolve, 40));
      return x;
    };
    // The trial paused first waits for five others to run before it: 40 ms each.
    await study.optimize(slowly, { trials: 6, trialTimeout: 150 });
    expect(study.trials.every((trial) => trial.state === 'complete')).toBe(true);
    const [first, , , , , last] = study.trials;
    expect(last?.cost).toBeLessThan(0.15);
    expect(Number(last?.finishedAt) - Number(first?.startedAt)).toBeGreaterThan(200);
  });

  test('stop rules count what paused trials have cost', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const slowly: Objective<{ x: number }> = async (params, trial) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return curve()(params, trial);
    };
    const { reason } = await study.optimize(slowly, { trials: 1000, stop: costBudget(0.05) });
    expect(reason).toBe('rule');
    expect(study.trials.length).toBeLessThan(10);
  });

  test('a trial that fails after its pause is retried from its start', async () => {
    const study = await createStudy({ space: SPACE, pruner: inTurns(1), seed: 1 });
    const flaky: Objective<{ x: number }> = async ({ x }, trial) => {
      await trial.report(0, x);
      await trial.report(1, x);
      if (trial.attempt === 1) throw new Error('unlucky');
      return x;
    };
    await study.optimize(flaky, { trials: 2, retries: 1 });
    expect(study.trials.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual([
      'complete 2',
      'complete 2',
    ]);
  });

  test('optimizers see paused trials as pruned ones, with their last report', async () => {
    const seen: string[] = [];
    const watching: Optimizer = {
      name: 'watching',
      suggest({ history, number }) {
        seen.push(
          history.finished.map((n) => `${n} ${history.record(n).state} ${history.losses(0)[n]}`).join(),
        );
        return { row: Float64Array.of(number / 10) };
      },
    };
    const study = await createStudy({ space: SPACE, optimizer: watching, pruner: inTurns(2), seed: 1 });
    await study.optimize(curve(), { trials: 4 });
    expect(seen).toEqual([
      '',
      '0 pruned 0',
      '0 complete 0,1 pruned 0.1',
      '0 complete 0,1 complete 0.1,2 pruned 0.2',
    ]);
    expect(study.history.finished).toEqual([0, 1, 2, 3]);
  });

  test('a study saved while trials are paused runs these again after loading', async () => {
    const study = await createStudy({ space: SPACE, pruner: forGood, seed: 1 });
    const saved: string[] = [];
    study.on('trialPaused', () => saved.push(JSON.stringify(study)));
    await study.optimize(curve(), { trials: 3 });
    const loaded = await loadStudy(JSON.parse(saved.at(-1) as string), {
      space: SPACE,
      pruner: asha({ maxResource: 9 }),
    });
    expect(loaded.waitingCount).toBe(3);
    await loaded.optimize(curve(), { trials: 3 });
    expect(loaded.trials.map((trial) => trial.params)).toEqual(study.trials.map((trial) => trial.params));
    expect(loaded.best.reports?.steps).toHaveLength(EPOCHS);
  });
});
