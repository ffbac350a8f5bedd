import { UnsupportedError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { onBackend, useBackend } from './backend.ts';
import { backendChooser } from './choose-backend.ts';

afterEach(() => vi.restoreAllMocks());

describe('useBackend', () => {
  test('takes WASM where there is no GPU, though nothing but plain JavaScript was registered', async () => {
    expect(await useBackend()).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
  });

  test('takes the one that is named, and of several the first that works', async () => {
    expect(await useBackend('cpu')).toBe('cpu');
    expect(await useBackend(['no-such-thing', 'wasm', 'cpu'])).toBe('wasm');
  });

  test('a backend other than plain JavaScript that is active already stays', async () => {
    tf.registerBackend('mine', () => tf.findBackend('cpu'));
    await tf.setBackend('mine');
    expect(await useBackend()).toBe('mine');
    await tf.setBackend('cpu');
    expect(await useBackend()).toBe('wasm');
  });

  test('starts a backend once for all who ask at the same time, and lets others compute meanwhile', async () => {
    await useBackend('cpu');
    let starts = 0;
    tf.registerBackend('slow', async () => {
      starts++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return tf.findBackend('cpu');
    });
    const asked = Promise.all([useBackend('slow'), useBackend(['slow', 'cpu']), useBackend('slow')]);
    await vi.waitFor(() => expect(starts).toBe(1));
    expect(onBackend('cpu', () => tf.tidy(() => tf.add(1, 2).dataSync()[0]))).toBe(3);
    expect(await asked).toEqual(['slow', 'slow', 'slow']);
    expect(starts).toBe(1);
  });

  test('says why one could not be started, and tries again when it is asked again', async () => {
    let starts = 0;
    tf.registerBackend('moody', async () => {
      if (++starts === 1) throw new Error('no device');
      return tf.findBackend('cpu');
    });
    await expect(useBackend('moody')).rejects.toThrow(/moody: it could not be started: no device/);
    expect(await useBackend('moody')).toBe('moody');
  });

  test('says why each could not be used, and leaves the active one', async () => {
    await useBackend('cpu');
    const attempt = useBackend(['webgpu', 'turbo']);
    await expect(attempt).rejects.toThrow(UnsupportedError);
    await expect(attempt).rejects.toThrow(
      /webgpu: @tensorflow\/tfjs-backend-webgpu is not installed\. turbo: nothing registers/,
    );
    expect(tf.getBackend()).toBe('cpu');
  });
});

describe('a learner that needs an operation', () => {
  const kernelMissing = (): void => {
    const x = tf.variable(tf.ones([1, 4, 4, 1]));
    const filter = tf.variable(tf.ones([2, 2, 1, 1]));
    try {
      tf.tidy(() =>
        tf.variableGrads(() => tf.sum(tf.conv2d(x as tf.Tensor4D, filter as never, 1, 'same')), [filter]),
      );
    } finally {
      tf.dispose([x, filter]);
    }
  };

  test('falls back from WASM, and says so once, not for every network', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const chooser = backendChooser('my-net', undefined);
    for (let i = 0; i < 3; i++) {
      expect(await chooser.start()).toBe('wasm');
      expect(await chooser.forTraining('Conv2D', kernelMissing)).toBe('cpu');
    }
    await Promise.all([1, 2].map(() => chooser.forTraining('Conv2D, Dense', kernelMissing)));
    const messages = warn.mock.calls
      .map(([text]) => String(text))
      .filter((text) => text.startsWith('my-net'));
    expect(messages).toEqual([
      "my-net: the backend 'wasm' of TensorFlow.js cannot train this network, since it lacks Conv2DBackpropFilter; training on 'cpu' instead",
    ]);
  });

  test('probes each kind of network once', async () => {
    const probe = vi.fn<() => void>();
    const chooser = backendChooser('my-net', 'wasm');
    for (let i = 0; i < 3; i++) expect(await chooser.forTraining('Dense', probe)).toBe('wasm');
    expect(probe).toHaveBeenCalledTimes(1);
  });

  test('other errors of the probe are not taken for a missing operation, and are tried again', async () => {
    const chooser = backendChooser('my-net', 'wasm');
    const fails = (): void => {
      throw new TypeError('wrong shape');
    };
    await expect(chooser.forTraining('Dense', fails)).rejects.toThrow(
      /cannot be trained: TypeError: wrong shape/,
    );
    expect(await chooser.forTraining('Dense', () => {})).toBe('wasm');
  });
});

test('onBackend runs on its backend, whatever was active', async () => {
  await useBackend('cpu');
  await useBackend('wasm');
  expect(onBackend('cpu', () => tf.getBackend())).toBe('cpu');
  expect(onBackend('wasm', () => tf.tidy(() => tf.add(1, 2).dataSync()[0]))).toBe(3);
});
