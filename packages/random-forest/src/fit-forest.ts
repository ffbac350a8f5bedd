import { createRandom, InvalidDatasetError, type Dataset, type FitContext } from '@tunable/core';

import { drawSample } from './draw-sample.ts';
import type { Forest } from './forest.ts';
import { growTree } from './grow-tree.ts';
import { predictOutOfBag } from './out-of-bag.ts';
import { checkParams, type ForestSettings } from './params.ts';
import { createModel, type RandomForestModel } from './random-forest-model.ts';
import type { Tree } from './tree.ts';

/** After how many trees the half-grown forest is reported; the same for all, so that trials can be compared. */
const REPORT_EVERY = 10;

/** How long trees are grown before messages (an abort, say) get a chance to arrive. */
const TURN_MS = 50;

/**
 * Grows a forest, tree by tree. Tree i depends on the seed and i alone, so that a forest of 20 trees is the beginning of
 * the forest of 50 with the same seed.
 *
 * @throws {InvalidParameterError} parameters that no forest can be grown by.
 * @throws {InvalidDatasetError} no rows or columns, the wrong kind of target, NaN or infinities.
 * @throws `context.signal.reason` when aborted, at the latest one tree after the abort; what `context.report` throws.
 */
export async function fitForest(
  settings: ForestSettings,
  data: Dataset,
  context: FitContext,
): Promise<RandomForestModel> {
  checkParams(settings);
  checkData(settings, data);
  const { task, aggregation } = settings;
  const { classes, featureNames } = data;
  const trees: Tree[] = [];
  const timesDrawn: Uint8ClampedArray[] = [];
  const grown = (): Forest => ({ task, aggregation, classes, featureNames, trees: trees.slice() });
  let turnEnds = performance.now() + TURN_MS;
  while (trees.length < settings.trees) {
    if (performance.now() > turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    }
    context.signal.throwIfAborted();
    const random = createRandom(context.seed, trees.length);
    const sample = drawSample(data.rowCount, data.columnCount, settings, random);
    trees.push(growTree(data, sample, settings, random));
    if (context.outOfBag) timesDrawn.push(sample.timesDrawn);
    if (trees.length % REPORT_EVERY === 0 && trees.length < settings.trees) {
      await context.report(trees.length, createModel(grown()));
    }
  }
  const forest = grown();
  return createModel(forest, context.outOfBag ? predictOutOfBag(forest, data, timesDrawn) : undefined);
}

/** A dataset made by `dataset()` is checked already, but not every dataset is; the library learns NaN in silence. */
function checkData({ task }: ForestSettings, data: Dataset): void {
  if (data.task !== task) {
    throw new InvalidDatasetError(
      `a random forest for ${task} was given a dataset for ${data.task}; use ${data.task === 'regression' ? 'randomForestRegressor' : 'randomForestClassifier'}, or set the dataset's task`,
    );
  }
  if (data.rowCount === 0 || data.columnCount === 0) {
    throw new InvalidDatasetError(
      `a random forest cannot learn from ${data.rowCount} rows of ${data.columnCount} columns`,
    );
  }
  const wrong = data.features.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const name = data.featureNames[wrong % data.columnCount];
    throw new InvalidDatasetError(
      `column '${name}' of row ${Math.floor(wrong / data.columnCount)} is ${data.features[wrong]}; leave such rows out or fill the gaps`,
    );
  }
  const wrongTarget = data.target.findIndex((value) => !Number.isFinite(value));
  if (wrongTarget >= 0) {
    throw new InvalidDatasetError(
      `the target of row ${wrongTarget} is ${data.target[wrongTarget]}; leave such rows out`,
    );
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
