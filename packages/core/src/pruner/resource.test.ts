import { describe, expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import { asha } from './asha.ts';
import { hyperband } from './hyperband.ts';
import { learningCurve } from './learning-curve.ts';
import type { Pruner } from './pruner.ts';
import { checkResource, firstComparison, wholeTrial } from './resource.ts';
import { successiveHalving } from './successive-halving.ts';

describe('resource', () => {
  test.each([
    [1, 1],
    [50, 1],
    [199, 1],
    [200, 2],
    [10_000, 100],
    [Infinity, Infinity],
  ])("of %d units, 'auto' compares first after %d", (whole, first) => {
    expect(firstComparison('auto', whole)).toBe(first);
    expect(firstComparison(7, whole)).toBe(7);
  });

  test('of a whole trial is that of the longest complete one, unless it is given', async () => {
    const seen: unknown[] = [];
    const pruner: Pruner = {
      name: 'onlooker',
      shouldPrune(_, others) {
        seen.push([wholeTrial('auto', others), wholeTrial(27, others)]);
        return false;
      },
    };
    const study = await createStudy({ space: space({ x: float(0, 1) }), pruner });
    const [long, short] = await study.ask(2);
    for (const step of [0, 8]) await long?.report(step, 1);
    for (const step of [0, 4]) await short?.report(step, 1);
    await study.tell(short!, 1);
    await long?.report(9, 1);
    await study.tell(long!, 1);
    await (await study.ask()).report(0, 1);
    expect(seen).toEqual([...Array.from({ length: 4 }, () => [undefined, 27]), [5, 27], [10, 27]]);
  });

  test('is refused alike by all pruners that take it', () => {
    expect(() => checkResource('p', 'maxResource', 'auto')).not.toThrow();
    const makers = [asha, hyperband, learningCurve];
    for (const make of makers) {
      for (const maxResource of [0, Number.NaN, Infinity, '9'])
        expect(() => make({ maxResource } as never)).toThrow(
          /: maxResource \(if not 'auto'\) must be a (finite )?number/,
        );
      expect(() => make({ maxResource: 1 })).not.toThrow();
    }
    for (const make of [asha, successiveHalving])
      expect(() => make({ minResource: 0 })).toThrow(/: minResource \(if not 'auto'\) must be a number/);
    expect(() => asha({ minResource: 9, maxResource: 3 })).toThrow(/must be a number of at least 9, not 3/);
  });
});
