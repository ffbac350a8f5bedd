import { expect, test } from 'vitest';

import { exclusively } from './exclusively.ts';

test('runs one at a time, in order, and goes on after a failure', async () => {
  let running = 0;
  const ended: number[] = [];
  const work = async (i: number): Promise<number> => {
    running++;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3 - i));
    running--;
    ended.push(i);
    if (i === 1) throw new Error('one failed');
    return i;
  };
  const results = await Promise.allSettled([0, 1, 2].map((i) => exclusively(() => work(i))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(ended).toEqual([0, 1, 2]);
});
