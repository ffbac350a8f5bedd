import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Direction } from '../study/direction.ts';
import { noPruning } from './none.ts';
import { patient } from './patient.ts';
import type { Pruner } from './pruner.ts';
import { threshold } from './threshold.ts';

/** How many of `values` a trial reports before it is stopped. */
async function reportsMade(
  pruner: Pruner,
  values: readonly number[],
  direction: Direction = 'minimize',
): Promise<number> {
  const study = await createStudy({ space: space({ x: float(0, 1) }), direction, pruner });
  let made = 0;
  await study.optimize(
    async (_, trial) => {
      for (const [step, value] of values.entries()) {
        made++;
        await trial.report(step, value);
      }
      return 0;
    },
    { trials: 1 },
  );
  return made;
}

describe('patient', () => {
  test('stops after patience + 1 reports without improvement', async () => {
    expect(await reportsMade(patient({ patience: 2 }), [5, 4, 3, 3.5, 3.2, 3.1, 1])).toBe(6);
    expect(await reportsMade(patient({ patience: 0 }), [5, 4, 4.5, 1])).toBe(3);
    expect(await reportsMade(patient({ patience: 2 }), [5, 4, 4.5, 3, 3.5, 2, 2.5])).toBe(7);
  });

  test('counts a plateau, and gains of at most minDelta, as no improvement', async () => {
    expect(await reportsMade(patient({ patience: 1 }), [1, 1, 1, 1])).toBe(3);
    expect(await reportsMade(patient({ patience: 1, minDelta: 0.5 }), [3, 2.75, 2.5, 2])).toBe(3);
    expect(await reportsMade(patient({ patience: 1, minDelta: 0.5 }), [3, 2.75, 2.25, 2])).toBe(4);
  });

  test('maximizes with the study', async () => {
    expect(await reportsMade(patient({ patience: 1 }), [1, 2, 3, 2, 2.5, 9], 'maximize')).toBe(5);
  });

  test('leaves NaN out, and waits while a side has nothing else', async () => {
    const nan = Number.NaN;
    expect(await reportsMade(patient({ patience: 1 }), [nan, nan, nan, nan])).toBe(4);
    expect(await reportsMade(patient({ patience: 1 }), [1, nan, nan, nan])).toBe(4);
    expect(await reportsMade(patient({ patience: 1 }), [nan, 1, nan, 2, 0])).toBe(4);
  });

  test('asks the wrapped pruner then, and only then', async () => {
    const wrapped = patient(threshold({ upper: 10 }), { patience: 1 });
    expect(await reportsMade(wrapped, [30, 20, 15, 16, 17, 0])).toBe(5);
    expect(await reportsMade(wrapped, [3, 4, 5, 6, 7])).toBe(5);
    expect(await reportsMade(patient(noPruning(), { patience: 0 }), [1, 2, 3])).toBe(3);
    expect(await reportsMade(patient(undefined, { patience: 0 }), [1, 2, 3])).toBe(2);
  });

  test('never stops a trial that improves at every report', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        async (patience, length) => {
          const falling = Array.from({ length }, (_, i) => 1 / (i + 1));
          expect(await reportsMade(patient({ patience }), falling)).toBe(length);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('refuses ill-formed arguments', () => {
    expect(() => patient({} as never)).toThrow(/patience must be a whole number/);
    expect(() => patient({ patience: -1 })).toThrow(/patience must be a whole number/);
    expect(() => patient({ patience: 1, minDelta: -1 })).toThrow(/minDelta must be a number/);
    expect(() => patient('median' as never, { patience: 1 })).toThrow(/must be a pruner such as median/);
  });
});
