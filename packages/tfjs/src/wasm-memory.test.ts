import { fitContext, int, TunableError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { onBackend, useBackend } from './backend.ts';
import { threeClasses } from './testing/data.ts';
import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';
import { tfjsClassifier } from './tfjs-classifier.ts';
import { tfjsObjective } from './tfjs-objective.ts';

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('wasm');
});
expectNoTensorsLeft();

const data = threeClasses(60);
const net = tfjsClassifier({
  backend: 'wasm',
  epochs: 1,
  space: { units: int(1, 100_000) },
  build: ({ units }, { inputShape, classes }) =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units, inputShape, kernelInitializer: 'zeros' }),
        tf.layers.dense({ units, kernelInitializer: 'zeros' }),
        tf.layers.dense({ units: classes, activation: 'softmax' }),
      ],
    }),
});

/** What one value of the backend's memory says is what was written to it. */
const works = (): number => onBackend('wasm', () => tf.tidy(() => tf.add([1, 2], [3, 4]).dataSync()[1]!));

interface Wasm {
  readonly HEAPU8: Uint8Array;
  malloc(bytes: number): number;
  free(address: number): void;
}

function wasm(): Wasm {
  const { wasm: parts } = tf.engine().registry['wasm'] as unknown as {
    wasm: { HEAPU8: Uint8Array } & Record<'_malloc' | '_free', (argument: number) => number>;
  };
  const { HEAPU8 } = parts;
  return { HEAPU8, malloc: (bytes) => parts['_malloc'](bytes), free: (address) => parts['_free'](address) };
}

// Weights of 64 MB, of which training needs several, where less than 256 are left; and more bytes than there are addresses.
test.each([4000, 40_000])(
  'a network of %d units fails with a clear error, and the next one is trained',
  async (units) => {
    const instance = tf.engine().registry['wasm'];
    const ballast: number[] = [];
    const fill = (): void => {
      for (;;) ballast.push(wasm().malloc(2 ** 28));
    };
    expect(fill).toThrow(RangeError);
    const fitting = Promise.resolve(net.fit({ units }, data, fitContext()));
    await expect(fitting).rejects.toThrow(TunableError);
    await expect(fitting).rejects.toThrow(
      /out of memory: the WASM backend could not get \d+ bytes more\. That is more memory than there is: smaller layers/,
    );
    ballast.forEach((address) => wasm().free(address));
    const next = await net.fit({ units: 10 }, data, fitContext());
    expect(next.backend).toBe('wasm');
    expect(tf.engine().registry['wasm']).toBe(instance);
    next.dispose();
  },
);

/** Breaks the instance of the backend as TensorFlow.js does by itself: by writing over what it needs. */
function breakWasm(): never {
  const { HEAPU8, malloc } = wasm();
  HEAPU8.fill(255, 0, 2 ** 19);
  for (;;) malloc(4096);
}

test('a broken instance is replaced: by the next trial, for models trained before, and with no tensor left', async () => {
  const model = await net.fit({ units: 10 }, data, fitContext());
  const known = await model.predictProbability(data);
  const instance = tf.engine().registry['wasm'];
  const kept = onBackend('wasm', () => tf.tensor1d([1, 2, 3]));
  const failing = tfjsClassifier({
    backend: 'wasm',
    space: { units: int(1, 10) },
    build: (_, { inputShape, classes }) => {
      tf.sequential({ layers: [tf.layers.dense({ units: classes, inputShape })] });
      return breakWasm();
    },
  });
  await expect(Promise.resolve(failing.fit({ units: 1 }, data, fitContext()))).rejects.toThrow(
    /build threw.*RuntimeError/,
  );
  expect(await model.predictProbability(data)).toEqual(known);
  expect(tf.engine().registry['wasm']).not.toBe(instance);
  expect(works()).toBe(6);
  expect(Array.from(await kept.data())).toEqual([1, 2, 3]);
  kept.dispose();
  const next = await net.fit({ units: 10 }, data, fitContext());
  next.dispose();
  model.dispose();
});

test('so is one that a training loop broke', async () => {
  const trial = { seed: 1, number: 0, signal: new AbortController().signal } as never;
  const objective = tfjsObjective(
    (_, { track }) => {
      track(tf.zeros([10]));
      return breakWasm();
    },
    { backend: 'wasm' },
  );
  await expect(Promise.resolve(objective({}, trial))).rejects.toThrow(/RuntimeError|out of bounds/);
  expect(await useBackend('wasm')).toBe('wasm');
  expect(works()).toBe(6);
});
