import { packFeatures, type FeatureRows, type Label, type Model, type OutOfBag } from '@tunable/core';

import { answerRow, answerWidth, decideAnswers, type Forest } from './forest.ts';
import { encodeForest } from './encode-forest.ts';

/** A trained forest, for classification or regression: `classes` tells which, as regression has none. */
export interface RandomForestModel extends Model {
  /** How many trees there are. */
  readonly treeCount: number;
  /** The columns, in order, that rows to predict must have. */
  readonly featureNames: readonly string[];
  /** Labels of the dataset's type, or numbers for regression. */
  predict(rows: FeatureRows): readonly Label[] | Float64Array;
  /** The share of trees (with soft voting: the mean of their leaves' shares) for each class; absent for regression. */
  predictProbability?(rows: FeatureRows): Float64Array;
  /** Present if the fit was asked for it; not kept by `save`. */
  outOfBag?(): OutOfBag;
  /** UTF-8 JSON that `loadRandomForest` reads; the loaded model predicts exactly the same. */
  save(): Uint8Array<ArrayBuffer>;
  /** Nothing to free. */
  dispose(): void;
}

/** A trained forest for classification. */
export interface RandomForestClassifierModel extends RandomForestModel {
  readonly classes: readonly Label[];
  predict(rows: FeatureRows): readonly Label[];
  predictProbability(rows: FeatureRows): Float64Array;
}

/** A trained forest for regression. */
export interface RandomForestRegressorModel extends RandomForestModel {
  predict(rows: FeatureRows): Float64Array;
}

/** The model of a forest. */
export function createModel(forest: Forest, outOfBag?: OutOfBag): RandomForestModel {
  function answer(rows: FeatureRows): Float64Array {
    const { features, rowCount, columnCount } = packFeatures(rows, forest.featureNames);
    const width = answerWidth(forest);
    const answers = new Float64Array(rowCount * width);
    for (let row = 0; row < rowCount; row++) {
      answerRow(forest, forest.trees, features, row * columnCount, answers, row * width);
    }
    return answers;
  }

  return {
    treeCount: forest.trees.length,
    featureNames: forest.featureNames,
    predict: (rows) => decideAnswers(forest, answer(rows)),
    save: () => encodeForest(forest),
    dispose() {},
    ...(forest.task === 'classification' && { classes: forest.classes, predictProbability: answer }),
    ...(outOfBag !== undefined && { outOfBag: () => outOfBag }),
  };
}
