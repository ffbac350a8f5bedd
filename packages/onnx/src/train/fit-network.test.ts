import {
  createRandom,
  dataset,
  evaluateModel,
  fitContext,
  InvalidDatasetError,
  InvalidParameterError,
  InvalidResultError,
  TrialPruned,
  UnsupportedError,
  type Dataset,
  type Label,
  type LearnerParams,
} from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import type { OnnxRuntime } from '../runtime.ts';
import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';

type Params = LearnerParams<ReturnType<typeof onnxClassifier>>;

const { space } = onnxClassifier();
const defaults: Params = space.decode(space.defaultRow());
const small: Params = {
  ...defaults,
  hidden: [16],
  batchSize: 16,
  optimizer: { type: 'adam', learningRate: 0.02 },
};

/** Clouds around the corners of a triangle, in a plane where one axis is a thousand times as long. */
function clouds(count: number, labels: readonly Label[] = ['x', 'y', 'z'], spread = 0.2): Dataset {
  const random = createRandom(7);
  const features = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * (i % 3)) / 3;
    return [
      Math.cos(angle) + spread * random.normal(),
      1000 * (Math.sin(angle) + spread * random.normal()) + 5e4,
    ];
  });
  return dataset({ features, target: features.map((_, i) => labels[i % 3]!), task: 'classification' });
}

/** A curve that no line follows. */
function curve(count: number): Dataset {
  const random = createRandom(9);
  const features = Array.from({ length: count }, () => [4 * random.uniform() - 2]);
  return dataset({ features, target: features.map(([x]) => 1000 + 50 * Math.sin(2 * x!)) });
}

/** The runtime with a count of its open sessions. */
function countingRuntime(): { runtime: OnnxRuntime; open: () => number; created: () => number } {
  let created = 0;
  let open = 0;
  const runtime: OnnxRuntime = {
    ...ort,
    InferenceSession: {
      async create(...args: Parameters<typeof ort.InferenceSession.create>) {
        const session = await ort.InferenceSession.create(...args);
        created++;
        open++;
        const release = session.release.bind(session);
        session.release = async () => {
          open--;
          await release();
        };
        return session;
      },
    } as typeof ort.InferenceSession,
  };
  return { runtime, open: () => open, created: () => created };
}

describe('learns', () => {
  test.each([
    ['strings', ['b', 'c', 'a']],
    ['numbers with gaps', [10, -3, 200]],
  ])('clouds whose labels are %s', async (_, labels) => {
    const data = clouds(150, labels);
    const model = await onnxClassifier().fit(small, data, fitContext());
    expect(model.classes).toEqual(data.classes);
    expect(await model.predict(data)).toEqual(Array.from(data.target, (index) => data.classes[index]));
    expect(await model.predict([])).toEqual([]);
    await model.dispose();
  });

  test('a line between two classes, without hidden layers', async () => {
    const data = dataset({
      features: Array.from({ length: 60 }, (_, i) => [i, (i * 7) % 10]),
      target: Array.from({ length: 60 }, (_, i) => i >= 30),
    });
    const model = await onnxClassifier({ epochs: 60 }).fit({ ...small, hidden: [] }, data, fitContext());
    expect(
      await model.predict([
        [0, 5],
        [59, 5],
      ]),
    ).toEqual([false, true]);
    await model.dispose();
  });

  test.each<[string, Partial<Params>]>([
    ['sgd', { optimizer: { type: 'sgd', learningRate: 0.3 } }],
    ['momentum', { optimizer: { type: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: true } }],
    ['adamW', { optimizer: { type: 'adamW', learningRate: 0.02 }, weightDecay: 0.01 }],
    ['batch normalization and dropout', { batchNorm: true, dropout: 0.2, hidden: [16, 16] }],
    ['a schedule with warm-up', { schedule: 'cosine', warmup: 0.2 }],
  ])('with %s', async (_, changes) => {
    const data = clouds(150);
    const model = await onnxClassifier().fit({ ...small, ...changes }, data, fitContext({ seed: 5 }));
    const { accuracy } = await evaluateModel(model, data, ['accuracy']);
    expect(accuracy).toBeGreaterThan(0.97);
    await model.dispose();
  });

  test('a curve', async () => {
    const data = curve(300);
    const learner = onnxRegressor({ epochs: 60 });
    const model = await learner.fit({ ...small, hidden: [32, 32] }, data, fitContext());
    const { rootMeanSquaredError } = await evaluateModel(model, curve(50), ['rootMeanSquaredError']);
    expect(rootMeanSquaredError).toBeLessThan(5);
    expect(model.classes).toBeUndefined();
    expect(model.predictProbability).toBeUndefined();
    await model.dispose();
  });

  test('rows that lack a class, which then never comes out', async () => {
    const data = clouds(90);
    const part = data.rows(Array.from({ length: 90 }, (_, i) => i).filter((i) => i % 3 !== 1));
    const model = await onnxClassifier({ epochs: 3 }).fit(small, part, fitContext());
    const probabilities = await model.predictProbability!(data);
    for (let row = 0; row < 90; row++) expect(probabilities[3 * row + 1]).toBe(0);
    await model.dispose();
  });
});

