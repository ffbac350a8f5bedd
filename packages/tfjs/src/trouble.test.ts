import {
  fitContext,
  InvalidDatasetError,
  InvalidParameterError,
  InvalidResultError,
  TrialPruned,
  TunableError,
  type Dataset,
  type FitContext,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';

import type { TfjsLearnerOptions } from './options.ts';
import { curve, threeClasses } from './testing/data.ts';
import { classifier, regressor, type SmallShape } from './testing/learners.ts';
import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';

expectNoTensorsLeft();

const params = { units: 8, dropout: 0.1, learningRate: 0.03 };
const data = threeClasses(90);
const validation = threeClasses(45, 2);

type Options = Partial<TfjsLearnerOptions<SmallShape>>;

async function fit(
  options: Options = {},
  context: Partial<FitContext> = {},
  rows: Dataset = data,
): Promise<Awaited<ReturnType<ReturnType<typeof classifier>['fit']>>> {
  return classifier({ epochs: 6, standardize: true, ...options }).fit(
    params,
    rows,
    fitContext({ validation, ...context }),
  );
}

describe('trouble', () => {
  const diverging = { ...params, learningRate: 1e30 };

  test.each(['cpu', 'wasm'])(
    'a loss that becomes NaN or infinite fails the fit with that reason, on %s',
    async (backend) => {
      const learner = regressor({ optimizer: 'sgd', epochs: 50, backend });
      const fitting = learner.fit(diverging, curve(60), fitContext({ validation: curve(20, 2) }));
      await expect(fitting).rejects.toThrow(InvalidResultError);
      await expect(fitting).rejects.toThrow(
        /diverged: the loss became (NaN|infinite) in epoch \d+, at a learning rate of 1e\+30/,
      );
    },
  );

  test('or prunes it', async () => {
    const learner = regressor({ optimizer: 'sgd', epochs: 50, onDivergence: 'prune' });
    const fitting = learner.fit(diverging, curve(60), fitContext());
    await expect(fitting).rejects.toThrow(TrialPruned);
    await expect(fitting).rejects.toThrow(/diverged/);
  });

  const dense =
    (units: number, inputShape: number[], activation: 'softmax' | 'linear' = 'softmax') =>
    () =>
      tf.sequential({ layers: [tf.layers.dense({ units, inputShape, activation })] });

  test.each([
    [
      'another input shape',
      { build: dense(3, [10]) },
      /takes rows of shape \[10\], and the data have rows of shape \[3\]/,
    ],
    [
      'too few outputs',
      { build: dense(2, [3]) },
      /gives \[2\] for a row, expected 3 probabilities.*units: 3/,
    ],
    ['no model', { build: (() => undefined) as never }, /build must return a model.*not undefined/],
    [
      'a build that throws',
      {
        build: () => {
          throw new RangeError('no such layer');
        },
      },
      /build threw for .*units.*RangeError: no such layer/,
    ],
    [
      'a build that throws late',
      {
        build: () => {
          dense(3, [3])();
          throw new Error('oh');
        },
      },
      /build threw.*oh/,
    ],
    ['a build that rejects', { build: () => Promise.reject(new Error('offline')) }, /build threw.*offline/],
    [
      'too much memory',
      { build: dense(1e12, [3]) },
      /build threw.*more memory than there is: smaller layers/,
    ],
    ['an unknown loss', { loss: 'craziness' }, /loss must be one of .*craziness/],
    [
      'a loss that fails',
      {
        loss: () => {
          throw new Error('bad loss');
        },
      },
      /cannot be trained.*bad loss/,
    ],
    ['no probabilities', { build: dense(3, [3], 'linear'), loss: 'meanSquaredError' }, /not probabilities/],
    [
      'class weights for a loss of one number',
      { classWeights: { a: 2 }, loss: (y: tf.Tensor, p: tf.Tensor) => tf.mean(tf.sub(y, p)) },
      /classWeights need a loss that gives a number per row/,
    ],
    [
      'two inputs',
      {
        build: () => {
          const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
          const output = tf.layers.dense({ units: 3 }).apply(tf.layers.add().apply([a!, b!]));
          return tf.model({ inputs: [a!, b!], outputs: output as tf.SymbolicTensor });
        },
      },
      /2 inputs and 1 outputs.*tfjsObjective/,
    ],
  ] as [string, Options, RegExp][])('%s', async (_, options, message) => {
    const fitting = fit(options, {
      report: async (_step, half) =>
        void (await (half as { predict(x: unknown): unknown }).predict(validation)),
    });
    await expect(fitting).rejects.toThrow(TunableError);
    await expect(fitting).rejects.toThrow(message);
  });

  test('parameters that mean nothing', async () => {
    const learner = classifier();
    for (const [bad, message] of [
      [{ batchSize: 0 }, /batchSize must be a whole number of at least 1, not 0/],
      [{ epochs: 1.5 }, /epochs must be a whole number/],
      [{ optimizer: 'lion' }, /no optimizer 'lion'/],
      [{ learningRate: -1 }, /learningRate must be a number above 0, not -1/],
      [{ schedule: 'zigzag' }, /schedule must be one of constant/],
    ] as const) {
      const fitting = Promise.resolve(learner.fit({ ...params, ...bad } as never, data, fitContext()));
      await expect(fitting).rejects.toThrow(InvalidParameterError);
      await expect(fitting).rejects.toThrow(message);
    }
  });

  test('data that do not suit', async () => {
    await expect(fit({}, {}, curve(20))).rejects.toThrow(InvalidDatasetError);
    await expect(fit({ inputShape: [2, 2] })).rejects.toThrow(/inputShape \[2, 2\] holds 4 numbers.*has 3/);
  });
});
