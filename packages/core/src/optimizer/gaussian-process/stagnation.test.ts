import { expect, test } from 'vitest';

import { float } from '../../hyperparameter/float.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { Encoding } from './encoding.ts';
import { FeatureTable } from './feature-table.ts';
import { Observations } from './observations.ts';
import { isStagnating } from './stagnation.ts';

function afterLosses(losses: readonly number[], constraint?: number): boolean {
  const line = space({ x: float(0, 1) });
  const table = new TrialTable(line, ['minimize']);
  for (const [number, loss] of losses.entries()) {
    table.upsert({
      number,
      state: 'complete',
      row: Float64Array.of(number / losses.length),
      values: [loss],
      attempt: 1,
      ...(constraint === undefined ? {} : { constraints: [constraint] }),
    });
  }
  return isStagnating(new Observations(table, new FeatureTable(new Encoding(line)), 256));
}

const early = [9, 8, 7, 6, 5, 9, 8, 7, 3, 4];

test('ten trials without progress are stagnation', () => {
  expect(afterLosses([...early, 7, 6, 5, 4, 3, 9, 8, 7, 6, 5])).toBe(true);
});

test('a new best is progress, unless it is hardly better', () => {
  expect(afterLosses([...early, 7, 6, 5, 4, 2.5, 9, 8, 7, 6, 5])).toBe(false);
  expect(afterLosses([...early, 7, 6, 5, 4, 2.999, 9, 8, 7, 6, 5])).toBe(true);
});

test('a short history is none', () => {
  expect(afterLosses([...early, 7, 6, 5, 4, 3, 9, 8, 7, 6])).toBe(false);
  expect(afterLosses([])).toBe(false);
});

test('infeasible trials are not counted', () => {
  expect(afterLosses([...early, ...early, ...early], 1)).toBe(false);
});
