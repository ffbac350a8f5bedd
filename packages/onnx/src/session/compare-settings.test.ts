import { InvalidArgumentError } from '@tunable/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { checkCompareOptions, compareSettings, type Opened } from './compare-settings.ts';

// The clock moves only when a session runs, so that a busy machine changes nothing.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Sessions that only pass time: the whole number `ms` is asked for the number of the session and of the run. */
function passing(ms: (session: number, run: number) => number, samples = 1) {
  let count = 0;
  let openCount = 0;
  const open = async (): Promise<Opened> => {
    const session = count++;
    let run = 0;
    openCount++;
    return {
      samples,
      run: async () => {
        vi.advanceTimersByTime(ms(session, run++));
      },
      release: async () => void openCount--,
    };
  };
  return { open, counts: () => [count, openCount] };
}

test('says which is faster, per sample', async () => {
  const fast = passing(() => 1);
  const slow = passing(() => 4);
  const large = passing(() => 4, 16);
  const options = { measureMs: 60 };
  const first = await compareSettings([fast.open, slow.open], options);
  expect(first).toMatchObject({ verdict: 'faster', rounds: 9 });
  expect(first.ratio).toBe(0.25);
  expect(await compareSettings([slow.open, fast.open], options)).toMatchObject({ verdict: 'slower' });
  expect(await compareSettings([large.open, fast.open], options)).toMatchObject({ verdict: 'faster' });
});

test('differences between sessions of equal settings are noise, unless each is opened only once', async () => {
  // Every other session of the same setting is slow.
  const one = passing((session) => (session % 2 === 0 ? 1 : 4));
  const other = passing((session) => (session % 2 === 0 ? 4 : 1));
  expect(await compareSettings([one.open, other.open], { measureMs: 60 })).toMatchObject({
    verdict: 'same',
  });
  expect(one.counts()).toEqual([9, 0]);
  const [a, b] = [passing(() => 1), passing(() => 4)];
  expect(await compareSettings([a.open, b.open], { measureMs: 60, reopen: false })).toMatchObject({
    verdict: 'faster',
  });
  expect(a.counts()).toEqual([1, 0]);
});

test('goals of the tail and the mean are decided by those', async () => {
  // Mostly four times as fast, but one run in eight takes fifteen times as long.
  const uneven = passing((_, run) => (run % 8 === 7 ? 60 : 1));
  const even = passing(() => 4);
  for (const [goal, verdict] of [
    ['p50', 'faster'],
    ['throughput', 'faster'],
    ['p95', 'slower'],
    ['p99', 'slower'],
    ['mean', 'slower'],
  ] as const) {
    const compared = await compareSettings([uneven.open, even.open], { measureMs: 5000, goal });
    expect({ goal, verdict: compared.verdict }).toEqual({ goal, verdict });
  }
});

test('an abort stops it in any round and leaves no session open', async () => {
  const controller = new AbortController();
  const a = passing(() => 1);
  const b = passing((session) => {
    if (session === 3) controller.abort(new Error('enough'));
    return 1;
  });
  const compared = compareSettings([a.open, b.open], { measureMs: 60, signal: controller.signal });
  await expect(compared).rejects.toThrow('enough');
  expect(a.counts()).toEqual([4, 0]);
  expect(b.counts()).toEqual([4, 0]);
});

test('options are checked', () => {
  expect(() => checkCompareOptions('compare', { goal: 'memory' as never })).toThrow(
    /goal must be one of "p50", .*"throughput", not "memory"/,
  );
  expect(() => checkCompareOptions('compare', 100 as never)).toThrow(InvalidArgumentError);
  expect(() => checkCompareOptions('compare', { measureMs: 0 })).toThrow(/measureMs must be a number/);
  expect(() => checkCompareOptions('compare', { ms: 5 } as never)).toThrow(/unknown option 'ms'/);
});
