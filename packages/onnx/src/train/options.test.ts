import { InvalidArgumentError, UnsupportedError } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { checkInstalled, loadRuntime } from './load-runtime.ts';
import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';
import type { OnnxLearnerOptions } from './options.ts';

describe('options', () => {
  test.each<[object, RegExp]>([
    [{ epoch: 3 }, /onnxClassifier: unknown option 'epoch'; the options are .*epochs/],
    [{ epochs: 0 }, /epochs must be a whole number of at least 1, not 0/],
    [{ threads: 1.5 }, /threads must be a whole number/],
    [{ earlyStopping: { patience: 0 } }, /earlyStopping\.patience must be a whole number of at least 1/],
    [{ earlyStopping: { patience: 2, delta: 1 } }, /unknown option 'delta'/],
    [{ validationSplit: 1 }, /validationSplit must be a number from 0 to 0\.9/],
    [{ standardize: 1 }, /standardize must be true or false, not 1/],
    [{ onDivergence: 'stop' }, /onDivergence must be one of "fail", "prune"/],
    [{ runtime: 'onnxruntime' }, /runtime must be the module onnxruntime-node or onnxruntime-web/],
    [{ runtime: ort, providers: ['gpu'] }, /unknown execution provider "gpu".*cuda/],
    [
      { providers: ['cude'] },
      /onnxClassifier: unknown execution provider "cude".*onnxruntime-node are cpu.*cuda/,
    ],
    [{ providers: ['cpu', 3] }, /unknown execution provider 3/],
    [{ providers: [] }, /providers must be a list of names/],
    [{ sessionOptions: { executionProviders: ['cpu'] } }, /executionProviders/],
    [{ sessionOptions: { threads: 3 } }, /threads/],
  ])('%j are refused', (options, message) => {
    const make = (): unknown => onnxClassifier(options as OnnxLearnerOptions);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});

describe('a description', () => {
  test('names the runtime that a worker thread can import', () => {
    const {
      module,
      export: name,
      arguments: given,
    } = onnxRegressor({ runtime: ort, epochs: 3 }).describe!()!;
    expect(module).toMatch(/onnx-regressor/);
    expect([name, given]).toEqual(['onnxRegressor', [{ runtime: 'onnxruntime-node', epochs: 3 }]]);
  });

  test('is missing where an option cannot travel', () => {
    const device = new Map();
    const sessionOptions = { extra: { device } };
    expect(onnxClassifier({ sessionOptions: { logId: 'a' } }).describe!()).toBeDefined();
    expect(onnxClassifier({ sessionOptions }).describe!()).toBeUndefined();
  });
});

test('a runtime that is not installed is named, with what to do', async () => {
  expect(() => checkInstalled('onnxClassifier', 'onnxruntime-none')).toThrow(
    new UnsupportedError(
      'onnxClassifier: onnxruntime-none is not installed; run: npm install onnxruntime-none',
    ),
  );
  expect(() => checkInstalled('onnxClassifier', 'onnxruntime-node')).not.toThrow();
  await expect(loadRuntime('onnxClassifier', 'onnxruntime-none' as 'onnxruntime-node')).rejects.toThrow(
    new UnsupportedError(
      'onnxClassifier: onnxruntime-none is not installed; run: npm install onnxruntime-none',
    ),
  );
});
