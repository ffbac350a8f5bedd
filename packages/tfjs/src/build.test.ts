import { createRandom, dataset, evaluateModel, fitContext, InvalidParameterError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';

import type { TfjsLearnerOptions } from './options.ts';
import { twoClasses } from './testing/data.ts';
import { classifier, type SmallShape } from './testing/learners.ts';
import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';

expectNoTensorsLeft();

const params = { units: 8, dropout: 0.1, learningRate: 0.03 };

type Options = Partial<TfjsLearnerOptions<SmallShape>>;
type Build = TfjsLearnerOptions<SmallShape>['build'];

describe('what build may return', () => {
  const rows = twoClasses(80);
  const one =
    (units: number, activation: string, compile?: tf.ModelCompileArgs): Build =>
    () => {
      const model = tf.sequential({
        layers: [
          tf.layers.dense({
            units,
            inputShape: [2],
            activation: activation as 'sigmoid',
            kernelInitializer: 'zeros',
          }),
        ],
      });
      if (compile !== undefined) model.compile(compile);
      return model;
    };

  test.each([
    ['a sigmoid unit for two classes', { build: one(1, 'sigmoid') }],
    ['two softmax units', { build: one(2, 'softmax') }],
    ['a logit', { build: one(1, 'linear'), outputs: 'logits' }],
    ['two logits', { build: one(2, 'linear'), outputs: 'logits' }],
    [
      'a network compiled by name',
      { build: one(1, 'sigmoid', { optimizer: 'adam', loss: 'binaryCrossentropy' }) },
    ],
    [
      'a network compiled with a list of losses',
      { build: one(2, 'softmax', { optimizer: 'adam', loss: ['sparseCategoricalCrossentropy'] }) },
    ],
    ['a promise', { build: async (...args) => one(1, 'sigmoid')(...args) }],
    ['a sparse loss', { build: one(2, 'softmax'), loss: 'sparseCategoricalCrossentropy' }],
    ['a loss of your own', { build: one(1, 'sigmoid'), loss: (y, p) => tf.square(tf.sub(y, p)) }],
  ] satisfies [string, Options][])('%s', async (_, options) => {
    const learner = classifier({ ...options, epochs: 20 });
    const model = await learner.fit(
      { ...params, learningRate: 0.05 },
      rows,
      fitContext({ validation: rows }),
    );
    const { accuracy } = await evaluateModel(model, rows, ['accuracy']);
    expect(accuracy).toBeGreaterThan(0.75);
    model.dispose();
  });

  test('a compiled network keeps its optimizer', async () => {
    const optimizer = tf.train.sgd(0.5);
    const build = one(1, 'sigmoid', { optimizer, loss: 'binaryCrossentropy' });
    const model = await classifier({ build, epochs: 1 }).fit(params, rows, fitContext());
    expect(model.history[0]!.learningRate).toBe(0.5);
    model.dispose();
  });

  test.each([{ optimizer: 'sgd' }, { learningRate: 0.1 }, { loss: 'meanSquaredError' }])(
    'a compiled network would ignore the option %j, which is refused',
    async (option) => {
      const build = one(1, 'sigmoid', { optimizer: 'adam', loss: 'binaryCrossentropy' });
      const fitting = Promise.resolve(classifier({ build, ...option }).fit(params, rows, fitContext()));
      await expect(fitting).rejects.toThrow(InvalidParameterError);
      await expect(fitting).rejects.toThrow(
        `build compiled the network, which would leave the learner's ${Object.keys(option)[0]} without effect`,
      );
    },
  );

  test('images: a row is reshaped as the network takes it', async () => {
    const random = createRandom(1);
    const images = Array.from({ length: 40 }, (_, i) =>
      Array.from(
        { length: 16 },
        (__, pixel) => (pixel % 4 < 2 === (i % 2 === 0) ? 1 : 0) + 0.1 * random.normal(),
      ),
    );
    const target = images.map((_, i) => (i % 2 === 0 ? 'left' : 'right'));
    const shapes: number[][] = [];
    const build: Build = (_, { inputShape, classes }) => {
      shapes.push(inputShape);
      return tf.sequential({
        layers: [
          tf.layers.averagePooling2d({ poolSize: 2, inputShape: [4, 4, 1] }),
          tf.layers.flatten(),
          tf.layers.dense({ units: classes, activation: 'softmax' }),
        ],
      });
    };
    const learner = classifier({ build, epochs: 20 });
    for (const rowShape of [[4, 4, 1], [16]]) {
      const model = await learner.fit(params, dataset({ features: images, target, rowShape }), fitContext());
      expect(Array.from(await model.predict(images.slice(0, 4)))).toEqual(target.slice(0, 4));
      model.dispose();
    }
    expect(shapes).toEqual([[4, 4, 1], [16]]);
  });

  test('what a build has made before it rejects is freed, also behind an await', async () => {
    const layers = (): tf.Sequential => one(2, 'softmax')(params, {} as never) as tf.Sequential;
    const build: Build = async () => {
      layers();
      await new Promise((resolve) => setTimeout(resolve));
      layers();
      throw new Error('offline');
    };
    const known = await classifier({ epochs: 1 }).fit(params, rows, fitContext());
    const before = tf.memory().numTensors;
    await expect(Promise.resolve(classifier({ build }).fit(params, rows, fitContext()))).rejects.toThrow(
      /build threw.*offline/,
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(await known.predict(rows)).toHaveLength(rows.rowCount);
    known.dispose();
  });

  test('and never the weights of a network that is trained at the same time', async () => {
    const build: Build = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error('offline');
    };
    const [rejected, other] = await Promise.allSettled([
      classifier({ build }).fit(params, rows, fitContext()),
      classifier({ epochs: 1 }).fit(params, rows, fitContext()),
    ]);
    expect(rejected.status).toBe('rejected');
    if (other.status === 'rejected') throw other.reason;
    expect(await other.value.predict(rows)).toHaveLength(rows.rowCount);
    other.value.dispose();
  });
});
