export { useBackend, type Backend } from './backend.ts';
export {
  convClassifier,
  type ConvClassifierOptions,
  type ConvParams,
  type ConvShape,
} from './conv-classifier.ts';
export { denseClassifier } from './dense-classifier.ts';
export type { DenseParams, DenseShape } from './dense-params.ts';
export { denseRegressor, type DenseRegressorOptions } from './dense-regressor.ts';
export { loadTfjsModel, type LoadTfjsModelOptions } from './load-tfjs-model.ts';
export type { OptimizerSetting } from './optimizers.ts';
export type {
  AugmentContext,
  BuildContext,
  EarlyStopping,
  LearnerSource,
  LossFunction,
  TfjsLearnerOptions,
  TrainingOptions,
} from './options.ts';
export type { Schedule, ScheduleName, TrainingPosition } from './schedule.ts';
export { tfjsClassifier, type TfjsClassifierOptions } from './tfjs-classifier.ts';
export type { TfjsClassifierModel, TfjsModel, TfjsRegressorModel } from './tfjs-model.ts';
export { tfjsRegressor, type TfjsRegressorOptions } from './tfjs-regressor.ts';
export type { EpochRecord } from './train.ts';
export {
  tfjsObjective,
  type Freed,
  type TfjsObjectiveOptions,
  type TrainingLoop,
  type TrainingRun,
} from './tfjs-objective.ts';
