import { expect, test } from 'vitest';
import { float } from '../hyperparameter/float.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { nsga2 } from '../optimizer/nsga2/nsga2.ts';
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

test('reasons that differ only in the number they end with share a line', async () => {
  const reasons = ['generation 2', 'generation 10', 'restart 1, generation 3', 'generation', 'generation 1'];
  const study = await createStudy({
    space: space({ x: float(0, 1) }),
    optimizer: {
      name: 'g',
      suggest: ({ space: s, random, number }) => ({ row: s.sampleRow(random), why: reasons[number]! }),
    },
    seed: 1,
  });
  await study.optimize(() => 1, { trials: 5 });
  expect(study.explain()).toBe(
    [
      'g: 3 of the trials 0 to 4 (generation 1 to 10); 1 set a new best',
      'g: trial 2 (restart 1, generation 3)',
      'g: trial 3 (generation)',
    ].join('\n'),
  );
});

test('an evolution is summed up: its children begin at generation 1, whatever the number of objectives', async () => {
  for (const objectives of [1, 2]) {
    const study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      directions: Array.from({ length: objectives }, () => 'minimize' as const),
      optimizer: nsga2(),
      seed: 1,
    });
    const initial = objectives === 1 ? 20 : 30;
    await study.optimize(({ x, y }) => [x + y, x - y].slice(0, objectives), { trials: initial + 30 });
    const lines = study.explain().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`${initial} of the trials 0 to ${initial - 1} (initial population)`);
    expect(lines[1]).toContain(`30 of the trials ${initial} to ${initial + 29} (generation 1 to 3)`);
  }
});
