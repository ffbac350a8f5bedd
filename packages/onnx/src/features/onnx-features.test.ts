import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dataset, InvalidArgumentError, InvalidDatasetError, tune } from '@tunable/core';
import { randomForestClassifier } from '@tunable/random-forest';
import * as ort from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { FIXED_BATCH, SCALED_LOG, TINY_FP32 } from '../fixtures/tiny-models.ts';
import { modelSchema } from '../graph/onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../graph/protobuf.ts';
import { probeModel } from '../providers/probe-model.ts';
import type { OnnxRuntime } from '../runtime.ts';
import { onnxClassifier } from '../train/onnx-classifier.ts';
import { folderCache } from './features-cache.ts';
import { onnxFeatures, type OnnxFeaturesOptions } from './onnx-features.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tunable-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const rows = Array.from({ length: 70 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const labels = rows.map(([a, b]) => (a! + b! > 0 ? 'yes' : 'no'));
const data = dataset({ features: rows, target: labels, groups: rows.map((_, i) => i % 7) });

/** What the probe model computes: max(0, x [[1, -2], [3, 4]] + [0.5, -1]). */
const expected = rows.map(([a, b]) => [Math.max(0, a! + 3 * b! + 0.5), Math.max(0, -2 * a! + 4 * b! - 1)]);

const open = (options: Partial<OnnxFeaturesOptions> = {}) =>
  onnxFeatures({ runtime: ort, model: probeModel(), ...options });

/** The runtime, counting the runs of its sessions. */
function counting(): { runtime: OnnxRuntime; runs: () => number } {
  let count = 0;
  const create = async (...given: unknown[]): Promise<ort.InferenceSession> => {
    const session = await (
      ort.InferenceSession.create as (...all: unknown[]) => Promise<ort.InferenceSession>
    )(...given);
    const run = session.run.bind(session) as (...all: unknown[]) => Promise<ort.InferenceSession.ReturnType>;
    session.run = (...all: unknown[]) => {
      count++;
      return run(...all);
    };
    return session;
  };
  const { Tensor, env, listSupportedBackends } = ort;
  return { runtime: { InferenceSession: { create }, Tensor, env, listSupportedBackends }, runs: () => count };
}

