import { dataset, fitContext } from '@tunable/core';
import { expect, test } from 'vitest';

import { loadOnnxModel } from './load-onnx-model.ts';
import { onnxClassifier } from './onnx-classifier.ts';

const features = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 60]);
const data = dataset({ features, target: features.map(([a, b]) => a! + b! > 0) });

test('onnxruntime-web trains the same network as onnxruntime-node', async () => {
  const fit = (runtime: 'onnxruntime-node' | 'onnxruntime-web') => {
    const learner = onnxClassifier({ runtime, epochs: 4 });
    const params = learner.space.decode(learner.space.defaultRow());
    return learner.fit(
      { ...params, hidden: [8], dropout: 0.2, batchNorm: true },
      data,
      fitContext({ seed: 2 }),
    );
  };
  const [native, wasm] = [await fit('onnxruntime-node'), await fit('onnxruntime-web')];
  expect(wasm.provider).toBe('wasm');
  for (const [epoch, loss] of native.training!.losses.entries()) {
    expect(wasm.training!.losses[epoch]).toBeCloseTo(loss, 5);
  }
  expect(await wasm.predict(data)).toEqual(await native.predict(data));
  const loaded = await loadOnnxModel(wasm.save(), { runtime: 'onnxruntime-web' });
  expect(await loaded.predict(data)).toEqual(await native.predict(data));
  await Promise.all([native.dispose(), wasm.dispose(), loaded.dispose()]);
});
