import { InvalidParameterError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { show } from './check-options.ts';
import { disposeModel } from './dispose-model.ts';
import { explain } from './errors.ts';
import { createOptimizer, disposeOptimizer } from './optimizers.ts';
import type { BuildContext, LossFunction } from './options.ts';
import type { CompileSettings } from './settings.ts';

/** A network ready for training, and what is needed of it. */
export interface Network {
  readonly model: tf.LayersModel;
  readonly optimizer: tf.Optimizer;
  readonly loss: LossFunction;
  /** Whether the loss takes the number of a class, not a number per class. */
  readonly isSparse: boolean;
  /** The shape of a row. */
  readonly inputShape: readonly number[];
  /** How many numbers it gives for a row. */
  readonly width: number;
  /** Names what it is made of; networks of one kind need the same operations of a backend. */
  readonly kind: string;
  /** Frees the weights and what the optimizer holds. */
  dispose(): void;
}

/** What a network is checked against. */
export interface NetworkDemands {
  readonly task: 'classification' | 'regression';
  readonly context: BuildContext;
  readonly loss: string | LossFunction | undefined;
  readonly outputs: 'probabilities' | 'logits';
  readonly compile: CompileSettings;
  /** Options about compiling that the learner was given; a network compiled by `build` would ignore them. */
  readonly compileOptions: readonly string[];
}

/**
 * Checks a model that `build` has made, and compiles it unless it is compiled. Frees it when it will not do.
 *
 * @throws {InvalidParameterError} no model, several inputs or outputs, shapes that do not fit the data, an unknown
 *   optimizer or loss, options that a compiled network would ignore.
 */
export function prepareNetwork(model: tf.LayersModel, demands: NetworkDemands): Network {
  if (typeof (model as Partial<tf.LayersModel> | null)?.compile !== 'function') {
    throw new InvalidParameterError(
      `build must return a model such as tf.sequential({ layers: [...] }), not ${show(model)}`,
    );
  }
  try {
    const { context } = demands;
    const inputShape = checkInput(model, context.inputShape);
    const width = checkOutput(model, demands);
    const wasCompiled = (model.optimizer as tf.Optimizer | undefined) !== undefined;
    if (!wasCompiled) compile(model, demands, width);
    else checkIgnored(demands.compileOptions);
    const { optimizer } = model;
    const compiled = (model as { readonly model?: tf.LayersModel }).model ?? model;
    // A network that `build` compiles may name its one loss in a list, or by the output.
    const loss = typeof compiled.loss === 'object' ? Object.values(compiled.loss)[0] : compiled.loss;
    return {
      model,
      optimizer,
      loss: compiled.lossFunctions[0] as LossFunction,
      isSparse: loss === 'sparseCategoricalCrossentropy',
      inputShape,
      width,
      kind: kindOf(model, optimizer, loss),
      dispose: () => disposeAll(model, optimizer),
    };
  } catch (error) {
    disposeAll(model, model.optimizer);
    throw explain(error, 'the network cannot be used');
  }
}

function checkIgnored(options: readonly string[]): void {
  if (options.length === 0) return;
  throw new InvalidParameterError(
    `build compiled the network, which would leave the learner's ${options.join(' and ')} without effect; leave the option out, or do not compile in build`,
  );
}

function disposeAll(model: tf.LayersModel, optimizer: tf.Optimizer | undefined): void {
  disposeModel(model);
  if (optimizer !== undefined) disposeOptimizer(optimizer);
}

function checkInput(model: tf.LayersModel, expected: readonly number[]): readonly number[] {
  if ((model.inputs as unknown) === undefined) {
    throw new InvalidParameterError('the network that build returned has no layers');
  }
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new InvalidParameterError(
      `the network has ${model.inputs.length} inputs and ${model.outputs.length} outputs, and learners train networks with one of each; use tfjsObjective for others`,
    );
  }
  const shape = (model.inputs[0] as tf.SymbolicTensor).shape.slice(1);
  const fits =
    shape.length === expected.length && shape.every((size, i) => size === null || size === expected[i]);
  if (fits) return expected;
  const isSameSize = shape.every((size) => size !== null) && product(shape) === product(expected);
  if (isSameSize) return shape;
  throw new InvalidParameterError(
    `the network takes rows of shape [${shape.join(', ')}], and the data have rows of shape [${expected.join(', ')}]; give its first layer the inputShape that build is called with`,
  );
}

function checkOutput(model: tf.LayersModel, { task, context, outputs }: NetworkDemands): number {
  const shape = (model.outputs[0] as tf.SymbolicTensor).shape.slice(1);
  const width = shape.length === 1 ? (shape[0] as number) : Number.NaN;
  const isBinary = task === 'classification' && context.classes === 2 && width === 1;
  if (width === context.outputs || isBinary) return width;
  const wanted =
    task === 'regression'
      ? 'a number'
      : `${context.classes} ${outputs}, one per class${context.classes === 2 ? ' (or 1)' : ''}`;
  throw new InvalidParameterError(
    `the network gives [${shape.join(', ')}] for a row, expected ${wanted}; its last layer needs units: ${context.outputs}`,
  );
}

function compile(model: tf.LayersModel, demands: NetworkDemands, width: number): void {
  const { optimizer, learningRate } = demands.compile;
  const created = createOptimizer(optimizer, learningRate);
  try {
    model.compile({ optimizer: created, loss: demands.loss ?? defaultLoss(demands, width) });
  } catch (error) {
    created.dispose();
    throw error;
  }
}

function defaultLoss({ task, outputs }: NetworkDemands, width: number): string | LossFunction {
  if (task === 'regression') return 'meanSquaredError';
  if (outputs === 'probabilities') return width === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
  const { Reduction, losses } = tf;
  return width === 1
    ? (actual, logits) => losses.sigmoidCrossEntropy(actual, logits, undefined, 0, Reduction.NONE)
    : (actual, logits) => losses.softmaxCrossEntropy(actual, logits, undefined, 0, Reduction.NONE);
}

function kindOf(model: tf.LayersModel, optimizer: tf.Optimizer, loss: unknown): string {
  const parts = new Set<string>();
  const visit = (layer: unknown): void => {
    const { layers, layer: inner } = layer as { layers?: unknown[]; layer?: unknown };
    const { activation } = layer as { activation?: { getClassName?(): string } };
    parts.add(`${(layer as tf.layers.Layer).getClassName()} ${activation?.getClassName?.() ?? ''}`);
    layers?.forEach(visit);
    if (inner !== undefined) visit(inner);
  };
  visit(model);
  return [...parts].toSorted().concat(optimizer.getClassName(), String(loss)).join(', ');
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((size, factor) => size * factor, 1);
}
