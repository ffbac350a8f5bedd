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
export { spaceFromJSON } from './space/from-json.ts';
export type { NodeJSON, SpaceJSON } from './space/to-json.ts';
export type { Choice, Infer, List, Shape, SpaceNode, Where } from './space/node.ts';
export type { Condition, Leaf } from './space/leaf.ts';

export type { Direction } from './study/direction.ts';
export type { Duration } from './study/duration.ts';
export type { History, StepReports } from './study/history.ts';
export type { Objective, ObjectiveResult, Outcome, Trial } from './study/objective.ts';
export type { BestTrial, TrialView } from './study/trial-view.ts';
export type { Listener, StudyEvents } from './study/events.ts';
export type { EnqueueOptions, PartialParams, Study } from './study/study.ts';
export type { JsonNumber, StudyJSON, TrialJSON } from './study/study-json.ts';
export type { OptimizeOptions } from './study/optimize.ts';
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

export type { Optimizer, SuggestContext, Suggestion } from './optimizer/optimizer.ts';
export { random } from './optimizer/random/random.ts';

export type { JudgedTrial, Pruner, ReportedTrials } from './pruner/pruner.ts';
export { noPruning } from './pruner/none.ts';

export { memory } from './storage/memory.ts';
export type { Storage, StudyHeader, StudyStore } from './storage/storage.ts';
export type { Reports, TrialFailure, TrialRecord, TrialState } from './storage/trial-record.ts';

export { createRandom, type Random } from './math/random.ts';
