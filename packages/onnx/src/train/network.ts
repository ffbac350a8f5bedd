import { createRandom } from '@tunable/core';

import type { Value } from '../graph/graph-builder.ts';
import { activation } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { initialWeights } from './initialize.ts';
import type { Loss } from './loss.ts';
import type { NetworkParams } from './params.ts';
import type { Forward, Layer, Step } from './step.ts';

/** A network of dense layers: per hidden layer dense, perhaps batch normalization, activation, perhaps dropout. */
export interface Network {
  readonly layers: readonly Layer[];
  /** The names of its dense layers, in order, which their variables' names start with; the last is `output`. */
  readonly denseNames: readonly string[];
  /** Their numbers of inputs, and at the end the number of outputs. */
  readonly widths: readonly number[];
  readonly loss: Loss;
}

/** What a network's shape depends on. */
export type Architecture = Pick<NetworkParams, 'hidden' | 'activation' | 'batchNorm' | 'dropout'>;

/** The streams of random numbers of a fit, by what they are for; each is named by (seed, stream, ...). */
export const STREAMS = { weights: 0, order: 1, masks: 2, split: 3 } as const;

/** The network of a configuration, with initial weights of a seed. */
export function createNetwork(
  params: Architecture,
  inputs: number,
  outputs: number,
  loss: Loss,
  seed: number,
): Network {
  const layers: Layer[] = [];
  const denseNames: string[] = [];
  const widths = [inputs];
  for (const [index, units] of params.hidden.entries()) {
    const name = `hidden${index}`;
    const before = widths.at(-1) as number;
    const weights = (): Float32Array<ArrayBuffer> =>
      initialWeights(before, units, params.activation, createRandom(seed, STREAMS.weights, index));
    layers.push(dense(name, before, units, weights, !params.batchNorm));
    if (params.batchNorm) layers.push(batchNorm(name, units));
    layers.push(activation(params.activation));
    if (params.dropout > 0) layers.push(dropout(name, units));
    denseNames.push(name);
    widths.push(units);
  }
  const before = widths.at(-1) as number;
  const weights = (): Float32Array<ArrayBuffer> =>
    initialWeights(before, outputs, 'output', createRandom(seed, STREAMS.weights, params.hidden.length));
  layers.push(dense('output', before, outputs, weights, true));
  return { layers, loss, denseNames: [...denseNames, 'output'], widths: [...widths, outputs] };
}

/**
 * Adds the loss of a batch and the gradients of all trained variables by it, from the last layer to the first.
 *
 * @param features rows x inputs.
 * @param target one number per row.
 * @returns the sum of the rows' losses.
 */
export function addLossAndGradients(
  { layers, loss }: Network,
  step: Step,
  features: Value,
  target: Value,
): Value {
  const passes: Forward[] = [];
  let value = features;
  for (const layer of layers) {
    const pass = layer.forward(step, value);
    passes.push(pass);
    value = pass.output;
  }
  const { sum, gradient } = loss.forward(step, value, target);
  let back: Value | undefined = gradient;
  for (const [index, pass] of [...passes.entries()].toReversed()) {
    back = pass.backward(back as Value, index > 0);
  }
  return sum;
}
