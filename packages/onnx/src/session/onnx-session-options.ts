import {
  InvalidArgumentError,
  UnsupportedError,
  type Hyperparameter,
  type Infer,
  type SearchSpace,
  type Shape,
} from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkNumber, checkOneOf, checkOptions, checkRuntime, show } from '../check.ts';
import { checkSessionOptions } from '../check-session-options.ts';
import type { Signature } from '../model-signature.ts';
import { checkProviderNames } from '../providers/check-provider.ts';
import type { Feeds, OnnxModel, OnnxRuntime, Outputs } from '../runtime.ts';
import { canMeasureMemory } from './process-memory.ts';
import { SESSION_PARAM_NAMES, type SessionParams } from './session-params.ts';

/** The shape for users without parameters of their own: a setting of the session, which adds nothing. */
export type SettingsOnly = {
  /** As in `SessionParams`. */
  readonly batchSize: Hyperparameter<number>;
};

/** A configuration: the settings of the session, and the parameters of the user's own space. */
export type TunedParams<S extends Shape> = Omit<SessionParams, keyof S> & Infer<SearchSpace<S>>;

/**
 * What can be optimized. `p50`, `p95`, `p99` and `mean`: milliseconds per run; `throughput`: samples per second, run one batch
 * after another; `memory`: megabytes by which a new process grows when it creates the session and runs it; `quality`: what `evaluate`
 * returns.
 */
export type SessionGoal = 'p50' | 'p95' | 'p99' | 'mean' | 'throughput' | 'memory' | 'quality';

/** For which the inputs are wanted. */
export interface InputsRequest {
  /** How many samples a run shall have. */
  readonly batchSize: number;
  /** Which file of the model. */
  readonly variant: string;
  /** Its inputs and outputs, with their types and shapes. */
  readonly signature: Signature;
}

/** Inputs: of one sample each, which are joined along the first axis for larger batches; or a function that makes batches. */
export type Inputs = readonly Feeds[] | ((request: InputsRequest) => readonly Feeds[]);

/** What `evaluate` has to judge with. */
export interface EvaluationContext {
  /** Runs the model as configured. Inputs are checked. */
  readonly run: (feeds: Feeds) => Promise<Outputs>;
  /** The outputs for each entry of the option `data`, computed once for all configurations whose model computes alike. */
  readonly outputs: readonly Outputs[];
  /** Aborts when the trial should end early. */
  readonly signal: AbortSignal;
}

/** The quality of a configuration, and other numbers to keep with it. */
export interface Quality {
  /** The quality: accuracy, say. */
  readonly value: number;
  /** Other numbers, by name. */
  readonly metrics?: { readonly [name: string]: number };
}

/** Options of {@link onnxSession}. */
export interface OnnxSessionOptions<S extends Shape = SettingsOnly> {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  runtime: OnnxRuntime;
  /** The model; or several files of it by name (fp32, fp16, int8), of which the first is the one in use today. */
  model: OnnxModel | { readonly [variant: string]: OnnxModel };
  /** What to run for timing: representative requests, in turn. Default: the first 16 entries of `data`. */
  inputs?: Inputs;
  /** Inputs whose outputs `evaluate` judges: labelled data. */
  data?: Inputs;
  /**
   * How good a configuration is, judged on labelled data. Called once for all configurations that differ only in what makes no
   * difference to the results (threads, arena, execution mode, ...).
   */
  evaluate?: (
    params: TunedParams<S>,
    context: EvaluationContext,
  ) => number | Quality | Promise<number | Quality>;
  /** Whether more quality is better. Default `'maximize'`. */
  qualityDirection?: 'maximize' | 'minimize';
  /** How much quality a configuration may lose against the defaults, in the unit of quality: 0.005 is half a percent of accuracy. */
  maxLoss?: number;
  /** The least quality allowed (the most, for `qualityDirection: 'minimize'`). */
  qualityLimit?: number;
  /**
   * Without `evaluate`: how far outputs may be from those of the defaults, relative to the largest of them. Default 0.01. Guards
   * against execution providers that compute wrongly.
   */
  tolerance?: number;
  /** What to optimize; several make a Pareto front. Default `['p50']`. */
  goals?: readonly SessionGoal[];
  /**
   * Parameters added to the recommended ones (thresholds, top-k, ...) or, under the same name, instead of them:
   * `batchSize: categorical([1, 8, 32], { default: 1 })`. Each needs a default: the defaults are what is compared with.
   */
  space?: SearchSpace<S>;
  /** Which of the recommended settings to search; the others keep their default. Default: all that have alternatives. */
  search?: readonly (keyof SessionParams)[];
  /** Which execution providers to consider. Default: all that the runtime lists or that are known for it; those that cannot be used are left out. */
  providers?: readonly string[];
  /** Options for every session (`freeDimensionOverrides`, `logSeverityLevel`, `extra`, ...), as far as they are not tuned. */
  sessionOptions?: InferenceSession.SessionOptions;
  /** Runs before timing; every input is run at least once. Default 5. */
  warmup?: number;
  /**
   * Whether memory is measured even if it is no goal: for each configuration, in a process of its own, which takes about half a second.
   * Needs Node. Default false.
   */
  measureMemory?: boolean;
  /** Milliseconds of timing per configuration, half of them spent on the defaults. Default 1000. */
  measureMs?: number;
}

