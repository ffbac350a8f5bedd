import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRandom, createStudy, float, space, type Optimizer } from '@tunable/core';
import { afterAll, expect, test } from 'vitest';

import { buildEditedCore } from './edited-core.ts';
import { PARTS, type Edit } from './parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunable-ablation-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The first suggestions of a study, and those of one that has fifty trials already, so that all models have had a turn. */
async function suggestions(edits: readonly Edit[], name: string): Promise<unknown[]> {
  const { auto } = (await import(await buildEditedCore(edits, join(folder, `${name}.js`)))) as {
    readonly auto: () => Optimizer;
  };
  const params: unknown[] = [];
  for (const known of [0, 50]) {
    const study = await createStudy({
      space: space({ x: float(0, 1), y: float(0, 1) }),
      optimizer: auto(),
      seed: 1,
    });
    const random = createRandom(1);
    const loss = ({ x, y }: { x: number; y: number }): number => 1 + (x - 0.3) ** 2 + Math.sin(5 * x * y);
    for (let i = 0; i < known; i++) {
      const point = { x: random.uniform(), y: random.uniform() };
      await study.addTrial(point, loss(point));
    }
    for (let i = 0; i < 10; i++) {
      const trial = await study.ask();
      params.push(trial.params);
      await study.tell(trial, loss(trial.params));
    }
  }
  return params;
}

const whole = await suggestions([], 'whole');

test.each(Object.entries(PARTS))(
  '%s: can be left out, and makes a difference to the suggestions',
  async (part, edits) => {
    expect(await suggestions(edits, `${Object.keys(PARTS).indexOf(part)}`)).not.toEqual(whole);
  },
);

test('without an edit, it is the core as it is', async () => {
  expect(await suggestions([], 'again')).toEqual(whole);
});

test('an edit of what is not there says so', async () => {
  const edit = { file: 'auto/auto.ts', from: 'no such text', to: '' };
  await expect(buildEditedCore([edit], join(folder, 'none.js'))).rejects.toThrow(
    /auto\.ts has no 'no such text'/,
  );
});
