import { expect, test } from 'vitest';
import {
  AllTrialsFailedError,
  createStudy,
  float,
  memory,
  noImprovement,
  openStudy,
  space,
  TrialPruned,
  type Objective,
} from '../index.ts';

const searched = space({ x: float(0, 1) });
const makeStudy = () => createStudy({ space: searched, seed: 1 });
const noGpu: Objective<{ x: number }> = () => {
  throw new RangeError('no GPU\nof any kind');
};

test('a run whose trials nearly all fail is no success: it says how many, and why the first', async () => {
  const study = await makeStudy();
  const result = await study.optimize((params, trial) => (trial.number === 0 ? 1 : noGpu(params, trial)), {
    trials: 40,
    maxInitialFailures: 5,
  });
  const failures = "39 of this run's 40 trials failed, the first with RangeError: no GPU";
  expect(result).toEqual({
    reason: 'trials',
    detail: `the study has its 40 trials; ${failures}`,
    finished: 40,
    failed: 39,
    pruned: 0,
    warnings: [failures],
  });
});

test('a few failures are counted, without a warning; so are pruned trials', async () => {
  const study = await makeStudy();
  const result = await study.optimize(
    (params, trial) => {
      if (trial.number === 1) return noGpu(params, trial);
      if (trial.number > 2) throw new TrialPruned('hopeless');
      return 1;
    },
    { trials: 5 },
  );
  expect(result).toMatchObject({ finished: 5, failed: 1, pruned: 2, warnings: [] });
  expect(result.detail).toMatch(/; 1 of this run's 5 trials failed, the first with RangeError: no GPU$/);
});

test('a run gives up when its first trials all fail, whatever the study knows from before', async () => {
  const study = await makeStudy();
  await study.optimize(() => 1, { trials: 3 });
  const error: unknown = await study
    .optimize(noGpu, { trials: 40, maxInitialFailures: 4 })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AllTrialsFailedError);
  expect(error).toMatchObject({
    message: 'all 4 trials of this run failed; the first one with RangeError: no GPU',
    cause: { name: 'RangeError', message: 'no GPU\nof any kind' },
  });
  expect(study.trials).toHaveLength(7);
  // Fewer than that say so as a result: there is something to go on with.
  expect(await study.optimize(noGpu, { trials: 8 })).toMatchObject({
    failed: 1,
    warnings: [expect.stringMatching(/^1 of this run's 1 trial failed/)],
  });
});

test('one trial is no trials', async () => {
  const one = await makeStudy();
  expect((await one.optimize(() => 1, { trials: 1 })).detail).toBe('the study has its 1 trial');
  const other = await makeStudy();
  await expect(other.optimize(noGpu, { trials: 1 })).rejects.toThrow(
    'the only trial of this run failed, with R',
  );
  const third = await makeStudy();
  const { detail } = await third.optimize(() => 1, { stop: noImprovement(1) });
  expect(detail).toBe('noImprovement: no improvement for 1 trial');
});

test('trials that run elsewhere are named, where they are not waited for', async () => {
  const storage = memory();
  const study = await createStudy({ space: searched, storage, name: 's', seed: 1 });
  const other = await openStudy({ storage, name: 's' });
  await other.ask();
  await study.refresh();
  const { detail } = await study.optimize(() => 1, { trials: 4 });
  expect(detail).toBe('the study has its 4 trials; 1 of them runs elsewhere');
});

test('without options it says what to give', async () => {
  const study = await makeStudy();
  await expect(study.optimize(() => 1, undefined as never)).rejects.toThrow(
    /say when to end: give trials, timeout, stop or signal/,
  );
});
