import { expect, test } from 'vitest';

import { followBestEpoch } from './best-epoch.ts';

function follow(
  losses: readonly number[],
  earlyStopping?: { patience: number; minDelta: number },
): { best: number | undefined; epochs: number } {
  const progress = followBestEpoch<string>(earlyStopping);
  let epochs = 0;
  for (const loss of losses) if (!progress.add(++epochs, loss, `weights ${epochs}`)) break;
  expect(progress.best?.state).toBe(`weights ${progress.best?.epoch}`);
  return { best: progress.best?.epoch, epochs };
}

test('the best epoch has the smallest loss, the first of equals', () => {
  expect(follow([5, 3, 4, 3, 6])).toEqual({ best: 2, epochs: 5 });
});

test('training ends when the loss has not fallen for as many epochs as there is patience', () => {
  expect(follow([5, 3, 4, 3, 1], { patience: 2, minDelta: 0 })).toEqual({ best: 2, epochs: 4 });
  expect(follow([5, 3, 4, 2, 3, 3, 3, 3], { patience: 3, minDelta: 0 })).toEqual({ best: 4, epochs: 7 });
});

test('falls by no more than minDelta do not count, but the smallest loss is still the best', () => {
  expect(follow([5, 4.9, 4.8, 4.7], { patience: 3, minDelta: 0.5 })).toEqual({ best: 4, epochs: 4 });
});

test('a loss that is no number is never the best, unless there is no other', () => {
  expect(follow([Number.NaN, 2, Number.NaN])).toEqual({ best: 2, epochs: 3 });
});
