import { describe, expect, it } from 'vitest';

import { holdout } from '../evaluation/resampling/holdout.ts';
import { kFold } from '../evaluation/resampling/k-fold.ts';
import type { Resampling } from '../evaluation/resampling/resampling.ts';
import { constant } from '../hyperparameter/constant.ts';
import { float } from '../hyperparameter/float.ts';
import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';
import { int } from '../hyperparameter/int.ts';
import { grid } from '../optimizer/grid/grid.ts';
import { asha } from '../pruner/asha.ts';
import { median } from '../pruner/median.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { wilcoxon } from '../pruner/wilcoxon.ts';
import { space } from '../space/search-space.ts';
import { createStudy } from '../study/create-study.ts';
import { gradientRegression } from '../testing/learners.ts';
import { dataset } from './create-dataset.ts';
import type { FeatureRows } from './dataset.ts';
import type { Learner } from './learner.ts';
import { packFeatures } from './pack-features.ts';
import { tune } from './tune.ts';

describe('the default pruner', () => {
  const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const line = dataset({ features: rows, target: rows.map(([a = 0, b = 0]) => 3 * a - b + 2) });

  async function searchedWith(resampling: Resampling, pruner?: Pruner): Promise<unknown[]> {
    const { study } = await tune(gradientRegression(), line, {
      metric: 'meanSquaredError',
      resampling,
      space: space({ learningRate: float(1e-4, 0.1, { scale: 'log' }), epochs: constant(27) }),
      trials: 25,
      seed: 3,
      refit: false,
      ...(pruner && { pruner }),
    });
    return study.trials.map(({ params, state, reports }) => ({ params, state, steps: reports.steps }));
  }

  it('is the one of every study where the steps are those of the learner', async () => {
    const searched = await searchedWith(holdout());
    expect(searched).toEqual(await searchedWith(holdout(), asha({ cautious: true })));
    expect(searched).not.toEqual(await searchedWith(holdout(), median({ warmupSteps: 1 })));
  });

  it('is the median from the second fold on where the steps are folds', async () => {
    const searched = await searchedWith(kFold(5));
    expect(searched).toEqual(await searchedWith(kFold(5), median({ warmupSteps: 1 })));
    expect(searched).not.toEqual(await searchedWith(kFold(5), asha({ cautious: true })));
  });

  it('is chosen again when a study goes on from JSON', async () => {
    const options = { resampling: holdout(), refit: false } as const;
    const whole = await tune(gradientRegression(), line, { ...options, trials: 20, seed: 5 });
    const half = await tune(gradientRegression(), line, { ...options, trials: 10, seed: 5 });
    const rest = await tune(gradientRegression(), line, {
      ...options,
      study: half.study.toJSON(),
      trials: 20,
    });
    const states = ({ study }: typeof whole): string[] => study.trials.map(({ state }) => state);
    expect(states(rest)).toEqual(states(whole));
    expect(states(whole)).toContain('pruned');
  });
});

describe('folds, compared by wilcoxon()', () => {
  /** The errors of three candidates on eight folds of one row each: what the learner below makes of them. */
  const errors = [
    [50, 1, 30, 2, 40, 3, 20, 5],
    // Much worse on the first fold, a little better on all others: the last that is reported included.
    [150, 0.5, 29.5, 1.5, 39.5, 2.5, 19.5, 4.5],
    // Steadily a little worse than the first.
    [51, 2, 31, 3, 41, 4, 21, 6],
  ] as const;
  const data = dataset({
    features: errors[0].map((_, fold) => errors.map((candidate) => candidate[fold] as number)),
    target: errors[0].map(() => 0),
  });
  const searched = space({ candidate: int(0, 2, { default: 0 }) });
  const learner: Learner<{ readonly candidate: Hyperparameter<number> }> = {
    specificationVersion: 1,
    name: 'candidates',
    task: 'regression',
    capabilities: [],
    space: searched,
    fit: ({ candidate }) => ({
      predict(rows: FeatureRows) {
        const { features, rowCount, columnCount } = packFeatures(rows, data.featureNames);
        return Float64Array.from(
          { length: rowCount },
          (_, row) => features[row * columnCount + candidate] as number,
        );
      },
      save: () => new Uint8Array(),
      dispose() {},
    }),
  };
  const options = {
    metric: 'meanAbsoluteError',
    resampling: kFold(8, { shuffle: false }),
    trials: 3,
    refit: false,
  } as const;

  // After three folds of the third candidate, p = 1/8; after four, 1/16, below 0.1. One large rank of the second's is never
  // enough. The running means would have the second worse at all steps, and end it after four folds.
  const expected = [
    ['complete', 7],
    ['complete', 7],
    ['pruned', 4],
  ];

  it('end a configuration that is steadily worse than the best, and none that was unlucky once', async () => {
    const { study } = await tune(learner, data, {
      ...options,
      optimizer: grid({ shuffle: false }),
      pruner: wilcoxon(),
    });
    expect(study.trials.map(({ params }) => params.candidate)).toEqual([0, 1, 2]);
    expect(study.trials.map(({ state, reports }) => [state, reports.steps.length])).toEqual(expected);
  });

  it('are reported beside the mean so far', async () => {
    const { study } = await tune(learner, data, { ...options, trials: 1 });
    const { values, metrics } = study.trials[0]?.reports ?? {};
    expect(metrics?.['fold']?.values).toEqual(errors[0].slice(0, 7));
    expect(values?.slice(0, 3)).toEqual([50, 25.5, 27]);
  });

  it('are found in a study of the user, too', async () => {
    const study = await createStudy({
      space: searched,
      optimizer: grid({ shuffle: false }),
      pruner: wilcoxon(),
    });
    await tune(learner, data, { ...options, study });
    expect(study.trials.map(({ state, reports }) => [state, reports.steps.length])).toEqual(expected);
  });
});
