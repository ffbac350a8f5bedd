import { describe, expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import type { Direction } from '../study/direction.ts';
import { threshold, type ThresholdOptions } from './threshold.ts';

/** How many of `values` a trial reports before it is stopped. */
async function reportsMade(
  options: ThresholdOptions,
  values: readonly number[],
  direction: Direction = 'minimize',
): Promise<number> {
  const study = await createStudy({
    space: space({ x: float(0, 1) }),
    direction,
    pruner: threshold(options),
  });
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

describe('threshold', () => {
  test.each(['minimize', 'maximize'] as const)(
    'limits the values as reported when the study is to %s them',
    async (direction) => {
      expect(await reportsMade({ upper: 2 }, [1, 2, 2.1, 0], direction)).toBe(3);
      expect(await reportsMade({ lower: -1 }, [1, -1, -1.1, 0], direction)).toBe(3);
      expect(await reportsMade({ lower: 0, upper: 1 }, [0, 0.5, 1], direction)).toBe(3);
    },
  );

  test('stops at NaN and infinities', async () => {
    expect(await reportsMade({ upper: 2 }, [1, Number.NaN, 1])).toBe(2);
    expect(await reportsMade({ upper: 2 }, [1, Infinity, 1])).toBe(2);
    expect(await reportsMade({ upper: 2 }, [1, -Infinity, 1])).toBe(3);
  });

  test('spares the warm-up, and looks at the first report of each interval', async () => {
    expect(await reportsMade({ upper: 0, warmupSteps: 2 }, [1, 1, 1, 1])).toBe(3);
    expect(await reportsMade({ upper: 0, intervalSteps: 3 }, [0, 1, 1, 0, 1, 1, 1])).toBe(7);
  });

  test('refuses ill-formed options', () => {
    expect(() => threshold({})).toThrow(/give lower, upper or both/);
    expect(() => threshold(undefined as never)).toThrow(/give lower, upper or both/);
    expect(() => threshold(3 as never)).toThrow(/options must be an object, not 3/);
    expect(() => threshold({ uper: 3 } as never)).toThrow(/unknown option 'uper'/);
    expect(() => threshold({ lower: 1, upper: 0 })).toThrow(/upper must be a number of at least 1/);
    expect(() => threshold({ upper: 'high' } as never)).toThrow(/upper must be a number/);
    expect(() => threshold({ upper: Number.NaN })).toThrow(/upper must be a number/);
  });
});
