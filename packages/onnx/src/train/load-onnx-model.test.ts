import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { dataset, fitContext, InvalidArgumentError, UnsupportedError, type Dataset } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { GraphBuilder } from '../graph/graph-builder.ts';
import { readModel } from '../graph/read-model.ts';
import { loadOnnxModel } from './load-onnx-model.ts';
import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';

const features = Array.from({ length: 40 }, (_, i) => ({ width: i, height: (i * 7) % 11 }));
const birds = dataset({ features, target: features.map(({ width }) => (width > 20 ? 'owl' : 'ant')) });
const heights = dataset({ features, target: features.map(({ width, height }) => 3 * width - height) });

async function fit(data: Dataset): Promise<Uint8Array> {
  const learner = (data.task === 'classification' ? onnxClassifier : onnxRegressor)({ epochs: 4 });
  const params = learner.space.decode(learner.space.defaultRow());
  const model = await learner.fit({ ...params, batchNorm: true, hidden: [8, 4] }, data, fitContext());
  const loaded = await loadOnnxModel(model.save());
  expect(await loaded.predict(data)).toEqual(await model.predict(data));
  expect(await loaded.predictProbability?.(data)).toEqual(await model.predictProbability?.(data));
  expect(loaded.save()).toEqual(model.save());
  await model.dispose();
  await loaded.dispose();
  return loaded.save();
}

describe('a saved network', () => {
  test('of classes predicts the same, and tells its columns and classes', async () => {
    const saved = await fit(birds);
    const { inputs, outputs, metadata } = readModel(saved);
    expect(inputs).toEqual([{ name: 'features', type: 'float32', dimensions: ['rows', 2] }]);
    expect(outputs).toEqual([
      { name: 'probabilities', type: 'float32', dimensions: ['rows', 2] },
      { name: 'class', type: 'int64', dimensions: ['rows'] },
    ]);
    expect(JSON.parse(metadata['tunable.classes']!)).toEqual(['ant', 'owl']);
    const model = await loadOnnxModel(saved, { runtime: ort, providers: ['cpu'] });
    expect(model.featureNames).toEqual(['width', 'height']);
    expect(await model.predict([{ height: 3, width: 40, more: 'ignored' }])).toHaveLength(1);
    await expect(model.predict([{ height: 3 }])).rejects.toThrow(/'width' of row 0 is missing/);
    await model.dispose();
  });

  test('is read from a path or a URL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tunable-onnx-'));
    const path = join(folder, 'birds.onnx');
    await writeFile(path, await fit(birds));
    for (const place of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      const model = await loadOnnxModel(place);
      expect(model.classes).toEqual(['ant', 'owl']);
      await model.dispose();
    }
    await rm(folder, { recursive: true });
  });

  test('of numbers predicts the same', async () => {
    const saved = await fit(heights);
    expect(readModel(saved).outputs).toEqual([{ name: 'prediction', type: 'float32', dimensions: ['rows'] }]);
  });

  test('runs in ONNX Runtime alone, on rows as they come', async () => {
    const saved = await fit(birds);
    const session = await ort.InferenceSession.create(saved);
    const rows = new ort.Tensor('float32', Float32Array.from(birds.features), [40, 2]);
    const { class: found } = await session.run({ features: rows });
    const model = await loadOnnxModel(saved);
    expect(Array.from(found!.data as BigInt64Array, (index) => birds.classes[Number(index)])).toEqual(
      await model.predict(birds),
    );
    await session.release();
    await model.dispose();
  });
});

describe('refuses', () => {
  test('what is no ONNX file, no bytes, or a file of another origin', async () => {
    await expect(loadOnnxModel(new TextEncoder().encode('{"trees": 3}'))).rejects.toThrow(
      /expected the content of an \.onnx file/,
    );
    await expect(loadOnnxModel(3 as never)).rejects.toThrow(
      /expected the bytes that save\(\) gave, or the path of a file with them, not 3/,
    );
    const missing = loadOnnxModel('no-such-digits.onnx');
    await expect(missing).rejects.toThrow(InvalidArgumentError);
    await expect(missing).rejects.toThrow(/the file 'no-such-digits\.onnx' cannot be read: ENOENT/);
    const other = new GraphBuilder();
    other.output('y', other.input('x', [1]), [1]);
    await expect(loadOnnxModel(other.toModel('other'))).rejects.toThrow(InvalidArgumentError);
    await expect(loadOnnxModel(other.toModel('other'))).rejects.toThrow(/none that onnxClassifier/);
    await expect(
      loadOnnxModel(other.toModel('other', { 'tunable.format': '9', 'tunable.task': 'regression' })),
    ).rejects.toThrow(/the format 9, and this version .* reads 1; update it/);
  });

  test('a provider that cannot be used, unless another may stand in', async () => {
    const saved = await fit(birds);
    await expect(loadOnnxModel(saved, { providers: ['cuda'] })).rejects.toThrow(UnsupportedError);
    const model = await loadOnnxModel(saved, { providers: ['cuda', 'cpu'] });
    expect(model.provider).toBe('cpu');
    expect(model.fellBackFrom).toEqual([{ provider: 'cuda', reason: expect.stringMatching(/CUDA/) }]);
    await model.dispose();
  });
});
