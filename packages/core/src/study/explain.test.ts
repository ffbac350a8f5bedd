import { expect, test } from 'vitest';
import { float } from '../hyperparameter/float.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { space } from '../space/search-space.ts';
import { memory } from '../storage/memory.ts';
import { createStudy } from './create-study.ts';

const twoVoices: Optimizer = {
  name: 'two voices',
  suggest: ({ space: s, random, number }) => ({
    row: s.sampleRow(random),
    ...(number % 2 === 0 ? { by: 'even', why: 'its turn' } : {}),
  }),
};

test('sums up who proposed what, and what came of it', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), optimizer: twoVoices, seed: 1 });
  expect(study.explain()).toBe('');
  await study.enqueue({ x: 0.5 });
  const values = [5, 4, 6, 3, 2, 9];
  await study.optimize((_, { number }) => values[number]!, { trials: 6 });
  expect(study.explain()).toBe(
    [
      'enqueued: trial 0; 1 set a new best',
      'two voices: 3 of the trials 1 to 5; 2 set a new best',
      'even: 2 of the trials 2 to 4 (its turn); 1 set a new best',
    ].join('\n'),
  );
});

test('trials of which nobody is named are those of another program', async () => {
  const storage = memory();
  const study = await createStudy({ space: space({ x: float(0, 1) }), storage, name: 's', seed: 1 });
  const store = await storage.open('s');
  await store.add({ state: 'complete', row: Float64Array.of(0.5), attempt: 1, values: [1] });
  await study.refresh();
  expect(study.explain()).toBe('another program: trial 0; 1 set a new best');
});