describe('a dataset', () => {
  test('has the outputs of the model for features, and keeps everything else', async () => {
    for (const runtime of [ort, web]) {
      const features = await open({ runtime });
      const made = await features.dataset(data);
      expect(made).toMatchObject({ rowCount: 70, columnCount: 2, featureNames: ['y0', 'y1'], rowShape: [2] });
      expect([made.task, made.classes, made.target, made.groups]).toEqual([
        data.task,
        data.classes,
        data.target,
        data.groups,
      ]);
      for (const [i, value] of made.features.entries()) expect(value).toBeCloseTo(expected.flat()[i]!, 5);
      expect(made.rows([3]).features).toEqual(made.features.slice(6, 8));
      await features.close();
    }
  });

  test('does not depend on the size of batches', async () => {
    const all: Float64Array[] = [];
    for (const batchSize of [1, 32, 1000]) {
      const features = await open({ batchSize });
      all.push((await features.dataset(data)).features);
      await features.close();
    }
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });

  test('is computed once, also when asked for twice at a time', async () => {
    const { runtime, runs } = counting();
    const features = await open({ runtime, batchSize: 70 });
    const [one, two] = await Promise.all([features.dataset(data), features.dataset(data)]);
    await features.dataset(data);
    expect(runs()).toBe(1);
    expect(one.features).toBe(two.features);
    await features.close();
  });

  test('is prepared row by row', async () => {
    const pixels = dataset({ features: rows.map(([a, b]) => [10 * b!, 10 * a!]), target: labels });
    const features = await open({
      prepare: (row, into) => {
        into[0] = row[1]! / 10;
        into[1] = row[0]! / 10;
      },
    });
    const made = await features.dataset(pixels);
    for (const [i, value] of made.features.entries()) expect(value).toBeCloseTo(expected.flat()[i]!, 5);
    await features.close();
  });

  test('comes from a model of fixed batches, the last one filled up', async () => {
    const features = await open({ model: FIXED_BATCH });
    const made = await features.dataset(
      dataset({
        features: [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
        target: [1, 2, 3],
      }),
    );
    expect(Array.from(made.features)).toEqual([6, 15, 24]);
    await features.close();
    await expect(open({ model: FIXED_BATCH, batchSize: 3 })).rejects.toThrow(/takes batches of 2 only/);
  });

  test('comes from a model with other inputs', async () => {
    const scale = new ort.Tensor('float32', [2], []);
    const features = await open({ model: SCALED_LOG, otherInputs: { scale } });
    const { features: made } = await features.rows([[0.5, Math.E / 2]]);
    expect(made[0]).toBeCloseTo(0, 6);
    expect(made[1]).toBeCloseTo(1, 6);
    await expect(
      features.rows([
        [1, 1],
        [-1, 1],
      ]),
    ).rejects.toThrow(InvalidDatasetError);
    await expect(
      features.rows([
        [1, 1],
        [-1, 1],
      ]),
    ).rejects.toThrow(/output 'y' of row 1 holds NaN/);
    await features.close();
  });
});

describe('a cache on disk', () => {
  test('spares another run of the program the work, as long as nothing changed', async () => {
    const { runtime, runs } = counting();
    const path = join(folder, 'probe.onnx');
    writeFileSync(path, probeModel());
    const compute = async (options: Partial<OnnxFeaturesOptions>, of = data): Promise<Float64Array> => {
      const features = await open({ runtime, cache: folder, batchSize: 100, ...options });
      const made = await features.dataset(of);
      await features.close();
      return made.features;
    };
    const first = await compute({});
    expect(runs()).toBe(1);
    // The same model from a file, the same rows in shared memory.
    const shared = dataset({ features: rows, target: labels });
    shared.toPlain();
    expect(await compute({ model: path }, shared)).toEqual(first);
    expect(runs()).toBe(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.f64'))).toHaveLength(1);
    await compute({}, data.rows([1, 2]));
    expect(runs()).toBe(2);
    const prepare = (row: Float64Array, into: Float32Array): void => into.set(row);
    await compute({ prepare, cacheKey: 'as they are' });
    expect(runs()).toBe(3);
    await compute({
      model: TINY_FP32,
      prepare: (_, into) => into.fill(1),
      cacheKey: 'ones',
      output: 'logits',
    });
    expect(runs()).toBe(4);
  });

  test('notices that weights in a file beside the model have changed', async () => {
    const path = join(folder, 'outside.onnx');
    const { graph, ...rest } = decodeMessage(modelSchema, probeModel());
    const [weights, ...others] = graph?.initializer ?? [];
    const { rawData, ...named } = weights!;
    const outside = {
      ...named,
      dataLocation: 1,
      externalData: [{ key: 'location', value: 'outside.weights' }],
    };
    writeFileSync(
      path,
      encodeMessage(modelSchema, { ...rest, graph: { ...graph, initializer: [outside, ...others] } }),
    );
    const compute = async (factor: number): Promise<number> => {
      const numbers = new Float32Array(Uint8Array.from(rawData!).buffer).map((weight) => factor * weight);
      writeFileSync(join(folder, 'outside.weights'), numbers);
      const changed = new Date(1e12 + 1000 * factor);
      utimesSync(join(folder, 'outside.weights'), changed, changed);
      const features = await open({ model: path, cache: folder });
      const { features: computed } = await features.rows([[1, 0]]);
      await features.close();
      return computed[0]!;
    };
    // x [1, 0] by the weight 1 and the bias 0.5.
    expect(await compute(1)).toBeCloseTo(1.5, 5);
    expect(await compute(2)).toBeCloseTo(2.5, 5);
    const files = readdirSync(folder).length;
    expect(await compute(1)).toBeCloseTo(1.5, 5);
    expect(readdirSync(folder)).toHaveLength(files);
  });

  test('may be written by several at the same time', async () => {
    const cache = folderCache(join(folder, 'shared'));
    const numbers = Float64Array.of(1, 2, 3);
    await Promise.all(Array.from({ length: 20 }, () => cache.write('key', numbers)));
    expect(await cache.read('key')).toEqual(numbers);
    expect(readdirSync(join(folder, 'shared'))).toEqual(['key.f64']);
  });

  test('needs to be told what prepare does', async () => {
    await expect(open({ cache: folder, prepare: () => {} })).rejects.toThrow(
      /cacheKey must tell what prepare does/,
    );
  });
});

test('any learner is tuned on the features, and predicts new rows', async () => {
  const features = await open();
  const made = await features.dataset(data);
  const learner = randomForestClassifier();
  const { model, best } = await tune(learner, made, { metric: 'accuracy', trials: 3, seed: 1 });
  expect(best.value).toBeGreaterThan(0.6);
  const predicted = model.predict(await features.rows(rows.slice(0, 5)));
  expect(Array.from(predicted)).toHaveLength(5);
  await features.close();
});

test('a network is trained on the features', async () => {
  const features = await open();
  const made = await features.dataset(data);
  const learner = onnxClassifier({ epochs: 2 });
  const { model } = await tune(learner, made, { metric: 'accuracy', trials: 1, seed: 1 });
  expect(await model.predict(await features.rows(rows.slice(0, 3)))).toHaveLength(3);
  // Its own file is a model that gives features in turn.
  const stacked = await open({ model: model.save(), output: 'probabilities' });
  expect(await stacked.dataset(made)).toMatchObject({
    featureNames: ['probabilities0', 'probabilities1'],
    rowCount: 70,
  });
  await stacked.close();
  await model.dispose();
  await features.close();
});

describe('errors', () => {
  test('of names list those that there are', async () => {
    await expect(open({ model: TINY_FP32 })).rejects.toThrow(InvalidArgumentError);
    await expect(open({ model: TINY_FP32 })).rejects.toThrow(
      /several outputs; say which in output\. Its outputs: logits: float32 \[batch, 3\]; hidden: float32 \[batch, 16\]/,
    );
    await expect(open({ model: TINY_FP32, output: 'embedding' })).rejects.toThrow(/no output 'embedding'/);
    await expect(open({ input: 'pixels' })).rejects.toThrow(
      /no input 'pixels'. Its inputs: x: float32 \[n, 2\]/,
    );
    await expect(open({ model: SCALED_LOG })).rejects.toThrow(
      /several inputs; give the others in otherInputs/,
    );
    await expect(open({ outputs: ['y'] } as never)).rejects.toThrow(/unknown option 'outputs'/);
    await expect(open({ model: 'absent.onnx' })).rejects.toThrow(/^onnxFeatures: .*cannot be read/);
  });

  test('of sizes say what fits', async () => {
    const features = await open();
    const wide = dataset({
      features: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      target: [1, 2],
    });
    await expect(features.dataset(wide)).rejects.toThrow(InvalidDatasetError);
    await expect(features.dataset(wide)).rejects.toThrow(
      /rows have 3 numbers, and the model's input 'x' takes 2 \(\[2\]\); fit them with prepare/,
    );
    await expect(features.rows([{ a: 1, b: 2 }])).rejects.toThrow(/records have no order/);
    await features.close();
    await expect(features.rows([[1, 2]])).rejects.toThrow(/it was closed/);
  });
});
