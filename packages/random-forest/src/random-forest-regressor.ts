import { boolean, float, int, space, type Learner } from '@tunable/core';

import { chooseOption } from './choose-option.ts';
import { fitForest } from './fit-forest.ts';
import type { RandomForestShape } from './params.ts';
import type { RandomForestRegressorModel } from './random-forest-model.ts';

/** Options of {@link randomForestRegressor}. */
export interface RandomForestRegressorOptions {
  /** How the trees' values become one: `'mean'`, or `'median'`, which outliers move less. Default `'mean'`. */
  aggregation?: 'mean' | 'median';
}

/**
 * A random forest for regression, grown by `ml-random-forest`.
 *
 * The defaults of its recommended space are the library's own, so that the untuned baseline of `tune` is what one gets
 * from the library without tuning, except that the library's `gainThreshold` has no useful meaning for regression: here
 * it is a share of the variance, by default one too small to stop a split that matters. 32 stands for unlimited depth.
 *
 * @throws {InvalidArgumentError} an unknown option or a wrong value.
 * @example await tune(randomForestRegressor(), houses, { metric: 'rootMeanSquaredError', trials: 60 });
 */
export function randomForestRegressor(
  options: RandomForestRegressorOptions = {},
): Learner<RandomForestShape, RandomForestRegressorModel> {
  const aggregation = chooseOption('randomForestRegressor', options, 'aggregation', ['mean', 'median']);
  return {
    specificationVersion: 1,
    name: 'random-forest-regressor',
    task: 'regression',
    capabilities: ['outOfBag', 'steps'],
    space: space({
      trees: int(10, 100, { scale: 'log', default: 50 }),
      maxDepth: int(1, 32, { scale: 'log', default: 32 }),
      minSamplesSplit: int(2, 32, { scale: 'log', default: 4 }),
      features: float(0.2, 1, { default: 1 }),
      featureReplacement: boolean({ default: false }),
      rowReplacement: boolean({ default: true }),
      gainThreshold: float(1e-6, 0.1, { scale: 'log', default: 1e-6 }),
    }),
    fit: (params, data, context) =>
      fitForest(
        { ...params, task: 'regression', aggregation },
        data,
        context,
      ) as Promise<RandomForestRegressorModel>,
    describe: () => ({
      module: import.meta.url,
      export: 'randomForestRegressor',
      arguments: [{ aggregation }],
    }),
  };
}
