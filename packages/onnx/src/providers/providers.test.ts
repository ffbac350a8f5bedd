import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';

import { InvalidArgumentError } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { expect, test } from 'vitest';

import { TINY_FP32, TINY_INT8 } from '../fixtures/tiny-models.ts';
import { providers } from './providers.ts';

test('finds the CPU usable in Node, and says why others are not', async () => {
  const table = await providers(ort);
  expect(table.runtime).toBe('onnxruntime-node 1.30.0');
  expect(table.rows[0]).toMatchObject({ name: 'cpu', isListed: true, isUsable: true, reason: undefined });
  expect(table.rows[0]?.startMs).toBeGreaterThan(0);
  expect(table.usable).toContain('cpu');
  const others = table.rows.filter((row) => !table.usable.includes(row.name));
  for (const row of others)
    expect(row).toMatchObject({
      isUsable: false,
      reason: expect.stringMatching(/./),
      advice: expect.stringMatching(/./),
    });
  for (const row of others.filter(({ isListed }) => isListed === false)) {
    expect(row.reason).toMatch(/not part of this build/);
  }
  // Apple's and Microsoft's are never in one build.
  expect(table.rows.some(({ isListed }) => isListed === false)).toBe(true);
});

const library = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
  'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so',
);
const lacksCuda = process.platform === 'linux' && process.arch === 'x64' && !existsSync(library);

test.runIf(lacksCuda)('says which library of CUDA is missing', async () => {
  const table = await providers(ort, { names: ['cuda'] });
  expect(table.rows[0]).toMatchObject({
    isListed: true,
    isUsable: false,
    reason: `there is no ${library}`,
    advice: expect.stringMatching(/install the CUDA 12 toolkit and cuDNN 9/),
  });
});

test('finds WebAssembly usable in onnxruntime-web', async () => {
  const table = await providers(web);
  expect(table.rows[0]).toMatchObject({ name: 'wasm', isListed: undefined, isUsable: true });
  expect(table.usable).toEqual(['wasm']);
});

test('prints as a table', async () => {
  const table = await providers(ort, { names: ['cpu', 'dml', 'coreml'] });
  const text = String(table);
  expect(inspect(table)).toBe(text);
  const lines = text.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toBe('execution providers of onnxruntime-node 1.30.0');
  expect(lines[1]).toMatch(/^ {2}cpu +CPU +listed +usable, starts in \d+ ms$/);
  expect(text).toMatch(/not usable: not part of this build of ONNX Runtime; use (?:macOS|Windows)/);
});

test('tries a model as well', async () => {
  for (const model of [TINY_FP32, TINY_INT8]) {
    const table = await providers(ort, { model, names: ['cpu'] });
    expect(table.rows[0]).toMatchObject({ isUsable: true, isComplete: undefined });
  }
  await expect(providers(ort, { model: new Uint8Array([1]), names: ['cpu'] })).rejects.toThrow(
    /the model of 1 bytes is not an ONNX model/,
  );
});

test('rejects names that nobody knows, and lists those that are', async () => {
  await expect(providers(ort, { names: ['cpu', 'gpu'] })).rejects.toThrow(InvalidArgumentError);
  await expect(providers(ort, { names: ['cpu', 'gpu'] })).rejects.toThrow(
    /unknown execution provider "gpu"; known for onnxruntime-node 1\.30\.0 are cpu, .*webgpu.*; of these, cpu,.* can be tried here, and providers\(runtime\)/,
  );
  // Only what this machine has: nothing is both on Windows and on macOS.
  const { rows } = await providers(ort, { names: ['cpu', 'dml', 'coreml'] });
  const absent = rows.filter(({ isListed }) => isListed === false).map(({ name }) => name);
  expect(absent.length).toBeGreaterThan(0);
  await expect(providers(ort, { names: ['gpu'] })).rejects.toThrow(
    new RegExp(`of these, (?!.*\\b(?:${absent.join('|')})\\b.* can be tried)cpu,? .*can be tried here`),
  );
  await expect(providers(web, { names: ['gpu'] })).rejects.toThrow(/of these, wasm can be tried here/);
  await expect(providers(null as never)).rejects.toThrow(/runtime must be/);
});
