import {
  AllTrialsFailedError,
  holdout,
  median,
  tune,
  UnsupportedError,
  type Learner,
  type TuneOptions,
} from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { threeClasses } from './testing/data.ts';
import { classifier } from './testing/learners.ts';

// Worker threads load built files, so these tests use those as well.
const { denseClassifier } = await import('@tunable/tfjs');
const { spiralsNet } = (await import(new URL('./fixtures/spirals-net.mjs', import.meta.url).href)) as {
  spiralsNet(options: { epochs: number; hangs?: boolean }): Learner;
};

const data = threeClasses(90);
const options = {
  resampling: holdout(),
  metric: 'logLoss',
  pruner: median({ startupTrials: 2 }),
  trials: 8,
  seed: 1,
  refit: false,
  ordered: true,
} as const satisfies TuneOptions<Learner, never, false>;

describe.each([
  ['a ready-made learner', () => denseClassifier({ epochs: 4 }) as unknown as Learner],
  ['a learner of your own', () => spiralsNet({ epochs: 4 })],
])('%s', (_, make) => {
  test('gives the same results on two threads as on none, its prunings included', async () => {
    const results = async (threads: { threads?: number; concurrency?: number }): Promise<unknown> => {
      const { study } = await tune(make(), data, { ...options, ...threads });
      return study.trials.map(({ params, state, reports }) => ({ params, state, reports }));
    };
    const onThreads = await results({ threads: 2 });
    expect(onThreads).toEqual(await results({ concurrency: 2 }));
    expect(JSON.stringify(onThreads)).toContain('"pruned"');
  });
});

test('a trial that hangs loses its thread, not the study', async () => {
  const tuning = tune(spiralsNet({ epochs: 1, hangs: true }), data, {
    ...options,
    trials: 2,
    threads: 2,
    trialTimeout: '2s',
  });
  await expect(tuning).rejects.toThrow(AllTrialsFailedError);
});

test('a learner without a source says that it cannot go to threads', async () => {
  await expect(tune(classifier(), data, { threads: 2 })).rejects.toThrow(UnsupportedError);
});
