import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { InvalidArgumentError, InvalidResultError, TrialPruned } from '@tunable/core';
import { threads, type ThreadsOptions } from '@tunable/threads';
import { describe, expect, it } from 'vitest';

import { makeTrial, objectives, open, openModule, rejection, sharedInts } from './fixtures/harness.ts';

describe('threads', () => {
  it("runs the module's default export on another thread", async () => {
    expect(await open('default')({ x: 3, y: 4 }, makeTrial())).toBe(25);
    expect(await open('thread')({}, makeTrial())).toBeGreaterThan(0);
  });

  it('keeps its threads', async () => {
    const objective = open('thread');
    const first = await objective({}, makeTrial(0));
    expect(await objective({}, makeTrial(1))).toBe(first);
  });

  it('gives the objective the whole trial and takes the whole result', async () => {
    const params = { x: 0.5, optimizer: { type: 'adam', layers: [1, 2] } };
    expect(await open('everything')(params, makeTrial(7))).toEqual({
      value: 0.5,
      attributes: { number: 7, seed: 1007, attempt: 1, id: 'study-7', params, isAborted: false },
    });
  });

  it('accepts a URL, its text, and an absolute path', async () => {
    for (const module of [objectives, objectives.href, fileURLToPath(objectives)]) {
      expect(await openModule(module)({ x: 1, y: 0 }, makeTrial())).toBe(1);
    }
  });

  it.each(['./objectives.mjs', 'objectives.mjs', 'https://example.org/a.js', 42])(
    'refuses %j as a module',
    (module) => {
      expect(() => threads(module as string)).toThrow(InvalidArgumentError);
      expect(() => threads(module as string)).toThrow(/new URL\('\.\/objective\.js', import\.meta\.url\)/);
    },
  );

  it.each([
    [{ size: 0 }, /size must be a whole number of at least 1, not 0/],
    [{ size: 1.5 }, /size/],
    [{ graceMs: -1 }, /graceMs/],
    [{ export: 3 }, /export must be the name of an export, not 3/],
    [{ threads: 2 }, /unknown option 'threads'; the options are size, export/],
    [null, /options must be an object/],
    [{ graceMs: '100' }, /graceMs must be a number/],
  ])('refuses the options %j', (options, message) => {
    expect(() => threads(objectives, options as ThreadsOptions)).toThrow(message);
  });

  it('has at least one thread by default, and not very many', () => {
    const { size } = threads(objectives);
    expect(size).toBeGreaterThanOrEqual(1);
    expect(size).toBeLessThanOrEqual(16);
  });
});

describe('a report', () => {
  it('reaches the trial, in order', async () => {
    const trial = makeTrial();
    expect(await open('reporting')({ losses: [3, 2, 1] }, trial)).toBe(1);
    expect(trial.reports).toEqual([
      [0, 3],
      [1, 2],
      [2, 1],
    ]);
  });

  it('arrives in every form', async () => {
    const trial = makeTrial();
    const losses = [[1, Number.NaN], { values: [1, 2], metrics: { accuracy: 0.5 } }, { value: Infinity }];
    await open('reporting')({ losses }, trial).catch(() => undefined);
    expect(trial.reports).toEqual(losses.map((report, step) => [step, report]));
  });

  it('rejects in the thread when the trial is pruned, and the trial ends as pruned', async () => {
    const trial = makeTrial(0, (step) => {
      if (step === 1) throw new TrialPruned('hopeless at step 1');
    });
    const error = await rejection(open('reporting')({ losses: [3, 2, 1] }, trial));
    expect(error).toBeInstanceOf(TrialPruned);
    expect(error.message).toBe('hopeless at step 1');
    expect(trial.reports).toHaveLength(2);
  });

  it('rejects in the thread with an error of the same class', async () => {
    const trial = makeTrial(0, (step) => {
      throw step === 0 ? new TrialPruned() : new InvalidArgumentError('no such step');
    });
    expect(await open('reportingAgain')({ losses: [3, 2] }, trial)).toEqual({
      value: 0,
      attributes: { caught: ['TrialPruned trial_pruned true', 'TunableError invalid_argument false'] },
    });
  });
});

describe('an error of the objective', () => {
  it('arrives with class, name, message and the stack of the thread', async () => {
    const error = await rejection(open('throwing')({ what: 'range' }, makeTrial()));
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(error.stack).toMatch(/throwing.*objectives\.mjs/);
  });

  it('keeps the name, code and cause of a class of its own', async () => {
    const error = await rejection(open('throwing')({ what: 'own' }, makeTrial()));
    expect(error).toMatchObject({ name: 'ShapeError', message: '3 is not 4', code: 'E_SHAPE' });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: 'the reason' });
  });

  it('may be any value', async () => {
    await expect(open('throwing')({ what: 'a string' }, makeTrial())).rejects.toBe('a string');
  });

  it('stays a TrialPruned when it is one', async () => {
    await expect(open('pruning')({}, makeTrial())).rejects.toSatisfy(TrialPruned.isInstance);
  });

  it('says what to return when the result cannot leave the thread', async () => {
    const objective = open('returning');
    const error = await rejection(objective({ what: 'function' }, makeTrial()));
    expect(error).toBeInstanceOf(InvalidResultError);
    expect(error.message).toMatch(/cannot leave its thread .*return numbers/);
  });

  it('is clear when the params cannot reach the thread', async () => {
    const objective = open('default');
    const sent = objective({ x: () => 1 }, makeTrial(4));
    await expect(sent).rejects.toThrow(
      /trial 4: its params cannot be sent to a thread.*could not be cloned/s,
    );
    expect(await objective({ x: 1, y: 1 }, makeTrial())).toBe(2);
  });
});

describe('setup', () => {
  it('makes the export a factory, called once per thread', async () => {
    const calls = sharedInts(1);
    const objective = open('countingCalls', { setup: { calls }, size: 2 });
    for (let number = 0; number < 3; number++) expect(await objective({}, makeTrial(number))).toBe(1);
    await Promise.all([objective({}, makeTrial(3)), objective({}, makeTrial(4))]);
    expect(calls[0]).toBe(2);
  });

  it('is clear when it cannot be cloned', async () => {
    const objective = open('countingCalls', { setup: () => 1 });
    await expect(objective({}, makeTrial())).rejects.toThrow(
      /cannot start a worker thread.*could not be cloned/s,
    );
  });
});

describe('a process', () => {
  it('shows what threads print, and ends though the pool was not closed', async () => {
    const program = fileURLToPath(new URL('./fixtures/idle-pool.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
    const lines = stdout.trim().split('\n').toSorted();
    expect(lines).toEqual(['hello from trial 0', 'hello from trial 1', 'main is done']);
  });
});
