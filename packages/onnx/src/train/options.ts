import { InvalidArgumentError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkNumber, checkOneOf, checkOptions, checkRuntime, show } from '../check.ts';
import { checkSessionOptions } from '../check-session-options.ts';
import { checkProviderNames } from '../providers/check-provider.ts';
import { knownProviders } from '../providers/known-providers.ts';
import { checkInstalled, DEFAULT_RUNTIME, type RuntimeLike } from './load-runtime.ts';

/** Options of `onnxClassifier` and `onnxRegressor`. */
export interface OnnxLearnerOptions {
  /**
   * ONNX Runtime: the module `onnxruntime-node` or `onnxruntime-web`, or its name, by which it is imported when first
   * needed. Default `'onnxruntime-node'`.
   */
  runtime?: RuntimeLike;
  /**
   * Which execution providers to try, in order: training and predicting happen on the first that can, which
   * `model.provider` tells. Default: the runtime's own, `['cpu']` or `['wasm']`.
   */
  providers?: readonly string[];
  /**
   * How many threads one operator may use. Default 1, since trials are what is worth running side by side; more pay for
   * one large network at a time.
   */
  threads?: number;
  /** How often the training rows are gone through, at most. Default 20. */
  epochs?: number;
  /**
   * Ends the training when the validation loss has not fallen for so many epochs (`patience`), by more than `minDelta`
   * (default 0). A number is the patience. Default false: all epochs are trained.
   */
  earlyStopping?: EarlyStopping | number | false;
  /** Whether the model gets the weights of the epoch with the smallest validation loss, not of the last. Default true. */
  keepBest?: boolean;
  /**
   * When a fit has no validation rows (the final one on all rows), this share of its rows is drawn, class by class (group by group
   * in a dataset with groups), one row at least, and left out of training, to stop early and to find the best epoch by. 0 trains on all rows for all epochs. Default 0.1.
   */
  validationSplit?: number;
  /**
   * Whether each column is brought to a mean of 0 and a standard deviation of 1, as measured on the training rows. The
   * saved graph does the same, so that it takes rows as they are. Default true.
   */
  standardize?: boolean;
  /** What a trial whose loss becomes NaN or infinite does: `'fail'` (the default), or end as pruned. */
  onDivergence?: 'fail' | 'prune';
  /** Further options of the sessions, other than `executionProviders` and `intraOpNumThreads`. */
  sessionOptions?: InferenceSession.SessionOptions;
}

/** When to stop early. */
export interface EarlyStopping {
  /** For how many epochs the validation loss may fail to fall. A whole number from 1. */
  patience: number;
  /** Falls by no more than this do not count. Default 0. */
  minDelta?: number;
}

/** Checked options, with nothing left to default but the providers, which depend on the runtime. */
export interface TrainingSettings {
  readonly runtime: RuntimeLike;
  readonly providers: readonly string[] | undefined;
  readonly epochs: number;
  /** Undefined when all epochs are to be trained. */
  readonly earlyStopping: Required<EarlyStopping> | undefined;
  readonly keepBest: boolean;
  readonly validationSplit: number;
  readonly standardize: boolean;
  readonly onDivergence: 'fail' | 'prune';
  readonly sessionOptions: InferenceSession.SessionOptions;
}

const NAMES = [
  'runtime',
  'providers',
  'threads',
  'epochs',
  'earlyStopping',
  'keepBest',
  'validationSplit',
  'standardize',
  'onDivergence',
  'sessionOptions',
];

/**
 * Checks the options of a learner.
 *
 * @param owner the factory, for messages.
 * @throws {InvalidArgumentError} an unknown option or a wrong value.
 */
export function checkLearnerOptions(owner: string, options: OnnxLearnerOptions): TrainingSettings {
  checkOptions(owner, options, NAMES);
  const { runtime = DEFAULT_RUNTIME, providers, validationSplit = 0.1 } = options;
  const { sessionOptions = {}, threads = 1, epochs = 20 } = options;
  checkRuntimeLike(owner, runtime, providers);
  checkSessionOptions(owner, sessionOptions, ['executionProviders', 'intraOpNumThreads']);
  checkNumber(owner, 'validationSplit', validationSplit, { min: 0, max: 0.9 });
  return {
    runtime,
    providers,
    epochs: checkNumber(owner, 'epochs', epochs, { min: 1, integer: true }),
    earlyStopping: checkEarlyStopping(owner, options.earlyStopping ?? false),
    keepBest: checkBoolean(owner, 'keepBest', options.keepBest ?? true),
    validationSplit,
    standardize: checkBoolean(owner, 'standardize', options.standardize ?? true),
    onDivergence: checkOneOf(owner, 'onDivergence', options.onDivergence ?? 'fail', ['fail', 'prune']),
    sessionOptions: {
      ...sessionOptions,
      intraOpNumThreads: checkNumber(owner, 'threads', threads, { min: 1, integer: true }),
    },
  };
}

/**
 * Rejects what is no runtime, or is not installed, and providers that it never has.
 *
 * @throws {UnsupportedError} a runtime given by its name that is not installed.
 */
export function checkRuntimeLike(owner: string, runtime: unknown, providers: unknown): void {
  if (runtime !== 'onnxruntime-node' && runtime !== 'onnxruntime-web') {
    const module = checkRuntime(owner, runtime);
    if (providers !== undefined) checkProviderNames(owner, module, providers);
    return;
  }
  checkInstalled(owner, runtime);
  if (providers === undefined) return;
  if (!(Array.isArray(providers) && providers.length > 0)) {
    throw new InvalidArgumentError(
      `${owner}: providers must be a list of names such as ['cpu'], not ${show(providers)}`,
    );
  }
  const known = knownProviders(runtime === 'onnxruntime-node' ? 'node' : 'web');
  const unknown: unknown = providers.find((name) => !known.includes(name as string));
  if (unknown === undefined) return;
  throw new InvalidArgumentError(
    `${owner}: unknown execution provider ${show(unknown)}; known for ${runtime} are ${known.join(', ')}`,
  );
}

function checkEarlyStopping(
  owner: string,
  value: EarlyStopping | number | false,
): Required<EarlyStopping> | undefined {
  if (value === false) return undefined;
  const { patience, minDelta = 0 } = typeof value === 'number' ? { patience: value } : value;
  if (typeof value === 'object') checkOptions(`${owner}: earlyStopping`, value, ['patience', 'minDelta']);
  return {
    patience: checkNumber(owner, 'earlyStopping.patience', patience, { min: 1, integer: true }),
    minDelta: checkNumber(owner, 'earlyStopping.minDelta', minDelta, { min: 0 }),
  };
}

function checkBoolean(owner: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidArgumentError(`${owner}: ${name} must be true or false, not ${show(value)}`);
}
