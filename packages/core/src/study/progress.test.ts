import { expect, test } from 'vitest';
import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from './create-study.ts';
import { fitLine, progressLine } from './progress.ts';

const options = { trials: 8, timeoutMs: Infinity } as const;
const quiet = { pausedCount: 0, isInterrupted: false, isWaiting: false, awaySince: undefined };

test('a line says how far, how good, in which states, and how long still', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), direction: 'maximize', seed: 1 });
  const trials = await study.ask(4);
  await study.tell(trials[0]!, 0.25);
  await study.tell(trials[1]!, new Error('no'));
  const run = {
    ...quiet,
    options,
    startedAt: Date.now() - 60_000,
    finished: 2,
    activeCount: 2,
  };
  expect(progressLine(study, run)).toBe(
    '[###.........]  2/8 trials  3:00 left  best 0.25 (#0)  2 running, 1 failed',
  );
});

test('without a number of trials it shows the time gone; before the first result it says so', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), seed: 1 });
  await study.ask();
  const run = {
    ...quiet,
    options: { trials: Infinity, timeoutMs: Infinity },
    startedAt: Date.now() - 5000,
    finished: 0,
    activeCount: 1,
  };
  expect(progressLine(study, run)).toMatch(/0 trials {2}5\.0 s gone {2}no result yet {2}1 running$/);
});

test('with several objectives it counts the Pareto front', async () => {
  const study = await createStudy({
    space: space({ x: float(0, 1) }),
    directions: ['minimize', 'minimize'],
    seed: 1,
  });
  await study.tell(await study.ask(), [1, 2]);
  const run = {
    ...quiet,
    options,
    startedAt: Date.now(),
    finished: 1,
    activeCount: 0,
  };
  expect(progressLine(study, run)).toContain('1 on the Pareto front');
});

test('paused trials are counted as done, and named', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), seed: 1 });
  await study.ask(4);
  const run = {
    ...quiet,
    options,
    startedAt: Date.now(),
    finished: 0,
    activeCount: 1,
    pausedCount: 3,
  };
  expect(progressLine(study, run)).toMatch(/ 3\/8 trials .* 1 running, 3 paused$/);
});

test('after Ctrl-C it says what a second one would do', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), seed: 1 });
  const run = {
    ...quiet,
    options,
    startedAt: Date.now(),
    finished: 0,
    activeCount: 2,
    isInterrupted: true,
  };
  expect(progressLine(study, run)).toContain('finishing; Ctrl-C again aborts');
});

test('while it waits for others it says for whom, and no time left', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), seed: 1 });
  const trials = await study.ask(8);
  for (const trial of trials.slice(2)) await study.tell(trial, 1);
  const run = {
    ...quiet,
    options,
    startedAt: Date.now() - 60_000,
    finished: 6,
    activeCount: 0,
    isWaiting: true,
  };
  expect(progressLine(study, run)).toMatch(
    /6\/8 trials {2}waiting for 2 trials of other processes {2}.* 2 running$/,
  );
  await study.tell(trials[1]!, 1);
  expect(progressLine(study, run)).toMatch(
    /7\/8 trials {2}waiting for trial 0 of another process {2}.* 1 running$/,
  );
});

test('it says for how long the storage has been out of reach', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), seed: 1 });
  const run = { ...quiet, options, startedAt: Date.now(), finished: 0, activeCount: 0 };
  expect(progressLine(study, { ...run, awaySince: Date.now() - 34_000 })).toContain(
    '  storage out of reach for 34 s  ',
  );
});

test('a narrow terminal shows as many whole parts as fit', () => {
  const line = '[###.........]  12/80 trials  3:00 left  best 0.25 (#0)';
  expect(fitLine(line, line.length)).toBe(line);
  expect(fitLine(line, line.length - 1)).toBe('[###.........]  12/80 trials  3:00 left');
  expect(fitLine(line, 28)).toBe('[###.........]  12/80 trials');
  expect(fitLine(line, 27)).toBe('[###.........]');
  expect(fitLine(line, 5)).toBe('[###.');
});
