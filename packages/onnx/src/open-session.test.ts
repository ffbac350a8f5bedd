import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FrameworkError, InvalidArgumentError, UnsupportedError } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { explainFailure } from './explain-failure.ts';
import { EXPAND, TINY_FP16, TINY_FP32 } from './fixtures/tiny-models.ts';
import { openSession } from './open-session.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tunable-onnx-'));
  writeFileSync(join(folder, 'page.onnx'), '<!doctype html>');
  writeFileSync(join(folder, 'cut.onnx'), TINY_FP32.subarray(0, 600));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = (model: string | Uint8Array, providers?: readonly string[]) =>
  openSession({ runtime: ort, model, ...(providers === undefined ? {} : { providers }) });

test('opens a model on the default provider', async () => {
  const { session, provider, fellBackFrom } = await open(TINY_FP32);
  expect([provider, fellBackFrom]).toEqual(['cpu', []]);
  expect(session.outputNames).toEqual(['logits', 'hidden']);
  await session.release();
});

test('falls back in the order given, and says from what and why', async () => {
  // Not part of this build on any platform at once: Windows has dml, macOS coreml.
  const missing = process.platform === 'darwin' ? 'dml' : 'coreml';
  const { session, provider, fellBackFrom } = await open(TINY_FP32, [missing, 'cpu']);
  expect(provider).toBe('cpu');
  expect(fellBackFrom).toEqual([
    { provider: missing, reason: expect.stringMatching(`'${missing}' cannot be used here`) },
  ]);
  await session.release();
  await expect(open(TINY_FP32, [missing])).rejects.toThrow(UnsupportedError);
});

test('an unknown provider is a mistake, not something to fall back from', async () => {
  await expect(open(TINY_FP32, ['gpu', 'cpu'])).rejects.toThrow(InvalidArgumentError);
  await expect(open(TINY_FP32, ['gpu', 'cpu'])).rejects.toThrow(
    /unknown execution provider "gpu"; known .* cpu, .*webgpu/,
  );
  await expect(open(TINY_FP32, [])).rejects.toThrow(/must be a list such as \['cpu'\]/);
});

test.each([
  ['page.onnx', /page\.onnx' is not an ONNX model.*web page/],
  ['cut.onnx', /is not an ONNX model.*cut off/],
  ['absent.onnx', /absent\.onnx' cannot be read.*File doesn't exist.*relative paths/],
  ['.', /cannot be read.*directory/],
])('says what is wrong with %s', async (file, message) => {
  await expect(open(join(folder, file))).rejects.toThrow(InvalidArgumentError);
  await expect(open(join(folder, file))).rejects.toThrow(message);
});

test('says what is wrong with bytes, in both runtimes', async () => {
  await expect(open(new Uint8Array([1, 2, 3]))).rejects.toThrow(/the model of 3 bytes is not an ONNX model/);
  await expect(open(new Uint8Array())).rejects.toThrow(/the model of 0 bytes is not an ONNX model/);
  await expect(openSession({ runtime: web, model: new Uint8Array([1, 2, 3]) })).rejects.toThrow(
    /the model of 3 bytes is not an ONNX model/,
  );
  await expect(openSession({ runtime: web, model: join(folder, 'absent.onnx') })).rejects.toThrow(
    /cannot be read/,
  );
});

test('opens models on WebAssembly too', async () => {
  const { session, provider } = await openSession({ runtime: web, model: TINY_FP32 });
  expect(provider).toBe('wasm');
  await session.release();
});

test('too little memory is told as such', async () => {
  const { session } = await open(EXPAND);
  const feeds = {
    x: new ort.Tensor('float32', [1], [1]),
    shape: new ort.Tensor('int64', BigInt64Array.of(10n ** 15n), [1]),
  };
  const error = await session
    .run(feeds)
    .catch((cause: unknown) =>
      explainFailure(cause, { owner: 'call', model: "'big.onnx'", provider: 'cpu' }),
    );
  expect(error).toBeInstanceOf(FrameworkError);
  expect((error as Error).message).toMatch(/'big\.onnx' ran out of memory on 'cpu': .*use a smaller batch/);
  await session.release();
});

test('explains what cannot be brought about everywhere', () => {
  const explain = (text: string, provider: string): Error =>
    explainFailure(new Error(text), { owner: 'call', model: "'m.onnx'", provider });
  // Texts of ONNX Runtime 1.30 on machines without CUDA, without a GPU, and on one whose GPU has no half precision.
  const cuda = explain(
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'cuda',
  );
  expect(cuda).toBeInstanceOf(UnsupportedError);
  expect(cuda.message).toMatch(/install the CUDA 12 toolkit and cuDNN 9.*ONNXRUNTIME_NODE_INSTALL=cuda12/);
  expect(explain('Failed to get a WebGPU adapter: No supported adapters', 'webgpu').message).toMatch(
    /'webgpu' cannot be used here.*Vulkan/,
  );
  const half = explain(
    "Non-zero status code returned while running Cast node. Name:'graph_input_cast0' Status Message: shader_helper.cc:416 GenerateSourceCode Program Cast requires f16 but the device does not support it.",
    'webgpu',
  );
  expect(half).toBeInstanceOf(UnsupportedError);
  expect(half.message).toMatch(/'webgpu' cannot run 'm\.onnx'.*another variant/);
  const int8 = explain(
    'This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.',
    'webgpu',
  );
  expect(int8.message).toMatch(/'webgpu' cannot run 'm\.onnx'/);
  const other = explain('something new', 'cpu');
  expect(other).toBeInstanceOf(FrameworkError);
  expect(other.cause).toBeInstanceOf(Error);
});

test('a half-precision model runs on the CPU', async () => {
  const { session } = await open(TINY_FP16);
  const { logits } = await session.run({ x: new ort.Tensor('float32', new Float32Array(8).fill(1), [1, 8]) });
  // Single precision gives 7.300, -33.236, 6.375.
  expect(Array.from(logits?.data as Float32Array, (value) => Math.round(value))).toEqual([7, -33, 6]);
  await session.release();
});

test('checks its options', async () => {
  const old = { ...ort, env: { ...ort.env, versions: { common: '1.21.1' } } };
  await expect(openSession({ runtime: old, model: TINY_FP32 })).rejects.toThrow(
    /ONNX Runtime 1\.21\.1 is too old; version 1\.22 or newer/,
  );
  await expect(openSession({ runtime: {} as never, model: TINY_FP32 })).rejects.toThrow(
    /runtime must be the module onnxruntime-node/,
  );
  await expect(
    openSession({ runtime: ort, model: TINY_FP32, sessionOptions: { extra: { nonsense: '1' } } }),
  ).rejects.toThrow(/unknown key 'nonsense'/);
});
