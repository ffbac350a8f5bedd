import {
  InvalidArgumentError,
  space as createSpace,
  type Learner,
  type SearchSpace,
  type Shape,
  type Task,
} from '@tunable/core';

import {
  checkInputShape,
  checkNames,
  checkSource,
  checkTraining,
  show,
  trainingOptionNames,
} from './check-options.ts';
import { backendChooser } from './choose-backend.ts';
import { fitNetwork } from './fit-network.ts';
import { lossNames } from './losses.ts';
import type { TfjsLearnerOptions } from './options.ts';
import type { TfjsModel } from './tfjs-model.ts';

const OPTION_NAMES = [
  'space',
  'build',
  ...trainingOptionNames,
  'inputShape',
  'outputs',
  'loss',
  'augment',
  'source',
  'name',
];

/** Makes the learner of a task. */
export function createLearner<S extends Shape, M extends TfjsModel>(
  owner: string,
  task: Task,
  options: TfjsLearnerOptions<S>,
): Learner<S, M> {
  checkNames(owner, options, OPTION_NAMES);
  checkLearnerOptions(owner, task, options);
  const { source, name = `tfjs-${task === 'classification' ? 'classifier' : 'regressor'}` } = options;
  const space = toSpace(options.space);
  const chooser = backendChooser(name, options.backend);
  return {
    specificationVersion: 1,
    name,
    task,
    capabilities: task === 'classification' ? ['probability', 'steps'] : ['steps'],
    space,
    fit: (params, data, context) =>
      fitNetwork({ name, task, options, chooser }, params, data, context) as Promise<never>,
    ...(source === undefined
      ? {
          describeAdvice:
            "give source: { module: import.meta.url, export: 'net' }, where net is an exported function that returns this learner",
        }
      : {
          describe: () => ({
            module: source.module,
            export: source.export,
            arguments: source.arguments ?? [],
          }),
        }),
  };
}

function checkLearnerOptions<S extends Shape>(
  owner: string,
  task: Task,
  options: TfjsLearnerOptions<S>,
): void {
  checkTraining(owner, options);
  checkSource(owner, options.source);
  checkInputShape(owner, options.inputShape);
  const { space, build, outputs, loss, augment, name, classWeights } = options;
  const rules: readonly [string, unknown, boolean, string][] = [
    ['space', space, typeof space === 'object' && space !== null, 'a space, or an object of parameters'],
    ['build', build, typeof build === 'function', 'a function that returns a model'],
    ['augment', augment, augment === undefined || typeof augment === 'function', 'a function'],
    ['name', name, name === undefined || (typeof name === 'string' && name !== ''), 'a text'],
    [
      'loss',
      loss,
      loss === undefined || typeof loss === 'function' || lossNames.includes(loss),
      `one of ${lossNames.join(', ')} or a function`,
    ],
    [
      'outputs',
      outputs,
      [undefined, 'probabilities', 'logits'].includes(outputs),
      "'probabilities' or 'logits'",
    ],
  ];
  for (const [option, value, isValid, expected] of rules) {
    if (!isValid)
      throw new InvalidArgumentError(`${owner}: ${option} must be ${expected}, not ${show(value)}`);
  }
  if (task === 'regression' && (classWeights !== undefined || outputs !== undefined)) {
    throw new InvalidArgumentError(
      `${owner}: ${classWeights === undefined ? 'outputs' : 'classWeights'} is for classification`,
    );
  }
}

function toSpace<S extends Shape>(given: S | SearchSpace<S>): SearchSpace<S> {
  // A shape may have a parameter called `kind`, but that is no string.
  return given.kind === 'space' ? (given as SearchSpace<S>) : createSpace(given as S);
}
