import { InvalidArgumentError, type JsonValue } from '@tunable/core';

import { checkNames, checkTraining, trainingOptionNames } from './check-options.ts';
import type { LearnerSource, TrainingOptions } from './options.ts';

/**
 * Checks the options of a ready-made learner, and fills in what it trains by when they do not say.
 *
 * @param owner the factory.
 * @param names further options that it has, which are left to it.
 */
export function readyMadeOptions(
  owner: string,
  options: TrainingOptions,
  defaults: TrainingOptions,
  names: readonly string[] = [],
): TrainingOptions {
  checkNames(owner, options, [...trainingOptionNames, ...names]);
  checkTraining(owner, options);
  if (typeof options.schedule === 'function') {
    throw new InvalidArgumentError(
      `${owner}: schedule must be a name here; tfjsClassifier and tfjsRegressor take functions`,
    );
  }
  return { standardize: true, ...defaults, ...(JSON.parse(JSON.stringify(options)) as TrainingOptions) };
}

/** How a worker thread finds a ready-made learner. */
export function readyMadeSource(module: string, name: string, options: object): LearnerSource {
  return { module, export: name, arguments: [JSON.parse(JSON.stringify(options)) as JsonValue] };
}
