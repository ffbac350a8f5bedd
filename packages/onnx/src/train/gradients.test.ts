import { createRandom } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { GraphBuilder, type FloatType, type Value } from '../graph/graph-builder.ts';
import { activationNames } from './activation.ts';
import { crossEntropy, squaredError, type Loss } from './loss.ts';
import { addLossAndGradients, createNetwork, type Architecture, type Network } from './network.ts';
import type { Variable } from './step.ts';

const ROWS = 7;
const INPUTS = 3;

/** The mean loss of a batch and its gradients, as functions of the variables. */
interface Differentiated {
  evaluate(
    values: ReadonlyMap<string, Float64Array>,
  ): Promise<{ loss: number; gradient: Map<string, number[]> }>;
  readonly trained: readonly Variable[];
  readonly start: Map<string, Float64Array>;
  release(): Promise<void>;
}

async function differentiate(network: Network, floatType: FloatType): Promise<Differentiated> {
  const builder = new GraphBuilder(floatType);
  const features = builder.input('features', [ROWS, INPUTS]);
  const target = builder.input('target', [ROWS], network.loss.targetType === 'int32' ? 'int32' : floatType);
  const variables = network.layers.flatMap((layer) => layer.variables);
  for (const { name, dimensions } of variables) builder.input(name, dimensions);
  const masks = new Map(network.layers.flatMap((layer) => [...layer.masks]));
  for (const [name, width] of masks) builder.input(`mask.${name}`, [ROWS, width]);
  const gradients = new Map<string, Value>();
  const sum = addLossAndGradients(
    network,
    {
      builder,
      variable: (name) => name,
      number: (name) => builder.scalar(name === 'batchScale' ? 1 / ROWS : ROWS / (ROWS - 1)),
      mask: (name) => `mask.${name}`,
      gradient: (name, value) => void gradients.set(name, value),
      set: () => {},
    },
    features,
    target,
  );
  builder.output('loss', builder.add('Mul', [sum, builder.scalar(1 / ROWS)]), []);
  const trained = variables.filter(({ isTrained }) => isTrained);
  for (const { name, dimensions } of trained) {
    builder.output(`by ${name}`, gradients.get(name) as Value, dimensions);
  }
  const session = await ort.InferenceSession.create(builder.toModel('gradients'), { logSeverityLevel: 3 });

  const random = createRandom(17);
  const tensor = (values: ArrayLike<number>, dimensions: readonly number[]): ort.Tensor =>
    new ort.Tensor(
      floatType,
      (floatType === 'float64' ? Float64Array.from(values) : Float32Array.from(values)) as never,
      dimensions,
    );
  const numbers = (count: number): number[] => Array.from({ length: count }, () => random.normal());
  const fixed = {
    features: tensor(numbers(ROWS * INPUTS), [ROWS, INPUTS]),
    target:
      network.loss.targetType === 'int32'
        ? new ort.Tensor(
            'int32',
            Int32Array.from({ length: ROWS }, (_, row) => row % 3),
            [ROWS],
          )
        : tensor(numbers(ROWS), [ROWS]),
    ...Object.fromEntries(
      [...masks].map(([name, width]) => [
        `mask.${name}`,
        tensor(
          numbers(ROWS * width).map((x) => (x > -0.5 ? 1.5 : 0)),
          [ROWS, width],
        ),
      ]),
    ),
  };
  return {
    trained,
    // Biases, too, should be away from 0.
    start: new Map(
      variables.map(({ name, initialize }) => [
        name,
        Float64Array.from(initialize(), (x) => x + 0.3 * random.normal()),
      ]),
    ),
    async evaluate(values) {
      const feeds = Object.fromEntries(
        variables.map(({ name, dimensions }) => [name, tensor(values.get(name)!, dimensions)]),
      );
      const results = await session.run({ ...fixed, ...feeds });
      const gradient = new Map(
        trained.map(({ name }) => [name, Array.from(results[`by ${name}`]!.data as Float64Array)]),
      );
      return { loss: results['loss']!.data[0] as number, gradient };
    },
    release: () => session.release(),
  };
}

/** The largest difference between a network's gradients and central differences of its loss. */
async function largestError(
  architecture: Partial<Architecture>,
  loss: Loss,
  outputs: number,
  floatType: FloatType,
): Promise<number> {
  const complete: Architecture = {
    hidden: [5, 4],
    activation: 'tanh',
    batchNorm: false,
    dropout: 0,
    ...architecture,
  };
  const network = createNetwork(complete, INPUTS, outputs, loss, 3);
  const { evaluate, start, trained, release } = await differentiate(network, floatType);
  try {
    const { gradient } = await evaluate(start);
    const h = floatType === 'float64' ? 1e-5 : 4e-3;
    let worst = 0;
    for (const { name } of trained) {
      const values = start.get(name)!;
      for (const [i, value] of values.entries()) {
        values[i] = value + h;
        const above = (await evaluate(start)).loss;
        values[i] = value - h;
        const below = (await evaluate(start)).loss;
        values[i] = value;
        worst = Math.max(worst, Math.abs((above - below) / (2 * h) - gradient.get(name)![i]!));
      }
    }
    return worst;
  } finally {
    await release();
  }
}

describe('gradients agree with finite differences', () => {
  test.each([
    ['a linear classifier', { hidden: [] }],
    ['one hidden layer', { hidden: [6] }],
    ['three hidden layers', { hidden: [5, 4, 6] }],
    ['batch normalization', { batchNorm: true }],
    ['dropout', { dropout: 0.4 }],
    ['all at once', { hidden: [6, 5, 4], batchNorm: true, dropout: 0.4, activation: 'silu' }],
  ] as const)('of %s', async (_, architecture) => {
    expect(await largestError(architecture, crossEntropy(3), 3, 'float64')).toBeLessThan(1e-8);
    expect(await largestError(architecture, squaredError(), 1, 'float64')).toBeLessThan(1e-8);
  });

  test.each(activationNames)('of %s', async (activation) => {
    // ONNX Runtime has no Elu and no Erf in double precision.
    const isSingle = ['elu', 'gelu'].includes(activation);
    const error = await largestError({ activation }, crossEntropy(3), 3, isSingle ? 'float32' : 'float64');
    expect(error).toBeLessThan(isSingle ? 2e-4 : 1e-8);
  });
});
