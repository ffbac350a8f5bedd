export type { Feeds, ListedBackend, OnnxModel, OnnxRuntime, Outputs } from './runtime.ts';
export type { Signature } from './model-signature.ts';
export {
  openSession,
  type OpenedSession,
  type OpenSessionOptions,
  type ProviderFailure,
} from './open-session.ts';
export {
  providers,
  type ProvidersOptions,
  type ProviderStatus,
  type ProviderTable,
} from './providers/providers.ts';
export { onnxFeatures, type OnnxFeatures, type OnnxFeaturesOptions } from './features/onnx-features.ts';
export type { CompareOptions, SpeedGoal } from './session/compare-settings.ts';
export type { Machine } from './session/machine.ts';
export { onnxSession, type OnnxSession, type SessionStudyOptions } from './session/onnx-session.ts';
export type {
  EvaluationContext,
  Inputs,
  InputsRequest,
  OnnxSessionOptions,
  Quality,
  SessionGoal,
  SettingsOnly,
  TunedParams,
} from './session/onnx-session-options.ts';
export type {
  ExecutionParams,
  GraphOptimizationLevel,
  ProviderParams,
  SessionParams,
} from './session/session-params.ts';
export type { SessionPoint } from './session/session-point.ts';
export type { Comparison } from './session/statistics.ts';
export { tuneSession, type TuneSessionOptions, type TuneSessionResult } from './session/tune-session.ts';

export { onnxClassifier } from './train/onnx-classifier.ts';
export { onnxRegressor } from './train/onnx-regressor.ts';
export { loadOnnxModel, type LoadOnnxModelOptions } from './train/load-onnx-model.ts';
export type { ActivationName } from './train/activation.ts';
export type { RuntimeLike } from './train/load-runtime.ts';
export type {
  OnnxClassifierModel,
  OnnxNetworkModel,
  OnnxRegressorModel,
  TrainingRecord,
} from './train/network-model.ts';
export type { MomentumOptimizerParams, OptimizerParams, PlainOptimizerParams } from './train/optimizer.ts';
export type { EarlyStopping, OnnxLearnerOptions } from './train/options.ts';
export type { NetworkParams, NetworkShape, OptimizerShape, Shaped } from './train/params.ts';
export type { ScheduleName } from './train/schedule.ts';
export { readModel, type OnnxModelInfo, type OnnxValueInfo } from './graph/read-model.ts';
