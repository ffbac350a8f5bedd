import { createRandom, InvalidParameterError, TunableError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';
import { useBackend } from './backend.ts';
import { prepareNetwork, type Network } from './network.ts';
import { trainingSettings, type TrainingSource } from './settings.ts';
import { createStepper, probeTraining } from './stepper.ts';
import { threeClasses } from './testing/data.ts';
import { encodeRows, type TrainingRows } from './training-rows.ts';

type Source = TrainingSource<{ readonly shift?: number }>;

beforeAll(() => useBackend('wasm'));
expectNoTensorsLeft();

const data = threeClasses(24);
const features = Float64Array.from(data.features, (x, i) => (i % 3 === 1 ? x / 1000 : x));
const small = { ...data, features };

/** A network with penalties and batch normalization, and always the same weights. */
function network(loss?: string): Network {
  const kernelInitializer = (seed: number): never => tf.initializers.glorotNormal({ seed }) as never;
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        units: 5,
        inputShape: [3],
        activation: 'relu',
        kernelInitializer: kernelInitializer(1),
        kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }),
      }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: kernelInitializer(2) }),
    ],
  });
  return prepareNetwork(model, {
    task: 'classification',
    context: { inputShape: [3], classes: 3, outputs: 3, seed: 1 },
    loss,
    outputs: 'probabilities',
    compileOptions: [],
    compile: { optimizer: 'adam', learningRate: 0.05 },
  });
}

const weightsOf = (net: Network): number[] => net.model.getWeights().flatMap((w) => Array.from(w.dataSync()));

const settings = (source: Source = {}): ReturnType<typeof trainingSettings> =>
  trainingSettings<{ readonly shift?: number }>({ epochs: 1, batchSize: 8, ...source }, { shift: 0.5 });

async function steps(
  net: Network,
  rows: TrainingRows,
  source?: Source,
): Promise<{ weights: number[]; loss: number }> {
  const stepper = createStepper(net, settings(source), rows, 'wasm', 1);
  for (let start = 0; start < rows.count; start += 8) {
    stepper.step(
      Int32Array.from({ length: 8 }, (_, i) => start + i),
      0,
    );
  }
  const loss = (await stepper.lossSum()) / rows.count;
  stepper.clear();
  return { weights: weightsOf(net), loss };
}

test.each([
  ['every row counting the same', undefined, undefined],
  ['weights of classes', { a: 2, b: 1, c: 0.5 }, { 0: 2, 1: 1, 2: 0.5 }],
])("a step does what TensorFlow.js's own fit does: %s", async (_, classWeights, classWeight) => {
  const rows = encodeRows(small, { width: 3, isSparse: false, classWeights });
  const [ours, theirs] = [network(), network()];
  const { weights, loss } = await steps(ours, rows);
  const x = tf.tensor2d(rows.features, [24, 3]);
  const y = tf.tensor2d(rows.targets, [24, 3]);
  const { history } = await theirs.model.fit(x, y, {
    batchSize: 8,
    epochs: 1,
    shuffle: false,
    verbose: 0,
    ...(classWeight && { classWeight }),
  });
  const expected = weightsOf(theirs);
  tf.dispose([x, y]);
  ours.dispose();
  theirs.dispose();
  expect(weights.length).toBe(expected.length);
  weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i]!, 5));
  expect(loss).toBeCloseTo(history['loss']![0] as number, 5);
});

test('a sparse loss is the same as the dense one', async () => {
  const [dense, sparse] = [network(), network('sparseCategoricalCrossentropy')];
  expect(sparse.isSparse).toBe(true);
  const one = await steps(dense, encodeRows(small, { width: 3, isSparse: false, classWeights: undefined }));
  const other = await steps(sparse, encodeRows(small, { width: 3, isSparse: true, classWeights: undefined }));
  one.weights.forEach((weight, i) => expect(other.weights[i]).toBeCloseTo(weight, 4));
  dense.dispose();
  sparse.dispose();
});

test('a probe changes no weight, not even a moving average, and leaves nothing behind', () => {
  const net = network();
  const before = weightsOf(net);
  const held = tf.memory().numTensors;
  probeTraining(net, encodeRows(small, { width: 3, isSparse: false, classWeights: undefined }));
  expect(weightsOf(net)).toEqual(before);
  expect(tf.memory().numTensors).toBe(held);
  net.dispose();
});

test('a schedule multiplies the learning rate of each step', async () => {
  const rows = encodeRows(small, { width: 3, isSparse: false, classWeights: undefined });
  const net = network();
  const before = weightsOf(net);
  const asked: number[] = [];
  const { weights } = await steps(net, rows, {
    schedule: ({ step, steps: all, epoch, epochs }) => {
      asked.push(step, all, epoch, epochs);
      return 0;
    },
  });
  expect(asked).toEqual([0, 3, 0, 1, 1, 3, 0, 1, 2, 3, 0, 1]);
  const kernel = before.slice(0, 15);
  expect(weights.slice(0, 15)).toEqual(kernel);
  net.dispose();
});

test('augment sees each batch and the configuration, with seeded randomness, and must keep the shape', async () => {
  const rows = encodeRows(small, { width: 3, isSparse: false, classWeights: undefined });
  const run = async (augment: Source['augment']): Promise<number[]> => {
    const net = network();
    try {
      return (await steps(net, rows, { ...(augment && { augment }) })).weights;
    } finally {
      net.dispose();
    }
  };
  const noisy: Source['augment'] = (batch, { random }) =>
    tf.add(tf.add(batch, tf.randomNormal(batch.shape, 0, 0.1)), random() * 0.01);
  const plain = await run(undefined);
  expect(await run((batch) => batch)).toEqual(plain);
  expect(await run(noisy)).toEqual(await run(noisy));
  expect(await run(noisy)).not.toEqual(plain);
  const byHalf = await run((batch) => tf.add(batch, 0.5));
  expect(await run((batch, { params }) => tf.add(batch, params.shift!))).toEqual(byHalf);
  const shrinking = run((batch) => tf.slice(batch, 0, 2));
  await expect(shrinking).rejects.toThrow(InvalidParameterError);
  await expect(shrinking).rejects.toThrow(/shape \[2, 3\], expected \[8, 3\]/);
  await expect(run((batch) => tf.matMul(batch, batch))).rejects.toThrow(TunableError);
});

test('a schedule that gives no number is refused', async () => {
  const rows = encodeRows(small, { width: 3, isSparse: false, classWeights: undefined });
  const net = network();
  await expect(steps(net, rows, { schedule: () => Number.NaN })).rejects.toThrow(
    /schedule gave NaN in epoch 0/,
  );
  net.dispose();
});

test('an order of rows is taken as it is: other orders, other weights', async () => {
  const order = createRandom(1).shuffle(Int32Array.from({ length: 24 }, (_, i) => i));
  const straight = network();
  const shuffled = network();
  const one = await steps(
    straight,
    encodeRows(small, { width: 3, isSparse: false, classWeights: undefined }),
  );
  const other = await steps(
    shuffled,
    encodeRows(data.rows(order), { width: 3, isSparse: false, classWeights: undefined }),
  );
  expect(other.weights).not.toEqual(one.weights);
  straight.dispose();
  shuffled.dispose();
});
