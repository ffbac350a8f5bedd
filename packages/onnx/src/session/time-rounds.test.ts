import { expect, test } from 'vitest';

import { timeRounds, type Subject } from './time-rounds.ts';

function subject(name: string, log: string[], samples = 1): Subject {
  return {
    samples,
    run: async () => {
      log.push(name);
      // A millisecond, so that a block is a handful of runs.
      const end = performance.now() + 1;
      while (performance.now() < end);
    },
  };
}

/** Runs of equal names become one. */
function blocks(log: readonly string[]): string {
  return log.filter((name, i) => name !== log[i - 1]).join('');
}

test('gives subjects turns in an order that is reversed from round to round', async () => {
  const log: string[] = [];
  await timeRounds([subject('a', log), subject('b', log)], { ms: 1, minRounds: 4 });
  // First both are tried to see how long they take; then ab, ba, ab, ba, whose neighbours fuse.
  expect(blocks(log)).toBe('abababa');
});

test('does not count the first run of a block', async () => {
  const log: string[] = [];
  const [timings] = await timeRounds([subject('a', log)], { ms: 1, minRounds: 3 });
  const trial = 4;
  expect(timings?.runs).toHaveLength(log.length - trial - 3);
  expect(timings?.perSample).toHaveLength(3);
});

test('goes on until both the time and the rounds are spent', async () => {
  const log: string[] = [];
  const [short] = await timeRounds([subject('a', log)], { ms: 1, minRounds: 7 });
  expect(short?.perSample).toHaveLength(7);
  const [long] = await timeRounds([subject('a', log)], { ms: 300, minRounds: 1 });
  expect(long?.perSample.length).toBeGreaterThan(2);
});

test('tells the time per sample', async () => {
  const log: string[] = [];
  const [timings] = await timeRounds([subject('a', log, 1000)], { ms: 1, minRounds: 3 });
  for (const ms of timings?.perSample ?? []) expect(ms).toBeLessThan(Math.min(...(timings?.runs ?? [])));
});

test('stops between rounds when aborted, and passes on what a run throws', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(timeRounds([subject('a', [])], { ms: 1, minRounds: 3, signal })).rejects.toThrow('enough');
  const broken: Subject = { samples: 1, run: () => Promise.reject(new Error('broken')) };
  await expect(timeRounds([broken], { ms: 1, minRounds: 3 })).rejects.toThrow('broken');
});
