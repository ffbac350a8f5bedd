export * from './errors.ts';
export type { JsonValue } from './json.ts';

export type {
  Hyperparameter,
  HyperparameterJSON,
  HyperparameterKind,
  Scale,
} from './hyperparameter/hyperparameter.ts';
export { float, type FloatOptions } from './hyperparameter/float.ts';
export { int, type IntOptions } from './hyperparameter/int.ts';
export { boolean, categorical, type CategoricalOptions } from './hyperparameter/categorical.ts';
export { constant } from './hyperparameter/constant.ts';

export { space, SearchSpace, type SpaceOptions } from './space/search-space.ts';
export { choice } from './space/choice.ts';
export { list, type ListOptions } from './space/list.ts';
export { when, type WhenValues } from './space/when.ts';
export { spaceFromJSON } from './space/from-json.ts';
export type { NodeJSON, SpaceJSON } from './space/to-json.ts';
export { translateRows, withoutConstraints } from './space/translate-rows.ts';
export { spaceHasGrown } from './storage/space-has-grown.ts';
export type {
  Choice,
  Infer,
  InferBranch,
  InferWhen,
  List,
  Shape,
  SpaceNode,
  When,
  Where,
} from './space/node.ts';
export type { Condition, Leaf } from './space/leaf.ts';

export type { Direction } from './study/direction.ts';
export type { Duration } from './study/duration.ts';
export { STATE_CODES } from './study/history.ts';
export type { History, StepReports } from './study/history.ts';
export type { Objective, ObjectiveResult, Outcome, Report, ReportOutcome, Trial } from './study/objective.ts';
export type { BestTrial, TrialView } from './study/trial-view.ts';
export type { Listener, StudyEvents } from './study/events.ts';
export type { EnqueueOptions, PartialParams, Study } from './study/study.ts';
export type { JsonNumber, ReportsJSON, ReportSeriesJSON, StudyJSON, TrialJSON } from './study/study-json.ts';
export type { OptimizeOptions } from './study/optimize.ts';
export type { WarmStartSource } from './study/warm-start.ts';
export type { OptimizeResult } from './study/run.ts';
export {
  costBudget,
  noImprovement,
  targetValue,
  type StopRule,
  type StudyProgress,
} from './study/stop-rules.ts';
export {
  createStudy,
  loadStudy,
  openStudy,
  type CreateStudyOptions,
  type LoadStudyOptions,
  type OpenStudyOptions,
  type StudyBehaviour,
} from './study/create-study.ts';

export { copyStudy, deleteStudy, listStudies, type CopyStudyOptions } from './study/studies.ts';

export type { EarlierStudy, Optimizer, SuggestContext, Suggestion } from './optimizer/optimizer.ts';
export {
  differentialEvolution,
  type DifferentialEvolutionOptions,
} from './optimizer/differential-evolution/differential-evolution.ts';
export type { GridPoints } from './optimizer/grid/axes.ts';
export {
  gaussianProcess,
  type GaussianProcessOptions,
} from './optimizer/gaussian-process/gaussian-process.ts';
export { grid, type GridOptions } from './optimizer/grid/grid.ts';
export { auto, type AutoOptions } from './optimizer/auto/auto.ts';
export { cmaEs, type CmaEsOptions } from './optimizer/cma-es/cma-es.ts';
export type { RestartStrategy } from './optimizer/cma-es/restarts.ts';
export type { GeneticOptions } from './optimizer/genetic/options.ts';
export { nsga2 } from './optimizer/nsga2/nsga2.ts';
export { nsga3, type Nsga3Options } from './optimizer/nsga3/nsga3.ts';
export { random } from './optimizer/random/random.ts';
export { sobol } from './optimizer/sobol/sobol.ts';
export { tpe, type TpeOptions } from './optimizer/tpe/tpe.ts';

export { asha, type AshaOptions } from './pruner/asha.ts';
export type { JudgedTrial, Pruner, ReportedTrials, Verdict } from './pruner/pruner.ts';
export { hyperband, type HyperbandOptions } from './pruner/hyperband.ts';
export type { IntervalOptions } from './pruner/interval.ts';
export { learningCurve, type LearningCurveOptions } from './pruner/learning-curve.ts';
export { median } from './pruner/median.ts';
export { noPruning } from './pruner/none.ts';
export { onMetric, type OnMetricOptions } from './pruner/on-metric.ts';
export { patient, type PatientOptions } from './pruner/patient.ts';
export { percentile, type PercentileOptions } from './pruner/percentile.ts';
export { successiveHalving, type SuccessiveHalvingOptions } from './pruner/successive-halving.ts';
export { threshold, type ThresholdOptions } from './pruner/threshold.ts';
export { wilcoxon, type WilcoxonOptions } from './pruner/wilcoxon.ts';

