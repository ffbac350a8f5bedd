export { loadRandomForest } from './load-random-forest.ts';
export type { RandomForestParams, RandomForestShape } from './params.ts';
export { randomForestClassifier, type RandomForestClassifierOptions } from './random-forest-classifier.ts';
export type {
  RandomForestClassifierModel,
  RandomForestModel,
  RandomForestRegressorModel,
} from './random-forest-model.ts';
export { randomForestRegressor, type RandomForestRegressorOptions } from './random-forest-regressor.ts';