/** Names of {@link OnnxSessionOptions}. */
export const ONNX_SESSION_OPTION_NAMES: readonly (keyof OnnxSessionOptions)[] = [
  'runtime',
  'model',
  'inputs',
  'data',
  'evaluate',
  'qualityDirection',
  'maxLoss',
  'qualityLimit',
  'tolerance',
  'goals',
  'space',
  'search',
  'providers',
  'sessionOptions',
  'warmup',
  'measureMemory',
  'measureMs',
];

/** The options with their defaults. */
export interface CheckedOptions {
  readonly runtime: OnnxRuntime;
  readonly models: { readonly [variant: string]: OnnxModel };
  readonly inputs: Inputs;
  readonly data: Inputs;
  readonly evaluate: OnnxSessionOptions['evaluate'];
  /** 1 if more quality is better, else -1. */
  readonly qualitySign: 1 | -1;
  readonly maxLoss: number | undefined;
  readonly qualityLimit: number | undefined;
  readonly tolerance: number;
  readonly goals: readonly SessionGoal[];
  readonly space: SearchSpace | undefined;
  readonly search: readonly string[] | undefined;
  readonly providers: readonly string[] | undefined;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly warmup: number;
  readonly measureMemory: boolean;
  readonly measureMs: number;
}

const GOALS: readonly SessionGoal[] = ['p50', 'p95', 'p99', 'mean', 'throughput', 'memory', 'quality'];

/** How many entries of `data` are timed when there are no `inputs`. */
const TIMED = 16;

/**
 * Checks everything that can be checked without the model.
 *
 * @throws {InvalidArgumentError} what was given and what is expected.
 */
