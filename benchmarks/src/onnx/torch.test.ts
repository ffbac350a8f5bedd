import { execFileSync } from 'node:child_process';

import { createRandom, dataset } from '@tunable/core';
import { expect, test } from 'vitest';

import { python } from '../optuna/driver.ts';
import { torchEpochs } from './torch.ts';

// Each class has ten pixels of its own, brighter than the noise.
const random = createRandom(1);
const target = Array.from({ length: 640 }, (_, row) => row % 10);
const features = target.map((label) =>
  Array.from(
    { length: 784 },
    (_, pixel) => (Math.floor(pixel / 10) === label ? 1 : 0) + random.uniform() / 5,
  ),
);
const few = dataset({ features, target, task: 'classification' });

function findTorch(): boolean {
  try {
    execFileSync(python, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)']);
    return true;
  } catch {
    return false;
  }
}
const hasTorch = findTorch();

test.skipIf(!hasTorch)(
  'PyTorch learns from the rows that it is given (needs torch)',
  async () => {
    const answer = await torchEpochs(few, 12);
    const losses = answer.missing === undefined ? answer.epochs.map(({ loss }) => loss) : [];
    expect(losses).toHaveLength(12);
    // log(10) = 2.3 is guessing, which is all that can be done on noise in twelve epochs.
    expect(losses[0]).toBeGreaterThan(1.2);
    expect(losses.at(-1)).toBeLessThan(0.6);
  },
  60_000,
);

test.skipIf(!hasTorch)(
  'an error of PyTorch is told as such (needs torch)',
  async () => {
    const narrow = { ...few, columnCount: 3, features: few.features.subarray(0, 30), rowCount: 640 };
    expect((await torchEpochs(narrow, 1)).missing).toMatch(/^failed: \w*Error: /);
  },
  60_000,
);

test('without Python it says what to set', async () => {
  expect(await torchEpochs(few, 1, 'no-such-python')).toEqual({
    missing: 'no no-such-python, set TUNABLE_PYTHON',
  });
});
