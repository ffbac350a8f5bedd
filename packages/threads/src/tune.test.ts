import { dataset, grid, kFold, tune, wilcoxon, type Learner } from '@tunable/core';
import { expect, test } from 'vitest';

const { candidates } = (await import(new URL('./fixtures/candidates.mjs', import.meta.url).href)) as {
  candidates(count: number): Learner;
};

test('wilcoxon() judges folds on threads as it does on the thread of the caller', async () => {
  // The errors of three candidates on eight folds of one row each: the second is unlucky once, the third steadily worse than
  // the first, which four folds show: 1/16 < 0.1.
  const errors = [
    [50, 1, 30, 2, 40, 3, 20, 5],
    [150, 0.5, 29.5, 1.5, 39.5, 2.5, 19.5, 4.5],
    [51, 2, 31, 3, 41, 4, 21, 6],
  ] as const;
  const data = dataset({
    features: errors[0].map((_, fold) => errors.map((candidate) => candidate[fold] as number)),
    target: errors[0].map(() => 0),
  });
  const searched = async (threads?: number): Promise<unknown[]> => {
    const { study } = await tune(candidates(errors.length), data, {
      metric: 'meanAbsoluteError',
      resampling: kFold(8, { shuffle: false }),
      optimizer: grid({ shuffle: false }),
      pruner: wilcoxon(),
      trials: 3,
      refit: false,
      ...(threads !== undefined && { threads }),
    });
    return study.trials.map(({ state, reports }) => [state, reports.metrics?.['fold']?.values]);
  };
  const expected = [
    ['complete', errors[0].slice(0, 7)],
    ['complete', errors[1].slice(0, 7)],
    ['pruned', errors[2].slice(0, 4)],
  ];
  expect(await searched(1)).toEqual(expected);
  expect(await searched()).toEqual(expected);
});