export function checkOnnxSessionOptions(owner: string, options: OnnxSessionOptions): CheckedOptions {
  checkOptions(owner, options, ONNX_SESSION_OPTION_NAMES);
  const {
    evaluate,
    data,
    qualityDirection = 'maximize',
    maxLoss,
    qualityLimit,
    tolerance = 0.01,
    space,
  } = options;
  const { goals = ['p50'], search, providers, sessionOptions = {}, warmup = 5, measureMs = 1000 } = options;
  const { measureMemory = goals.includes('memory') } = options;
  const runtime = checkRuntime(owner, options.runtime);
  const models = checkModels(owner, options.model);
  const inputs = options.inputs ?? (Array.isArray(data) ? (data.slice(0, TIMED) as readonly Feeds[]) : data);
  checkInputs(owner, 'inputs', inputs);
  if (data !== undefined) checkInputs(owner, 'data', data);
  checkOneOf(owner, 'qualityDirection', qualityDirection, ['maximize', 'minimize']);
  if (evaluate !== undefined && typeof evaluate !== 'function') {
    throw new InvalidArgumentError(
      `${owner}: evaluate must be a function (params, context) => number, not ${show(evaluate)}`,
    );
  }
  if (maxLoss !== undefined) checkNumber(owner, 'maxLoss', maxLoss, { min: 0 });
  if (qualityLimit !== undefined) checkNumber(owner, 'qualityLimit', qualityLimit);
  checkGoals(owner, goals);
  checkOneOf(owner, 'measureMemory', measureMemory, [true, false]);
  if (measureMemory && !canMeasureMemory(runtime)) {
    throw new UnsupportedError(
      `${owner}: memory cannot be measured here; it needs Node and onnxruntime-node`,
    );
  }
  if (evaluate === undefined) {
    const needing = { maxLoss, qualityLimit, quality: goals.includes('quality') || undefined };
    const needy = Object.entries(needing).find(([, value]) => value !== undefined)?.[0];
    if (needy !== undefined) {
      throw new InvalidArgumentError(
        `${owner}: ${needy} needs evaluate, which tells the quality of a configuration`,
      );
    }
    if (Object.keys(models).length > 1) {
      throw new InvalidArgumentError(
        `${owner}: several variants of the model need evaluate: without it nothing says which are good enough`,
      );
    }
  }
  if (space !== undefined && (space as Partial<SearchSpace>).kind !== 'space') {
    throw new InvalidArgumentError(`${owner}: space must be made by space({ ... }), not ${show(space)}`);
  }
  for (const name of search ?? []) checkOneOf(owner, 'search', name, SESSION_PARAM_NAMES);
  if (providers !== undefined) checkProviderNames(owner, runtime, providers);
  checkEverySession(owner, sessionOptions);
  return {
    runtime,
    models,
    inputs: inputs as Inputs,
    data: data ?? [],
    evaluate,
    qualitySign: qualityDirection === 'maximize' ? 1 : -1,
    maxLoss,
    qualityLimit,
    tolerance: checkNumber(owner, 'tolerance', tolerance, { min: 0 }),
    goals,
    space,
    search,
    providers,
    sessionOptions,
    measureMemory: measureMemory || goals.includes('memory'),
    warmup: checkNumber(owner, 'warmup', warmup, { min: 1, integer: true }),
    measureMs: checkNumber(owner, 'measureMs', measureMs, { min: 1 }),
  };
}

/** Options of a session that follow from the parameters, and which parameter it is. */
const TUNED: { readonly [option: string]: keyof SessionParams } = {
  executionProviders: 'provider',
  graphOptimizationLevel: 'graphOptimizationLevel',
  executionMode: 'execution',
  interOpNumThreads: 'execution',
  intraOpNumThreads: 'intraOpNumThreads',
  enableCpuMemArena: 'enableCpuMemArena',
  enableMemPattern: 'enableMemPattern',
};

function checkEverySession(owner: string, sessionOptions: InferenceSession.SessionOptions): void {
  checkSessionOptions(owner, sessionOptions);
  const tuned = Object.keys(sessionOptions).find((name) => Object.hasOwn(TUNED, name));
  if (tuned === undefined) return;
  throw new InvalidArgumentError(
    `${owner}: sessionOptions.${tuned} follows from the parameter ${TUNED[tuned]}; to keep one value, put it into your space: space({ ${TUNED[tuned]}: constant(...) })`,
  );
}

function checkModels(owner: string, model: unknown): { readonly [variant: string]: OnnxModel } {
  const isModel = (value: unknown): value is OnnxModel =>
    typeof value === 'string' || value instanceof Uint8Array;
  if (isModel(model)) return { model };
  const variants = typeof model === 'object' && model !== null ? Object.entries(model) : [];
  const wrong = variants.find(([, value]) => !isModel(value));
  if (variants.length > 0 && wrong === undefined) return model as { readonly [variant: string]: OnnxModel };
  throw new InvalidArgumentError(
    `${owner}: model must be the path of an .onnx file, its bytes (Uint8Array), or several of them by name ({ fp32: 'a.onnx', int8: 'b.onnx' }), not ${show(wrong === undefined ? model : wrong[1])}`,
  );
}

function checkInputs(owner: string, name: string, inputs: unknown): void {
  if (typeof inputs === 'function' || (Array.isArray(inputs) && inputs.length > 0)) return;
  throw new InvalidArgumentError(
    `${owner}: ${name} must be a list of inputs by name ([{ x: new ort.Tensor(...) }]), or a function that makes one, not ${show(inputs)}`,
  );
}

function checkGoals(owner: string, goals: unknown): void {
  const list: readonly unknown[] = Array.isArray(goals) ? goals : [];
  if (list.length === 0 || new Set(list).size < list.length) {
    throw new InvalidArgumentError(
      `${owner}: goals must be a list of different goals such as ['p50', 'quality'], not ${show(goals)}`,
    );
  }
  for (const goal of list) checkOneOf(owner, 'goals', goal, GOALS);
}
