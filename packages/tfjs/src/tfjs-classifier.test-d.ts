import { boolean, categorical, choice, dataset, float, int, space, tune } from '@tunable/core';
import type * as tf from '@tensorflow/tfjs';
import { expectTypeOf, test } from 'vitest';

import { denseRegressor } from './dense-regressor.ts';
import { tfjsClassifier } from './tfjs-classifier.ts';
import type { TfjsClassifierModel, TfjsRegressorModel } from './tfjs-model.ts';
import { tfjsObjective } from './tfjs-objective.ts';
import { tfjsRegressor } from './tfjs-regressor.ts';

declare const network: tf.LayersModel;
const data = dataset({ features: [[1], [2]], target: ['a', 'b'] });

test('the shape of the space types the parameters of build and of the result', async () => {
  const net = tfjsClassifier({
    space: {
      units: int(16, 256, { scale: 'log' }),
      batchSize: categorical([32, 64, 128]),
      optimizer: choice({ adam: {}, sgd: { momentum: float(0, 0.99) } }),
      nested: { wide: boolean() },
    },
    build: (params, { inputShape, classes, outputs, seed }) => {
      expectTypeOf(params.units).toEqualTypeOf<number>();
      expectTypeOf(params.batchSize).toEqualTypeOf<32 | 64 | 128>();
      expectTypeOf(params.optimizer).toEqualTypeOf<{ type: 'adam' } | { type: 'sgd'; momentum: number }>();
      expectTypeOf(params.nested.wide).toEqualTypeOf<boolean>();
      expectTypeOf(inputShape).toEqualTypeOf<number[]>();
      expectTypeOf([classes, outputs, seed]).toEqualTypeOf<number[]>();
      return network;
    },
    augment: (batch, { params, random }) => {
      expectTypeOf(params.batchSize).toEqualTypeOf<32 | 64 | 128>();
      expectTypeOf(random()).toEqualTypeOf<number>();
      return batch;
    },
    epochs: 20,
  });
  const result = await tune(net, data, { threads: 2 });
  expectTypeOf(result.best.params.batchSize).toEqualTypeOf<32 | 64 | 128>();
  expectTypeOf(result.model).toEqualTypeOf<TfjsClassifierModel>();
  expectTypeOf(await result.model.save()).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  expectTypeOf(await result.model.save('models/digits')).toEqualTypeOf<void>();
});

test('so does a space', () => {
  tfjsRegressor({
    space: space({ units: int(1, 9), activation: categorical(['relu', 'tanh']) }),
    build: (params) => {
      expectTypeOf(params).toEqualTypeOf<{ units: number; activation: 'relu' | 'tanh' }>();
      return network;
    },
  });
});

test('misspelt options and options of the other task are errors', () => {
  expectTypeOf<Parameters<typeof tfjsRegressor>[0]>().not.toHaveProperty('classWeights');
  // @ts-expect-error -- epoch is no option
  tfjsClassifier({ space: { units: int(1, 9) }, build: () => network, epoch: 3 });
  // @ts-expect-error -- a regression has no classes
  tfjsRegressor({ space: { units: int(1, 9) }, build: () => network, classWeights: 'balanced' });
  // @ts-expect-error -- nor does a ready-made one
  denseRegressor({ classWeights: 'balanced' });
  // @ts-expect-error -- build must return a model
  tfjsClassifier({ space: { units: int(1, 9) }, build: () => 3 });
});

test('ready-made learners narrow their spaces', async () => {
  const prices = dataset({ features: [[1], [2]], target: [1, 2] });
  const result = await tune(denseRegressor(), prices, { space: space({ units: int(8, 16) }) });
  expectTypeOf(result.best.params).toEqualTypeOf<{ units: number }>();
  expectTypeOf(result.model).toEqualTypeOf<TfjsRegressorModel>();
  // @ts-expect-error -- layers is a number
  await tune(denseRegressor(), prices, { space: space({ layers: categorical(['one']) }) });
});

test('a training loop has the parameters of its study', () => {
  const objective = tfjsObjective(async (params: { rate: number }, run) => {
    expectTypeOf(run.trial.params).toEqualTypeOf<{ rate: number }>();
    expectTypeOf(run.seeded(() => 'x')).toEqualTypeOf<string>();
    expectTypeOf(run.track(network)).toEqualTypeOf<tf.LayersModel>();
    return 1;
  });
  expectTypeOf(objective).parameter(0).toEqualTypeOf<{ rate: number }>();
});