describe('is reproducible', () => {
  const params: Params = { ...small, dropout: 0.3, batchNorm: true };
  const saved = async (seed: number): Promise<Uint8Array> => {
    const model = await onnxClassifier({ epochs: 3 }).fit(params, clouds(100), fitContext({ seed }));
    return model.save();
  };

  test('an equal seed gives the same file, another one another', async () => {
    expect(await saved(1)).toEqual(await saved(1));
    expect(await saved(1)).not.toEqual(await saved(2));
  });
});

describe('reports', () => {
  test('each epoch, with a model of that epoch, whose loss falls', async () => {
    const data = clouds(120);
    const scores: number[] = [];
    const model = await onnxClassifier({ epochs: 6 }).fit(
      small,
      data,
      fitContext({
        validation: data,
        async report(step, value) {
          expect(step).toBe(scores.length + 1);
          scores.push((await evaluateModel(value as never, data, ['logLoss']))['logLoss']!);
        },
      }),
    );
    expect(scores).toHaveLength(6);
    expect(scores.at(-1)).toBeLessThan(scores[0]! / 2);
    expect(model.training?.losses).toHaveLength(6);
    for (const [i, loss] of model.training!.validationLosses.entries())
      expect(loss).toBeCloseTo(scores[i]!, 4);
    const { logLoss } = await evaluateModel(model, data, ['logLoss']);
    expect(logLoss).toBeCloseTo(Math.min(...scores), 5);
    await model.dispose();
  });

  test('lets timers and aborts through, and frees all sessions when it is stopped', async () => {
    const { runtime, open, created } = countingRuntime();
    const learner = onnxClassifier({ runtime, epochs: 10_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 60);
    const { signal } = controller;
    await expect(learner.fit(small, clouds(2000), fitContext({ signal }))).rejects.toThrow('enough');
    const report = async (step: number): Promise<void> => {
      if (step === 2) throw new TrialPruned('hopeless');
    };
    await expect(
      learner.fit(small, clouds(60), fitContext({ report, validation: clouds(30) })),
    ).rejects.toThrow(TrialPruned);
    expect(created()).toBeGreaterThanOrEqual(3);
    expect(open()).toBe(0);
  });

  test('a whole fit, and predictions, leave nothing open once the model is disposed of', async () => {
    const { runtime, open } = countingRuntime();
    const data = clouds(60);
    const model = await onnxClassifier({ runtime, epochs: 2 }).fit(small, data, fitContext());
    expect(open()).toBe(0);
    await model.predict(data);
    await model.predict(data);
    expect(open()).toBe(1);
    await model.dispose();
    await model.dispose();
    expect(open()).toBe(0);
    await expect(model.predict(data)).rejects.toThrow(/disposed of/);
  });
});

describe('early stopping', () => {
  test('refuses to stop early by rows that cannot be drawn', async () => {
    const fit = (earlyStopping: number | false, validationSplit: number) =>
      onnxClassifier({ epochs: 2, earlyStopping, validationSplit }).fit(
        small,
        clouds(3),
        fitContext({ seed: 1 }),
      );
    const refused = fit(3, 0.1);
    await expect(refused).rejects.toThrow(InvalidDatasetError);
    await expect(refused).rejects.toThrow(/earlyStopping needs validation rows, and none of these 3/);
    for (const fitted of [fit(false, 0.1), fit(3, 0)]) {
      const model = await fitted;
      expect(model.training?.losses).toHaveLength(2);
      await model.dispose();
    }
  });

  test('ends the training, and the model has the weights of the best epoch', async () => {
    const noise = dataset({
      features: Array.from({ length: 80 }, (_, i) => [Math.sin(i * 12.9), Math.cos(i * 78.2)]),
      target: Array.from({ length: 80 }, (_, i) => (i * 7919) % 13 > 6),
    });
    const params: Params = { ...small, hidden: [64], optimizer: { type: 'adam', learningRate: 0.03 } };
    const learner = onnxClassifier({ epochs: 200, earlyStopping: { patience: 4 } });
    const model = await learner.fit(params, noise, fitContext({ validation: clouds2(noise) }));
    const { losses, validationLosses, bestEpoch } = model.training!;
    expect(losses.length).toBeLessThan(200);
    expect(losses).toHaveLength(bestEpoch + 4);
    expect(validationLosses[bestEpoch - 1]).toBe(Math.min(...validationLosses));
    await model.dispose();
  });

  test('without validation rows takes some of the training rows', async () => {
    const data = clouds(100);
    const learner = onnxClassifier({ epochs: 3, validationSplit: 0.2 });
    const model = await learner.fit(small, data, fitContext());
    expect(model.training?.validationLosses).toHaveLength(3);
    const all = await onnxClassifier({ epochs: 3, validationSplit: 0 }).fit(small, data, fitContext());
    expect(all.training).toMatchObject({ validationLosses: [], bestEpoch: 3 });
  });

  /** The same rows with the labels turned round, of which nothing can be learnt. */
  function clouds2(data: Dataset): Dataset {
    const { features, columnCount, rowCount } = data;
    const rows = Array.from({ length: rowCount }, (_, row) =>
      Array.from(features.subarray(row * columnCount, (row + 1) * columnCount)),
    );
    return dataset({ features: rows, target: Array.from(data.target, (label) => label === 0) });
  }
});

describe('an execution provider', () => {
  const data = clouds(30);

  test('that cannot be used gives way to the next, which the model tells', async () => {
    const model = await onnxClassifier({ epochs: 1, providers: ['cuda', 'cpu'] }).fit(
      small,
      data,
      fitContext(),
    );
    expect(model.provider).toBe('cpu');
    expect(model.fellBackFrom).toEqual([
      { provider: 'cuda', reason: expect.stringMatching(/'cuda' cannot be used/) },
    ]);
    await model.dispose();
  });

  test('without another one fails, saying why', async () => {
    const fit = onnxClassifier({ providers: ['cuda'] }).fit(small, data, fitContext());
    await expect(fit).rejects.toThrow(UnsupportedError);
    await expect(fit).rejects.toThrow(/^onnxClassifier: .*'cuda' cannot be used here: .*install/);
  });
});

describe('refuses', () => {
  test('to go on when the loss is no number, saying in which epoch', async () => {
    const params = { ...small, optimizer: { type: 'sgd', learningRate: 1e6 } } as const;
    const fit = (onDivergence: 'fail' | 'prune'): Promise<unknown> =>
      Promise.resolve(onnxRegressor({ onDivergence }).fit(params, curve(100), fitContext()));
    await expect(fit('fail')).rejects.toThrow(InvalidResultError);
    await expect(fit('fail')).rejects.toThrow(
      /the loss became (?:NaN|infinite) in epoch \d+, at a learning rate of 1000000; a smaller learning rate/,
    );
    await expect(fit('prune')).rejects.toThrow(TrialPruned);
  });

  test.each([
    // Weights that are numbers still, but whose products are none; and weights that are none themselves.
    { keepBest: true, learningRate: 1e25 },
    { keepBest: false, learningRate: 1e40 },
  ])('a network that the very last step has ruined, with %j', async ({ keepBest, learningRate }) => {
    const params = { ...small, batchSize: 100, optimizer: { type: 'sgd', learningRate } } as const;
    const fit = onnxClassifier({ keepBest, epochs: 1 }).fit(params, clouds(60), fitContext());
    await expect(fit).rejects.toThrow(/the loss became NaN in epoch 1, at a learning rate of 1e\+/);
  });

  test.each<[string, object, RegExp]>([
    [
      'a layer without units',
      { hidden: [16, 0] },
      /hidden must be a list of whole numbers from 1, not \[16,0\]/,
    ],
    [
      'more than a file can hold',
      { hidden: [30_000, 30_000] },
      /hidden must be smaller \(90\d{7} weights; a file/,
    ],
    ['an unknown activation', { activation: 'softplus' }, /activation must be relu, .*, not "softplus"/],
    ['to drop everything', { dropout: 1 }, /dropout must be a share from 0, below 1, not 1/],
    ['negative decay', { weightDecay: -1 }, /weightDecay must be a number of at least 0/],
    [
      'an unknown optimizer',
      { optimizer: { type: 'lion', learningRate: 1 } },
      /optimizer\.type must be adam, /,
    ],
    [
      'standing still',
      { optimizer: { type: 'adam', learningRate: 0 } },
      /learningRate must be a number above 0/,
    ],
    [
      'endless momentum',
      { optimizer: { type: 'momentum', learningRate: 1, momentum: 1, nesterov: false } },
      /momentum must be a number from 0, below 1/,
    ],
    ['batches of none', { batchSize: 0 }, /batchSize must be a whole number from 1, not 0/],
    ['warming up for ever', { warmup: 1 }, /warmup/],
    ['an unknown schedule', { schedule: 'sawtooth' }, /schedule must be constant, linear, cosine, step/],
    ['a maybe', { batchNorm: 'yes' }, /batchNorm must be true or false/],
  ])('%s', async (_, changes, message) => {
    const fit = Promise.resolve().then(() =>
      onnxClassifier().fit({ ...small, ...changes } as Params, clouds(30), fitContext()),
    );
    await expect(fit).rejects.toThrow(InvalidParameterError);
    await expect(fit).rejects.toThrow(message);
  });
});
