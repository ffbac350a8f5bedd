import { expect, test } from 'vitest';
import { createStudy, float, memory, openStudy, space } from '../index.ts';
import { trialIdPrefix } from './trial-id.ts';

test('the ids of trials can name folders, and tell studies apart', () => {
  expect(trialIdPrefix('digits-2')).toBe('digits-2-');
  const names = ['../a', '..\\a', '.._a', 'a b', 'a  b', 'a_b', 'ü', 'ä', 'x'.repeat(512), 'x'.repeat(511)];
  const prefixes = names.map(trialIdPrefix);
  expect(new Set(prefixes).size).toBe(names.length);
  for (const prefix of prefixes) expect(prefix).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
});

test('a trial keeps its id in every attempt and in every process', async () => {
  const storage = memory();
  const line = { space: space({ x: float(0, 1) }), name: 'digits', storage, openIfExists: true };
  const study = await createStudy(line);
  const ids: string[] = [];
  const controller = new AbortController();
  await study.optimize(
    ({ x }, { id, attempt }) => {
      ids.push(`${id} ${attempt}`);
      if (attempt === 1) throw new Error('flaky');
      controller.abort();
      return new Promise<number>((resolve) => setTimeout(resolve, 1, x));
    },
    { retries: 1, signal: controller.signal },
  );
  const other = await openStudy({ name: 'digits', storage });
  const { id, attempt } = await other.ask();
  expect([...ids, `${id} ${attempt}`]).toEqual(['digits-0 1', 'digits-0 2', 'digits-0 3']);
});
