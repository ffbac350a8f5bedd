import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { dataset, fitContext, InvalidArgumentError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';
import { loadTfjsModel } from './load-tfjs-model.ts';
import { curve, threeClasses } from './testing/data.ts';
import { classifier, regressor } from './testing/learners.ts';
import type { TfjsClassifierModel, TfjsRegressorModel } from './tfjs-model.ts';

const params = { units: 8, dropout: 0, learningRate: 0.03 };
const data = threeClasses(60);
let folder: string;
let model: TfjsClassifierModel;
let regression: TfjsRegressorModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-tfjs-'));
  model = await classifier({ epochs: 5, standardize: true }).fit(params, data, fitContext());
  regression = await regressor({ epochs: 5, standardize: true }).fit(params, curve(60), fitContext());
});

expectNoTensorsLeft();

afterAll(async () => {
  await rm(folder, { recursive: true });
  model.dispose();
  regression.dispose();
});

test('what is not there, or no place of this machine, is named', async () => {
  const missing = loadTfjsModel(join(folder, 'nothing'));
  await expect(missing).rejects.toThrow(InvalidArgumentError);
  await expect(missing).rejects.toThrow(
    /there is no model in '.*nothing': .*model\.json cannot be read: ENOENT/,
  );
  await expect(loadTfjsModel('file://models/digits')).rejects.toThrow(
    /'file:\/\/models\/digits' is no file: URL of this machine/,
  );
});

test('a model that was disposed of says so', async () => {
  const gone = await classifier({ epochs: 1 }).fit(params, data, fitContext());
  gone.dispose();
  await expect(gone.predict(data)).rejects.toThrow(/the model was disposed of/);
  await expect(gone.predictProbability(data)).rejects.toThrow(/the model was disposed of/);
  await expect(gone.save()).rejects.toThrow(/the model was disposed of/);
});

describe('a saved model predicts the same when it is loaded', () => {
  async function expectSame(loaded: Awaited<ReturnType<typeof loadTfjsModel>>): Promise<void> {
    expect(loaded.task).toBe('classification');
    expect(loaded.classes).toEqual(['a', 'b', 'c']);
    expect(loaded.featureNames).toEqual(data.featureNames);
    expect(await loaded.predict(data)).toEqual(await model.predict(data));
    expect(await loaded.predictProbability!(data)).toEqual(await model.predictProbability(data));
    loaded.dispose();
  }

  test('from bytes', async () => {
    const bytes = await model.save();
    expect(bytes).toBeInstanceOf(Uint8Array);
    await expectSame(await loadTfjsModel(bytes));
  });

  test('from a directory that is made, by its path, its URL or its model.json', async () => {
    const directory = join(folder, 'models', 'first');
    await model.save(directory);
    expect((await readdir(directory)).toSorted()).toEqual(['model.json', 'weights.bin']);
    await expectSame(await loadTfjsModel(directory));
    await expectSame(await loadTfjsModel(pathToFileURL(directory)));
    await expectSame(await loadTfjsModel(join(directory, 'model.json')));
    await model.save(pathToFileURL(join(folder, 'second')));
    await expectSame(await loadTfjsModel(join(folder, 'second')));
  });

  test('through a handler of TensorFlow.js', async () => {
    let kept: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        kept = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    expect(kept?.weightSpecs).toHaveLength(6);
    await expectSame(await loadTfjsModel(tf.io.fromMemory(kept!)));
  });

  test('once more, after it was loaded', async () => {
    const loaded = await loadTfjsModel(await model.save());
    const bytes = await loaded.save();
    expect(bytes.length).toBe((await model.save()).length);
    await expectSame(await loadTfjsModel(bytes));
    loaded.dispose();
  });

  test('a regression too', async () => {
    const loaded = (await loadTfjsModel(await regression.save())) as TfjsRegressorModel;
    expect(await loaded.predict(curve(10))).toEqual(await regression.predict(curve(10)));
    expect(loaded).not.toHaveProperty('predictProbability');
    loaded.dispose();
  });

  test('labels keep their type', async () => {
    const truths = dataset({ features: [[0], [1], [0], [1]], target: [false, true, false, true] });
    const small = await classifier({ epochs: 1 }).fit(params, truths, fitContext());
    const loaded = await loadTfjsModel(await small.save());
    expect(loaded.classes).toEqual([false, true]);
    small.dispose();
    loaded.dispose();
  });
});

test('the files are those of TensorFlow.js, which needs nothing of ours to predict rows as they are', async () => {
  const directory = join(folder, 'plain');
  await model.save(directory);
  const json = JSON.parse(await readFile(join(directory, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  const weights = await readFile(join(directory, 'weights.bin'));
  expect(json.format).toBe('layers-model');
  const plain = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: new Uint8Array(weights).buffer,
    }),
  );
  const x = tf.tensor2d(Float32Array.from(data.features), [60, 3]);
  const y = plain.predict(x) as tf.Tensor;
  const expected = await model.predictProbability(data);
  (await y.data()).forEach((p, i) => expect(p).toBeCloseTo(expected[i]!, 6));
  tf.dispose([x, y]);
  plain.dispose();
});

describe('what is no saved model is refused', () => {
  test.each([
    ['other bytes', new TextEncoder().encode('tunable-tfjs-9 and so on'), /not a saved network/],
    ['no bytes', new Uint8Array(0), /not a saved network/],
  ])('%s', async (_, bytes, message) => {
    await expect(loadTfjsModel(bytes)).rejects.toThrow(InvalidArgumentError);
    await expect(loadTfjsModel(bytes)).rejects.toThrow(message);
  });

  test('bytes that end too early', async () => {
    const bytes = await model.save();
    await expect(loadTfjsModel(bytes.subarray(0, 200))).rejects.toThrow(/damaged/);
    await expect(loadTfjsModel(bytes.subarray(0, -10))).rejects.toThrow(
      /damaged: it has \d+ bytes, expected \d+/,
    );
  });

  test('a network that was not saved by this package', async () => {
    const other = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    let kept: tf.io.ModelArtifacts | undefined;
    await other.save(
      tf.io.withSaveHandler((artifacts) => {
        kept = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    other.dispose();
    await expect(loadTfjsModel(tf.io.fromMemory(kept!))).rejects.toThrow(/not saved by @tunable\/tfjs/);
  });

  test('a directory that is not there; a place that TensorFlow.js does not know', async () => {
    await expect(loadTfjsModel(join(folder, 'nowhere'))).rejects.toThrow(/ENOENT.*nowhere/);
    await expect(loadTfjsModel('indexeddb://digits')).rejects.toThrow(
      /cannot load a model from 'indexeddb:\/\/digits'/,
    );
    await expect(model.save('indexeddb://digits')).rejects.toThrow(/cannot save a model to/);
  });
});
