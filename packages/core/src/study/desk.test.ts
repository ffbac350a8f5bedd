import { describe, expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { random } from '../optimizer/random/random.ts';
import { asha } from '../pruner/asha.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from './create-study.ts';
import type { Trial } from './objective.ts';
import type { Study } from './study.ts';

const SPACE = space({ x: float(0, 1) });

/** A study of trials that are the worse at their end the better they begin. */
function misled(): Promise<Study<{ x: number }>> {
  return createStudy({ space: SPACE, optimizer: random(), seed: 1 });
}

async function reversed({ x }: { x: number }, trial: Trial<{ x: number }>): Promise<number> {
  for (let epoch = 0; epoch < 9; epoch++) await trial.report(epoch, epoch < 8 ? x : -x);
  return -x;
}

/** Asks for trials and tells their results. */
async function tell(
  study: Study<{ x: number }>,
  count: number,
  objective: typeof reversed = reversed,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const trial = await study.ask();
    const result = await objective(trial.params, trial).catch((error: TrialPruned) => error);
    await study.tell(trial, result);
  }
}

describe('what the pruner warns of', () => {
  test('is told once, with ask and tell as with optimize, and in its result', async () => {
    const asked = await misled();
    const messages: string[] = [];
    asked.on('warning', ({ message }) => messages.push(message));
    await tell(asked, 60);
    expect(messages).toEqual([expect.stringMatching(/^asha: early values may mislead here/)]);

    const run = await misled();
    const heard: string[] = [];
    run.on('warning', ({ message }) => heard.push(message));
    const { warnings } = await run.optimize(reversed, { trials: 60 });
    expect(warnings).toEqual(messages);
    expect(heard).toEqual(messages);
    // Each run tells it anew.
    const { warnings: again } = await run.optimize(reversed, { trials: 62 });
    expect(again).toEqual([expect.stringMatching(/^asha: early values may mislead here/)]);
    expect(heard).toHaveLength(2);
  });
});

test('an attribute of the user named exempt makes no calibration trial', async () => {
  const states = async (attributes: { [name: string]: boolean }): Promise<unknown> => {
    const pruner = asha({ maxResource: 9, calibration: 0.3 });
    const study = await createStudy({ space: SPACE, optimizer: random(), pruner, seed: 1 });
    await study.optimize(
      async ({ x }, trial) => {
        for (let epoch = 0; epoch < 9; epoch++) await trial.report(epoch, x);
        return { value: x, attributes };
      },
      { trials: 40 },
    );
    return study.trials.map(({ state, reports }) => ({ state, steps: reports.steps }));
  };
  expect(await states({ exempt: true })).toEqual(await states({}));
});

test('a trial with constraints may be stopped, and optimizers learn from it as from a pruned one', async () => {
  const study = await createStudy({ space: SPACE, optimizer: random(), seed: 1 });
  const optimum = async ({ x }: { x: number }, trial: Trial<{ x: number }>): Promise<unknown> => {
    for (let epoch = 0; epoch < 9; epoch++) await trial.report(epoch, x + 1 / (epoch + 1));
    return { value: x, constraints: [0.2 - x] };
  };
  await tell(study, 60, optimum as typeof reversed);
  expect(study.trials.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(20);
  expect(study.best.params.x).toBeGreaterThanOrEqual(0.2);
});
