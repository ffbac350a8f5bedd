import { expect, test } from 'vitest';

import { TrialPruned } from '../errors.ts';
import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from './create-study.ts';

const square = space({ x: float(-1, 1) });

test('the reason why an objective prunes its trial is kept, and told when there is no best trial', async () => {
  const study = await createStudy({ space: square, seed: 1 });
  const diverge = (): never => {
    throw new TrialPruned('the training diverged');
  };
  await study.optimize(diverge, { trials: 3 });
  expect(study.trials[2]?.attributes).toEqual({ prunedBecause: 'the training diverged' });
  expect(() => study.best).toThrow(
    'there is no best trial yet: 0 trials complete, 3 pruned, 0 failed, 0 running. ' +
      'Trial 0 was pruned because: the training diverged',
  );
});

test('that it was told to, or gives none, is no reason', async () => {
  const pruner = { name: 'all', shouldPrune: () => true };
  const study = await createStudy({ space: square, seed: 1, pruner });
  await study.optimize(({ x }, trial) => trial.report(0, x).then(() => x), { trials: 1 });
  await study.tell(await study.ask(), new TrialPruned());
  expect(study.trials.map(({ state, attributes }) => [state, attributes])).toEqual([
    ['pruned', {}],
    ['pruned', {}],
  ]);
  expect(() => study.best).toThrow(/2 pruned, 0 failed, 0 running$/);
});
