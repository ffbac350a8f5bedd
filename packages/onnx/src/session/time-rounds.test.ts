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

test('gives all subjects the same turns in a round, and every turn in time', async () => {
  const turns: Record<'fast' | 'slow', number[]> = { fast: [], slow: [] };
  const take = (name: 'fast' | 'slow', ms: number): Subject => ({
    samples: 1,
    run: async (turn) => {
      turns[name].push(turn);
      const end = performance.now() + ms;
      while (performance.now() < end);
    },
  });
  // A block of the slow one is a single run: one that is not counted and one that is.
  await timeRounds([take('fast', 0.2), take('slow', 8)], { ms: 1, minRounds: 4 });
  expect(turns.slow.slice(4)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  // A block begins by running its first turn twice.
  const firsts = turns.fast.slice(4).filter((turn, i, all) => turn === all[i + 1]);
  expect(firsts).toEqual([0, 1, 2, 3]);
});

test('goes on until both the time and the rounds are spent', async () => {
  const log: string[] = [];
  const [short] = await timeRounds([subject('a', log)], { ms: 1, minRounds: 7 });
  expect(short?.perSample).toHaveLength(7);
  const start = performance.now();
  await timeRounds([subject('a', log)], { ms: 100, minRounds: 1 });
  expect(performance.now() - start).toBeGreaterThanOrEqual(100);
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