export { admits, type KeptTrial } from './storage/admits.ts';
export { memory } from './storage/memory.ts';
export type { Heartbeat, Storage, StudyHeader, StudyRequest, StudyStore } from './storage/storage.ts';
export type { Reports, ReportSeries, TrialFailure, TrialRecord, TrialState } from './storage/trial-record.ts';

export { createRandom, type Random, type Shuffleable } from './math/random.ts';

export { dataset, datasetFromPlain, type DatasetOptions } from './learner/create-dataset.ts';
export type {
  Dataset,
  FeatureRecord,
  FeatureRows,
  Features,
  Label,
  PlainDataset,
  Task,
} from './learner/dataset.ts';
export type {
  FitContext,
  Learner,
  LearnerCapability,
  LearnerDescription,
  LearnerModel,
  LearnerParams,
  LearnerShape,
  Model,
  OutOfBag,
  Predictor,
} from './learner/learner.ts';
export { fitContext } from './learner/fit-context.ts';
export { packFeatures } from './learner/pack-features.ts';
export { tune, type FitsLearner, type TuneOptions } from './learner/tune.ts';
export type { TunedTrial, TuneResult } from './learner/tune-result.ts';
export type { TuneStudyOptions } from './learner/tune-study.ts';

export {
  crossValidate,
  type CrossValidateOptions,
  type CrossValidation,
  type EvaluationOptions,
} from './evaluation/cross-validate.ts';
export type { FoldResult } from './evaluation/evaluate-folds.ts';
export { evaluateModel, type Scores } from './evaluation/evaluate-model.ts';
export type { MetricSummary, ResultRow, ResultsTable, TimeSummary } from './evaluation/results-table.ts';

export { groupKFold } from './evaluation/resampling/group-k-fold.ts';
export { holdout, type HoldoutOptions } from './evaluation/resampling/holdout.ts';
export { kFold } from './evaluation/resampling/k-fold.ts';
export { leaveOneGroupOut, leaveOneOut } from './evaluation/resampling/leave-one-out.ts';
export { outOfBag } from './evaluation/resampling/out-of-bag.ts';
export { predefined } from './evaluation/resampling/predefined.ts';
export { repeated } from './evaluation/resampling/repeated.ts';
export type { Resampling, ShuffleOptions, Split, SplitData } from './evaluation/resampling/resampling.ts';
export {
  shuffleSplit,
  stratifiedShuffleSplit,
  type ShuffleSplitOptions,
} from './evaluation/resampling/shuffle-split.ts';
export type { SizeOptions } from './evaluation/resampling/sizes.ts';
export { stratifiedGroupKFold } from './evaluation/resampling/stratified-group-k-fold.ts';
export { stratifiedKFold } from './evaluation/resampling/stratified-k-fold.ts';
export { timeSeriesSplit, type TimeSeriesSplitOptions } from './evaluation/resampling/time-series-split.ts';

export { accuracy, balancedAccuracy } from './evaluation/metrics/accuracy.ts';
export { metricNames, type MetricLike, type MetricName } from './evaluation/metrics/by-name.ts';
export { customMetric, type CustomMetricOptions } from './evaluation/metrics/custom-metric.ts';
export { logLoss } from './evaluation/metrics/log-loss.ts';
export { matthews } from './evaluation/metrics/matthews.ts';
export type { Metric, MetricOptions, ScoreInput } from './evaluation/metrics/metric.ts';
export {
  f1,
  precision,
  recall,
  type Average,
  type PrecisionOptions,
} from './evaluation/metrics/precision-recall.ts';
export {
  meanAbsoluteError,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  rootMeanSquaredError,
} from './evaluation/metrics/regression.ts';
export { rocAuc, type RocAucOptions } from './evaluation/metrics/roc-auc.ts';

export { hypervolume, hypervolumeContributions } from './analysis/hypervolume.ts';
export { dominates, nonDominatedRanks, paretoFront } from './analysis/pareto.ts';
