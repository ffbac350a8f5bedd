import { evaluateModel, fitContext, TrialPruned, type Dataset, type FitContext } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test, vi } from 'vitest';

import type { TfjsLearnerOptions } from './options.ts';
import { curve, threeClasses } from './testing/data.ts';
import { classifier, regressor, type SmallShape } from './testing/learners.ts';
import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';

expectNoTensorsLeft();

const params = { units: 8, dropout: 0.1, learningRate: 0.03 };
const data = threeClasses(90);
const validation = threeClasses(45, 2);

type Options = Partial<TfjsLearnerOptions<SmallShape>>;
type Build = TfjsLearnerOptions<SmallShape>['build'];

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

describe('epochs', () => {
  test('each is reported, with the value that the metric has for the network as it is then', async () => {
    for (const metric of ['accuracy', 'logLoss', 'f1Macro'] as const) {
      const reported: number[] = [];
      const steps: number[] = [];
      const model = await fit(
        { keepBest: false },
        {
          async report(step, half) {
            steps.push(step);
            if (typeof half === 'number') throw new Error('a number');
            reported.push((await evaluateModel(half, validation, [metric]))[metric]!);
          },
        },
      );
      expect(steps).toEqual([0, 1, 2, 3, 4, 5]);
      expect(new Set(reported).size).toBeGreaterThan(1);
      // The layer that standardizes works in 32 bits, the training in 64.
      expect(reported.at(-1)).toBeCloseTo((await evaluateModel(model, validation, [metric]))[metric]!, 5);
      model.dispose();
    }
  });

  test('pruning stops the training at once', async () => {
    const batches = vi.fn<(batch: tf.Tensor) => tf.Tensor>((batch) => batch);
    const pruned = fit(
      { augment: batches, batchSize: 30, epochs: 50 },
      {
        async report(step) {
          if (step === 1) throw new TrialPruned();
        },
      },
    );
    await expect(pruned).rejects.toThrow(TrialPruned);
    expect(batches).toHaveBeenCalledTimes(2 * 3);
  });

  test('an abort stops it within a batch', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    let batches = 0;
    const augment = (batch: tf.Tensor): tf.Tensor => {
      if (++batches === 4) abort.abort(reason);
      return batch;
    };
    await expect(fit({ augment, batchSize: 10 }, { signal: abort.signal })).rejects.toBe(reason);
    expect(batches).toBe(4);
    await expect(fit({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('an abort from outside is heard while it trains', async () => {
    await expect(fit({ epochs: 100_000 }, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
  });

  test('what report throws passes as it is', async () => {
    const error = new Error('mine');
    await expect(fit({}, { report: () => Promise.reject(error) })).rejects.toBe(error);
  });
});

describe('the best epoch', () => {
  /** The learning rate grows until the network forgets what it has learnt. */
  const spoiling: Options = { epochs: 12, schedule: ({ epoch }) => (epoch < 4 ? 1 : 8) };

  test('gives the model its weights', async () => {
    const model = await fit(spoiling);
    const losses = model.history.map(({ validationLoss }) => validationLoss!);
    expect(losses).toHaveLength(12);
    expect(losses[model.bestEpoch]).toBe(Math.min(...losses));
    expect(model.bestEpoch).toBeLessThan(11);
    const { logLoss } = await evaluateModel(model, validation, ['logLoss']);
    expect(logLoss).toBeCloseTo(Math.min(...losses), 4);
    model.dispose();
  });

  test('or the last one does, if asked for', async () => {
    const model = await fit({ ...spoiling, keepBest: false, earlyStopping: 11 });
    expect(model.bestEpoch).toBe(model.history.length - 1);
    const { logLoss } = await evaluateModel(model, validation, ['logLoss']);
    expect(logLoss).toBeCloseTo(model.history.at(-1)!.validationLoss!, 4);
    model.dispose();
  });

  test('early stopping waits for as many epochs as it is patient', async () => {
    const model = await fit({ ...spoiling, epochs: 40, earlyStopping: { patience: 3 } });
    expect(model.history.length).toBe(model.bestEpoch + 4);
    expect(model.history.length).toBeLessThan(40);
    model.dispose();
  });

  test('a smallest improvement can be demanded', async () => {
    const model = await fit({ epochs: 40, earlyStopping: { patience: 2, minDelta: 10 } });
    expect(model.history.length).toBe(3);
    model.dispose();
  });

  test('without validation rows a share of the rows is left out to judge by, or none if asked for', async () => {
    const seen = async (options: Options): Promise<{ rows: number; judged: boolean }> => {
      let rows = 0;
      const augment = (batch: tf.Tensor): tf.Tensor => ((rows += batch.shape[0]!), batch);
      const { validation: _, ...context } = fitContext();
      const model = await classifier({ ...options, augment, epochs: 1, standardize: true }).fit(
        params,
        data,
        context,
      );
      model.dispose();
      return { rows, judged: model.history[0]!.validationLoss !== undefined };
    };
    expect(await seen({})).toEqual({ rows: 81, judged: true });
    expect(await seen({ validationSplit: 0.5 })).toEqual({ rows: 45, judged: true });
    expect(await seen({ validationSplit: 0 })).toEqual({ rows: 90, judged: false });
    expect(await seen({ keepBest: false })).toEqual({ rows: 90, judged: false });
  });
});

describe('randomness', () => {
  const withDropout = { ...params, dropout: 0.4 };
  const probabilities = async (backend: string, seed: number, build?: Build): Promise<number[]> => {
    const learner = classifier({ epochs: 3, standardize: true, backend, ...(build && { build }) });
    const model = await learner.fit(withDropout, data, fitContext({ seed, validation }));
    const found = Array.from(await model.predictProbability(validation));
    model.dispose();
    return found;
  };

  test.each(['cpu', 'wasm'])('follows from the seed alone, on %s', async (backend) => {
    const one = await probabilities(backend, 1);
    expect(await probabilities(backend, 1)).toEqual(one);
    expect(await probabilities(backend, 2)).not.toEqual(one);
  });

  test('so does that of noise layers and recurrent layers', async () => {
    const build: Build = ({ units }, { inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.gaussianNoise({ stddev: 0.2, inputShape }),
          tf.layers.reshape({ targetShape: [3, 1] }),
          tf.layers.gru({ units, recurrentDropout: 0.2, recurrentInitializer: 'glorotNormal' }),
          tf.layers.dense({ units: classes, activation: 'softmax' }),
        ] as tf.layers.Layer[],
      });
    expect(await probabilities('wasm', 1, build)).toEqual(await probabilities('wasm', 1, build));
  });

  test('plain JavaScript and WASM agree nearly', async () => {
    const [cpu, wasm] = [await probabilities('cpu', 1), await probabilities('wasm', 1)];
    cpu.forEach((p, i) => expect(p).toBeCloseTo(wasm[i]!, 3));
  });

  test('fits that run at the same time do not disturb each other', async () => {
    const alone = [await probabilities('wasm', 1), await probabilities('wasm', 2)];
    expect(
      await Promise.all([probabilities('wasm', 1), probabilities('wasm', 2), probabilities('cpu', 1)]),
    ).toEqual([...alone, await probabilities('cpu', 1)]);
  });
});

describe('standardized', () => {
  test('a regression far from zero is learnt, and predicted in its own units', async () => {
    const rows = curve(150);
    const test = curve(60, 2);
    const r2 = async (standardize: boolean): Promise<number> => {
      const model = await regressor({ standardize, epochs: 60 }).fit(
        { ...params, units: 16, dropout: 0 },
        rows,
        fitContext(),
      );
      const found = (await evaluateModel(model, test, ['r2']))['r2']!;
      model.dispose();
      return found;
    };
    expect(await r2(true)).toBeGreaterThan(0.9);
    expect(await r2(false)).toBeLessThan(0.5);
  });
});

test('parameters count before options', async () => {
  const learner = classifier({ epochs: 2, learningRate: 0.5, batchSize: 10 });
  const batches: number[] = [];
  const model = await classifier({
    epochs: 2,
    learningRate: 0.5,
    batchSize: 10,
    keepBest: false,
    augment: (batch) => (batches.push(batch.shape[0]!), batch),
  }).fit(
    {
      ...params,
      epochs: 1,
      batchSize: 45,
      schedule: 'cosine',
      optimizer: { type: 'sgd', momentum: 0.5 },
    } as never,
    data,
    fitContext(),
  );
  expect(learner.name).toBe('tfjs-classifier');
  expect(batches).toEqual([45, 45]);
  // Cosine after one of two steps: half of 0.03.
  expect(model.history.map(({ learningRate }) => learningRate)).toEqual([expect.closeTo(0.015, 10)]);
  model.dispose();
});
