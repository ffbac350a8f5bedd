import {
  AllTrialsFailedError,
  categorical,
  createRandom,
  dataset,
  float,
  holdout,
  hyperband,
  int,
  median,
  random,
  space,
  stratifiedKFold,
  tune,
  type Dataset,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test, vi } from 'vitest';

import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';
import { convClassifier } from './conv-classifier.ts';
import { denseClassifier } from './dense-classifier.ts';
import { denseRegressor } from './dense-regressor.ts';
import { curve, threeClasses } from './testing/data.ts';
import { classifier, smallShape } from './testing/learners.ts';

expectNoTensorsLeft();

const data = threeClasses(90);

test('a network is tuned as a random forest is', async () => {
  const { best, baseline, model } = await tune(classifier({ epochs: 8, standardize: true }), data, {
    metric: 'accuracy',
    metrics: ['logLoss'],
    resampling: stratifiedKFold(3),
    trials: 5,
    seed: 1,
  });
  expect(best.value).toBeGreaterThan(0.85);
  expect(best.value).toBeGreaterThanOrEqual(baseline!.value);
  expect(baseline!.params).toEqual({ units: 16, dropout: 0, learningRate: 0.03 });
  expect(await model.predict([{ x0: 0, x1: 1000, x2: 0.5 }])).toEqual(['a']);
  model.dispose();
});

test.each(['cpu', 'wasm'])('two runs of a study give equal results, on %s', async (backend) => {
  const run = async (): Promise<unknown> => {
    const { study } = await tune(classifier({ epochs: 4, standardize: true, backend }), data, {
      resampling: holdout(),
      metric: 'logLoss',
      pruner: median({ startupTrials: 2 }),
      trials: 8,
      seed: 7,
      refit: false,
    });
    expect(study.trials.some(({ state }) => state === 'pruned')).toBe(true);
    return study.trials.map(({ params, state, value, reports }) => ({ params, state, value, reports }));
  };
  const first = await run();
  expect(await run()).toEqual(first);
});

test('every epoch is a step, and a pruned trial has only those before', async () => {
  const { study } = await tune(classifier({ epochs: 9, standardize: true, keepBest: false }), data, {
    resampling: holdout(),
    metric: 'logLoss',
    pruner: hyperband({ maxResource: 9 }),
    trials: 20,
    seed: 3,
    refit: false,
  });
  for (const { reports } of study.trials) {
    expect(reports.steps).toEqual(Array.from(reports.steps.keys()));
  }
  const complete = study.trials.filter(({ state }) => state === 'complete');
  expect(complete.map(({ reports }) => reports.values.at(-1))).toEqual(
    complete.map(({ value }) => expect.closeTo(value!, 5)),
  );
  const lengths = (wanted: string): Set<number> =>
    new Set(study.trials.filter(({ state }) => state === wanted).map(({ reports }) => reports.steps.length));
  // Hyperband's rungs are at 1 and 3 epochs.
  expect(lengths('pruned')).toEqual(new Set([1, 3]));
  expect(lengths('complete')).toEqual(new Set([9]));
});

describe('nothing is left', () => {
  test('after 100 trials that succeed, fail, diverge and are pruned', async () => {
    let built = 0;
    const learner = classifier({
      epochs: 3,
      standardize: true,
      space: { ...smallShape, learningRate: categorical([0.01, 0.03, 1e38], { default: 0.03 }) },
      optimizer: { type: 'sgd', momentum: 0.9 },
      build: ({ units, dropout }, { inputShape, classes }) => {
        const first = tf.layers.dense({ units, inputShape, activation: 'relu' });
        const model = tf.sequential({ layers: [first, tf.layers.dropout({ rate: dropout })] });
        if (++built % 7 === 0) throw new Error('every seventh fails');
        model.add(
          tf.layers.dense({ units: built % 11 === 0 ? classes + 1 : classes, activation: 'softmax' }),
        );
        return model;
      },
    });
    const { study } = await tune(learner, data, {
      resampling: holdout(),
      metric: 'logLoss',
      pruner: median({ startupTrials: 3 }),
      optimizer: random(),
      trials: 100,
      concurrency: 3,
      seed: 5,
      refit: false,
    });
    const count = (wanted: string): number => study.trials.filter(({ state }) => state === wanted).length;
    expect(count('complete')).toBeGreaterThan(10);
    expect(count('pruned')).toBeGreaterThan(5);
    const reasons = study.trials.flatMap(({ failure }) => failure?.message ?? []);
    for (const reason of ['every seventh fails', 'diverged', 'gives [4] for a row']) {
      expect(reasons.join('\n')).toContain(reason);
    }
  });

  test('after an abort', async () => {
    const before = tf.memory().numTensors;
    const abort = new AbortController();
    const learner = classifier({
      epochs: 10_000,
      augment: (batch, { epoch }) => {
        if (epoch === 5) abort.abort(new Error('enough'));
        return batch;
      },
    });
    await expect(tune(learner, data, { signal: abort.signal, concurrency: 2 })).rejects.toThrow('enough');
    // The study does not wait for what it has given up; the fits notice within a batch.
    await vi.waitFor(() => expect(tf.memory().numTensors).toBe(before));
  });

  test('after a trial that ran out of time', async () => {
    const before = tf.memory().numTensors;
    const tuning = tune(classifier({ epochs: 100_000 }), data, { trials: 2, trialTimeout: 100 });
    await expect(tuning).rejects.toThrow(AllTrialsFailedError);
    await vi.waitFor(() => expect(tf.memory().numTensors).toBe(before));
  });
});

describe('ready-made networks', () => {
  const options = { resampling: holdout(), trials: 3, seed: 1 } as const;

  test('dense, for classes', async () => {
    const { best, model } = await tune(
      denseClassifier({ epochs: 15, classWeights: 'balanced' }),
      data,
      options,
    );
    expect(best.value).toBeGreaterThan(0.85);
    model.dispose();
  });

  test('dense, for numbers', async () => {
    const { best, model } = await tune(denseRegressor({ epochs: 60 }), curve(150), options);
    expect(best.value).toBeGreaterThan(0.8);
    model.dispose();
  });

  test('convolutional, for images; in a space of your own', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { best, model } = await tune(convClassifier({ epochs: 6 }), stripes(60), {
      ...options,
      space: space({ filters: int(2, 6), learningRate: float(1e-3, 3e-2, { scale: 'log' }) }),
    });
    expect(best.value).toBeGreaterThan(0.9);
    expect(model.backend).toBe('cpu');
    expect(warn.mock.calls.filter(([text]) => /lacks Conv2DBackpropFilter/.test(String(text)))).toHaveLength(
      1,
    );
    warn.mockRestore();
    model.dispose();
  });

  test('convolutional, for what is no image', async () => {
    const tuning = tune(convClassifier(), data, { ...options, trials: 1 });
    await expect(tuning).rejects.toThrow(/needs images, and the rows have the shape \[3\]/);
  });
});

/** Images of 8x8 with two colours: stripes upright or lying, anywhere. */
function stripes(rows: number): Dataset {
  const random = createRandom(2);
  const images = Array.from({ length: rows }, (_, i) => {
    const shift = random.integer(4);
    return Array.from({ length: 128 }, (__, at) => {
      const [x, y] = [(at >> 1) % 8, at >> 4];
      return ((i % 2 === 0 ? x : y) + shift) % 4 < 2 ? 1 + 0.1 * random.normal() : 0;
    });
  });
  return dataset({
    features: images,
    target: images.map((_, i) => (i % 2 === 0 ? 'upright' : 'lying')),
    rowShape: [8, 8, 2],
  });
}
