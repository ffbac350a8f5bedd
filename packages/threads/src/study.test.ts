import {
  createStudy,
  float,
  space,
  type Objective,
  type Pruner,
  type Study,
  type TrialView,
} from '@tunable/core';
import { describe, expect, it } from 'vitest';

import { openModule } from './fixtures/harness.ts';

interface Point {
  x: number;
  y: number;
}

const module = new URL('./fixtures/study-objective.mjs', import.meta.url);
const pruner: Pruner = { name: 'beyond-2', shouldPrune: (trial) => (trial.losses.at(-1) ?? 0) > 2 };

function newStudy(): Promise<Study<Point>> {
  return createStudy({ space: space({ x: float(-5, 5), y: float(-5, 5) }), seed: 7, pruner });
}

describe('a study whose objective runs on threads', () => {
  it('records results, prunings, failures and timeouts, and goes on', async () => {
    const study = await newStudy();
    await study.enqueue({ x: -4.5, y: 0 });
    await study.enqueue({ x: 4.5, y: 0 });
    const objective = openModule(module, { size: 2, export: 'bowl' });
    await study.optimize(objective, { trials: 20, concurrency: objective.size, trialTimeout: '3s' });
    const [failed, stuck, ...others] = study.trials;
    expect(failed).toMatchObject({
      state: 'failed',
      failure: { name: 'RangeError', message: 'too far left', stack: expect.stringContaining('bowl') },
    });
    expect(stuck).toMatchObject({ state: 'failed', failure: { name: 'TrialTimeoutError' } });
    expect(others).toHaveLength(18);
    expect(new Set(others.map((trial) => trial.state))).toEqual(new Set(['complete', 'pruned']));
    for (const { state, params } of others)
      expect(state).toBe(Math.abs(params.x) > 2 ? 'pruned' : 'complete');
    const complete = others.filter((trial) => trial.state === 'complete');
    for (const { value, params } of complete) expect(value).toBe(params.x ** 2 + params.y ** 2);
  });

  it('is the same study as in one thread, when ordered', async () => {
    const [here, there] = await Promise.all([newStudy(), newStudy()]);
    const options = { trials: 20, concurrency: 2, ordered: true };
    const { bowl } = (await import(module.href)) as { bowl: Objective<Point> };
    await here.optimize(bowl, options);
    await there.optimize(openModule(module, { size: 2, export: 'bowl' }), options);
    const essence = (trials: readonly TrialView<Point>[]): unknown =>
      trials.map(({ params, state, value, metrics }) => ({ params, state, value, metrics }));
    expect(essence(there.trials)).toEqual(essence(here.trials));
  });

  it('stops trials that a pruner would pause: they would hold their threads', async () => {
    const pausing: Pruner = {
      ...pruner,
      judge: (trial, others) => (pruner.shouldPrune(trial, others) ? 'pause' : 'continue'),
      promote: () => undefined,
    };
    const study = await createStudy({
      space: space({ x: float(-4, 4), y: float(-4, 4) }),
      seed: 7,
      pruner: pausing,
    });
    study.on('trialPaused', () => expect.unreachable());
    const objective = openModule(module, { size: 1, export: 'bowl' });
    await study.optimize(objective, { trials: 12 });
    expect(new Set(study.trials.map((trial) => trial.state))).toEqual(new Set(['complete', 'pruned']));
  });

  it('ends with the cause when the module cannot be loaded', async () => {
    const study = await newStudy();
    const objective = openModule(new URL('absent.mjs', import.meta.url));
    await expect(study.optimize(objective, { trials: 20 })).rejects.toThrow(
      /all 10 trials of this run failed; .*WorkerError: cannot import .*absent\.mjs/,
    );
  });
});
