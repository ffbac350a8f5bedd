import { WorkerError } from '@tunable/core';
import { describe, expect, it } from 'vitest';

import { makeTrial, open, sharedInts, untilSet } from './fixtures/harness.ts';

describe('a pool of threads', () => {
  it.each([1, 2, 3])('of size %i runs that many trials at once, and no more', async (size) => {
    const setup = {
      active: sharedInts(1),
      most: sharedInts(1),
      order: sharedInts(12),
      position: sharedInts(1),
      needed: size,
    };
    const objective = open('counting', { size, setup });
    await Promise.all(Array.from({ length: 12 }, (_, number) => objective({}, makeTrial(number))));
    expect(setup.most[0]).toBe(size);
    expect(setup.active[0]).toBe(0);
    expect([...setup.order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it('starts waiting trials in order, and forgets those that are aborted', async () => {
    const setup = {
      active: sharedInts(1),
      most: sharedInts(1),
      order: sharedInts(5),
      position: sharedInts(1),
      needed: 1,
    };
    const objective = open('counting', { size: 1, setup });
    const trials = Array.from({ length: 5 }, (_, number) => makeTrial(number));
    const results = trials.map((trial) => objective({}, trial));
    trials[2]?.controller.abort(new Error('changed my mind'));
    await expect(results[2]).rejects.toThrow('changed my mind');
    await Promise.all(results.filter((_, number) => number !== 2));
    expect([...setup.order]).toEqual([0, 1, 3, 4, 0]);
  });

  it('stays within its size while threads crash', async () => {
    const objective = open('crashing', { size: 2 });
    const hows = Array.from({ length: 8 }, (_, number) => (number % 2 === 0 ? 'exit' : 'not at all'));
    const results = await Promise.allSettled(
      hows.map((how, number) => objective({ how }, makeTrial(number))),
    );
    expect(results.map((result) => result.status)).toEqual(
      hows.map((how) => (how === 'exit' ? 'rejected' : 'fulfilled')),
    );
  });
});

describe('close', () => {
  it('aborts what runs and what waits, and refuses what comes later', async () => {
    const flags = sharedInts(1);
    const objective = open('busy', { size: 1, setup: flags, graceMs: 20 });
    const results = Promise.allSettled(
      [0, 1, 2].map((number) => objective({ isBusy: true }, makeTrial(number))),
    );
    await untilSet(flags);
    await objective.close();
    for (const [number, result] of (await results).entries()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'worker' } });
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(WorkerError);
      expect((result as PromiseRejectedResult).reason.message).toMatch(
        `trial ${number}: the pool of threads was closed`,
      );
    }
    await expect(objective({}, makeTrial(3))).rejects.toThrow('trial 3: the pool of threads is closed');
  });

  it('may be called before the first trial, and twice', async () => {
    const objective = open('default', { size: 1 });
    await Promise.all([objective.close(), objective.close()]);
    await expect(objective[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});
