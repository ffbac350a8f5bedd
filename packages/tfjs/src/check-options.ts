import { InvalidArgumentError } from '@tunable/core';

import { checkBackend } from './backend.ts';
import { checkOptimizer, optimizerNames, type OptimizerSetting } from './optimizers.ts';
import type { EarlyStopping, LearnerSource, TrainingOptions } from './options.ts';
import { scheduleNames, toSchedule } from './schedule.ts';

/** Names of {@link TrainingOptions}. */
export const trainingOptionNames: readonly (keyof TrainingOptions)[] = [
  'epochs',
  'batchSize',
  'optimizer',
  'learningRate',
  'schedule',
  'earlyStopping',
  'keepBest',
  'validationSplit',
  'classWeights',
  'standardize',
  'onDivergence',
  'backend',
];

/**
 * Rejects options that are no object, and names that do not exist.
 *
 * @param owner the factory as the user wrote it, for the message.
 */
export function checkNames(owner: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(`${owner}: options must be an object, not ${show(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InvalidArgumentError(
    `${owner}: unknown option '${unknown}'; the options are ${names.join(', ')}`,
  );
}

/** Rejects training options out of range. `schedule` may be a function. */
export function checkTraining(
  owner: string,
  options: { readonly [K in keyof TrainingOptions]: unknown },
): void {
  const rules: { readonly [K in keyof Required<TrainingOptions>]: [(value: never) => boolean, string] } = {
    epochs: [isWhole, 'a whole number of at least 1'],
    batchSize: [isWhole, 'a whole number of at least 1'],
    optimizer: [
      (value: { type?: unknown } | string | null) =>
        optimizerNames.includes((typeof value === 'object' ? value?.type : value) as string),
      `one of ${optimizerNames.join(', ')}, or { type: one of them } with arguments`,
    ],
    learningRate: [(value: unknown) => isNumber(value, 0) && value > 0, 'a number above 0'],
    schedule: [(value) => toSchedule(value) !== undefined, `${scheduleNames.join(', ')} or a function`],
    earlyStopping: [isStopping, 'a patience in epochs, { patience, minDelta } or false'],
    keepBest: [isBoolean, 'true or false'],
    validationSplit: [(value: unknown) => isNumber(value, 0) && value < 1, 'a share from 0 to below 1'],
    classWeights: [
      (value: object | string | null) =>
        value === 'balanced' ||
        (typeof value === 'object' && value !== null && Object.values(value).every((w) => isNumber(w, 0))),
      "'balanced', or a weight of at least 0 by label",
    ],
    standardize: [isBoolean, 'true or false'],
    onDivergence: [(value) => value === 'fail' || value === 'prune', "'fail' or 'prune'"],
    backend: [() => true, ''],
  };
  for (const name of trainingOptionNames) {
    const value = options[name];
    const [isValid, expected] = rules[name];
    if (value !== undefined && !isValid(value as never)) {
      throw new InvalidArgumentError(`${owner}: ${name} must be ${expected}, not ${show(value)}`);
    }
  }
  checkBackend(owner, options.backend);
  if (options.optimizer === undefined) return;
  try {
    checkOptimizer(options.optimizer as OptimizerSetting);
  } catch (error) {
    throw new InvalidArgumentError(`${owner}: ${(error as Error).message}`);
  }
}

/** Rejects an ill-formed `source`. */
export function checkSource(owner: string, source: unknown): void {
  if (source === undefined) return;
  const { module, export: name, arguments: args = [] } = (source ?? {}) as Partial<LearnerSource>;
  if (typeof module === 'string' && typeof name === 'string' && Array.isArray(args)) return;
  throw new InvalidArgumentError(
    `${owner}: source must be { module: import.meta.url, export: 'name of a function that returns this learner' }, not ${show(source)}`,
  );
}

/** Rejects an ill-formed `inputShape`. */
export function checkInputShape(owner: string, shape: unknown): void {
  if (shape === undefined || (Array.isArray(shape) && shape.length > 0 && shape.every(isWhole))) return;
  throw new InvalidArgumentError(
    `${owner}: inputShape must be a list of whole numbers such as [28, 28, 1], not ${show(shape)}`,
  );
}

/** A value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
}

function isWhole(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isNumber(value: unknown, min: number): value is number {
  return typeof value === 'number' && value >= min && value < Infinity;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isStopping(value: number | false | EarlyStopping | null): boolean {
  if (value === false || isWhole(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { patience, minDelta = 0, ...others } = value;
  return isWhole(patience) && isNumber(minDelta, 0) && Object.keys(others).length === 0;
}
