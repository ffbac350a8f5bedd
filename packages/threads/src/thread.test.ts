import { once } from 'node:events';

import { TrialTimeoutError, WorkerError } from '@tunable/core';
import { describe, expect, it } from 'vitest';

import { makeTrial, open, rejection, sharedInts, untilSet } from './fixtures/harness.ts';

describe('an abort', () => {
  it('ends an objective in a busy loop, with the reason, and replaces its thread', async () => {
    const flags = sharedInts(1);
    const objective = open('busy', { setup: flags, graceMs: 20 });
    const before = await objective({ isBusy: false }, makeTrial(0));
    flags[0] = 0;
    const trial = makeTrial(1);
    const running = objective({ isBusy: true }, trial);
    const next = objective({ isBusy: false }, makeTrial(2));
    await untilSet(flags);
    const reason = new TrialTimeoutError('trial 1 ran longer than 1s');
    trial.controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    const after = await next;
    expect(after).toBeTypeOf('number');
    expect(after).not.toBe(before);
  });

  it('reaches trial.signal, so that an objective that listens ends by itself and keeps its thread', async () => {
    const flags = sharedInts(2);
    const objective = open('cooperative', { setup: flags, graceMs: 20_000 });
    const before = await objective({ value: 1 }, makeTrial(0));
    const trial = makeTrial(1);
    const running = objective({}, trial);
    await untilSet(flags);
    const reason = new TrialTimeoutError('trial 1 ran longer than 1s');
    trial.controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(flags[1], 'the reason is a timeout in the thread too').toBe(2);
    expect(await objective({ value: 1 }, makeTrial(2))).toBe(before);
  });

  it('ends an objective at its next report', async () => {
    const trial = makeTrial(0, (step) => {
      if (step === 3) trial.controller.abort(new Error('enough'));
    });
    await expect(open('reportingForever', { graceMs: 20_000 })({}, trial)).rejects.toThrow('enough');
  });

  it('before the start runs nothing', async () => {
    const trial = makeTrial();
    trial.controller.abort(new Error('too late'));
    await expect(open('default')({ x: 1, y: 1 }, trial)).rejects.toThrow('too late');
  });

  it('ends a trial that never settles', async () => {
    const trial = makeTrial();
    const running = open('returning', { graceMs: 0 })({ what: 'never' }, trial);
    trial.controller.abort(new Error('no patience'));
    await expect(running).rejects.toThrow('no patience');
  });
});

describe('a crash', () => {
  it.each([
    ['exit', /^trial 5: its worker thread exited with code 1 .*must not call process\.exit/],
    ['timer', /^trial 5: its worker thread crashed: RangeError: thrown in a timer/],
    ['rejection', /^trial 5: its worker thread crashed: Error: nobody cares/],
    ['memory', /^trial 5: its worker thread crashed: .*heap out of memory; raise resourceLimits/],
  ])('fails only its trial (%s)', async (how, message) => {
    const objective = open('crashing', { resourceLimits: { maxOldGenerationSizeMb: 24 } });
    const crashing = objective({ how }, makeTrial(5));
    const next = objective({ how: 'not at all' }, makeTrial(6));
    const error = await rejection(crashing);
    expect(error).toBeInstanceOf(WorkerError);
    expect(error.message).toMatch(message);
    expect(await next).toBe(1);
  });

  it('between trials is a warning, and costs no trial', async () => {
    const objective = open('crashing');
    const warning = once(process, 'warning');
    expect(await objective({ how: 'later' }, makeTrial(0))).toBe(1);
    expect((await warning)[0]).toMatchObject({
      name: 'TunableWarning',
      message: expect.stringContaining('RangeError: thrown in a timer'),
    });
    expect(await objective({ how: 'not at all' }, makeTrial(1))).toBe(1);
  });

  it('keeps the error that caused it', async () => {
    const crashing = open('crashing')({ how: 'timer' }, makeTrial());
    await expect(crashing).rejects.toMatchObject({
      cause: { name: 'RangeError', message: 'thrown in a timer' },
    });
  });
});
