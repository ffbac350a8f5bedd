import { boolean, float, int, space, type Learner } from '@tunable/core';

import { chooseOption } from './choose-option.ts';
import { fitForest } from './fit-forest.ts';
import type { RandomForestShape } from './params.ts';
import type { RandomForestClassifierModel } from './random-forest-model.ts';

/** Options of {@link randomForestClassifier}. */
export interface RandomForestClassifierOptions {
  /**
   * How the trees vote. `'hard'`: each gives its vote to one class, and probabilities are shares of votes (as in
   * `ml-random-forest`). `'soft'`: each divides its vote as the training rows in its leaf are divided (as in
   * scikit-learn), which serves metrics of probabilities such as log loss. Default `'hard'`.
   */
  voting?: 'hard' | 'soft';
}

/**
 * A random forest for classification, grown by `ml-random-forest`.
 *
 * The defaults of its recommended space are the library's own (50 trees of unlimited depth, columns drawn with
 * replacement, and so on), so that the untuned baseline of `tune` is what one gets from the library without tuning.
 * 32 stands for unlimited depth, which trees of so few rows do not reach.
 *
 * @throws {InvalidArgumentError} an unknown option or a wrong value.
 * @example await tune(randomForestClassifier(), penguins, { metric: 'accuracy', trials: 60 });
 */
export function randomForestClassifier(
  options: RandomForestClassifierOptions = {},
): Learner<RandomForestShape, RandomForestClassifierModel> {
  const voting = chooseOption('randomForestClassifier', options, 'voting', ['hard', 'soft']);
  return {
    specificationVersion: 1,
    name: 'random-forest-classifier',
    task: 'classification',
    capabilities: ['probability', 'outOfBag', 'steps'],
    space: space({
      trees: int(10, 100, { scale: 'log', default: 50 }),
      maxDepth: int(1, 32, { scale: 'log', default: 32 }),
      minSamplesSplit: int(2, 32, { scale: 'log', default: 4 }),
      features: float(0.2, 1, { default: 1 }),
      featureReplacement: boolean({ default: true }),
      rowReplacement: boolean({ default: true }),
      gainThreshold: float(1e-4, 0.3, { scale: 'log', default: 0.01 }),
    }),
    fit: (params, data, context) =>
      fitForest(
        { ...params, task: 'classification', aggregation: voting },
        data,
        context,
      ) as Promise<RandomForestClassifierModel>,
    describe: () => ({ module: import.meta.url, export: 'randomForestClassifier', arguments: [{ voting }] }),
  };
}
