import { categorical, float, InvalidArgumentError, space } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';

import { TINY_FP32, TINY_INT8 } from '../fixtures/tiny-models.ts';
import type { Feeds, OnnxRuntime } from '../runtime.ts';
import { tuneSession } from './tune-session.ts';

const rows = Array.from({ length: 4 }, (_, row) =>
  Float32Array.from({ length: 8 }, (__, i) => Math.sin(row * 8 + i)),
);
const SAMPLES: readonly Feeds[] = rows.map((row) => ({ x: new ort.Tensor('float32', row, [1, 8]) }));
const base = {
  runtime: ort,
  model: TINY_FP32,
  inputs: SAMPLES,
  providers: ['cpu'],
  measureMs: 30,
  finalMs: 60,
  seed: 1,
};

test('recommends what is faster beyond noise, with options and code', async () => {
  // Per sample, a batch of 256 saves nearly all of the calls: no noise hides that.
  const result = await tuneSession({
    ...base,
    space: space({ batchSize: categorical([1, 256], { default: 1 }) }),
    search: ['enableMemPattern'],
    goals: ['throughput'],
    trials: 4,
  });
  expect(result.isFaster).toBe(true);
  expect(result.best.params.batchSize).toBe(256);
  expect(result.comparison).toMatchObject({ verdict: 'faster' });
  expect(result.comparison?.high).toBeLessThan(1);
  expect(result.best.throughput).toBeGreaterThan(result.reference.throughput);
  expect(result.code).toContain('const batchSize = 256;');
  const session = await ort.InferenceSession.create(TINY_FP32, result.options);
  await session.release();
  expect(result.reference).toMatchObject({ number: 0, isReference: true });
  expect(result.points.length).toBeGreaterThanOrEqual(4);
  expect(result.study.attributes).toMatchObject({ machine: { cores: result.machine.cores } });
  expect(String(result)).toMatch(/Recommended: #\d+, [\d.]+ times the speed of the defaults per sample/);
});

test('keeps the defaults when a batch saves time per sample, and the goal is that of a run', async () => {
  const result = await tuneSession({
    ...base,
    space: space({ batchSize: categorical([1, 4096], { default: 1 }) }),
    search: [],
    goals: ['p50'],
    trials: 2,
  });
  expect(result.comparison).toMatchObject({ verdict: 'faster' });
  expect(result.best.isReference).toBe(true);
  expect(result.isFaster).toBe(false);
});

test('keeps the defaults when nothing is faster', async () => {
  // The same model on inputs padded to 20,000 rows.
  const padded = { x: new ort.Tensor('float32', new Float32Array(20_000 * 8), [20_000, 8]) };
  const result = await tuneSession({
    ...base,
    model: { usual: TINY_FP32, padded: TINY_FP32 },
    inputs: ({ variant }) => (variant === 'padded' ? [padded] : SAMPLES),
    evaluate: () => 1,
    search: ['variant'],
    trials: 2,
  });
  expect(result.points.map(({ params }) => params.variant)).toEqual(['usual', 'padded']);
  expect(result.comparison).toMatchObject({ verdict: 'slower' });
  expect(result.best).toEqual(result.reference);
  expect(result.isFaster).toBe(false);
  expect(result.options).toEqual({ executionProviders: ['cpu'] });
  expect(result.code).toContain('usual');
  expect(result.code).not.toContain('padded');
  expect(String(result)).toContain('Recommended: the defaults.');
});

test('a goal of the tail is decided by the tail', async () => {
  const result = await tuneSession({
    ...base,
    space: space({ batchSize: categorical([1, 4096], { default: 4096 }) }),
    search: [],
    goals: ['p95'],
    trials: 2,
    // Enough runs in each round that its 95th percentile is more than the worst.
    finalMs: 400,
  });
  expect(String(result)).toMatch(/times the speed of the defaults per sample by p95, 95 % interval/);
});

test('hears an abort while the best are timed again', async () => {
  const controller = new AbortController();
  const { InferenceSession, Tensor, env, listSupportedBackends } = ort;
  // Both configurations are judged after their session was created: what is created then is for the final.
  let judged = 0;
  const create = (...given: Parameters<typeof InferenceSession.create>) => {
    if (judged === 2) controller.abort(new Error('no final, please'));
    return InferenceSession.create(...given);
  };
  const result = tuneSession({
    ...base,
    runtime: { InferenceSession: { create }, Tensor, env, listSupportedBackends } as unknown as OnnxRuntime,
    space: space({ threshold: categorical([0.1, 0.2], { default: 0.1 }) }),
    search: [],
    evaluate: () => ++judged,
    trials: 2,
    signal: controller.signal,
    finalMs: 60_000,
  });
  await expect(result).rejects.toThrow('no final, please');
});

test('finds the fastest that loses no more than allowed, and the front of time and quality', async () => {
  const answers = rows.map((row) => (row[0]! > 0 ? 1 : 0));
  const result = await tuneSession({
    ...base,
    model: { fp32: TINY_FP32, int8: TINY_INT8 },
    data: SAMPLES,
    space: space({ threshold: float(-1, 1, { default: 0 }) }),
    search: ['variant', 'graphOptimizationLevel'],
    // Of no use but to have a quality that depends on a knob: exact at the threshold 0, worse the farther away.
    evaluate: ({ threshold }, { outputs }) => {
      expect(outputs).toHaveLength(answers.length);
      return 1 - Math.abs(threshold);
    },
    maxLoss: 0.5,
    trials: 12,
  });
  for (const point of result.points) {
    expect(point.quality).toBeCloseTo(1 - Math.abs(point.params.threshold), 12);
    expect(point.isFeasible).toBe(Math.abs(point.params.threshold) <= 0.5 + 1e-9);
  }
  expect(result.best.isFeasible).toBe(true);
  expect(result.pareto.length).toBeGreaterThan(0);
  expect(result.pareto.every(({ isFeasible }) => isFeasible)).toBe(true);
  // Slower points are on the front only because they are better.
  const qualities = result.pareto.map(({ quality }) => quality ?? Number.NaN);
  expect(qualities).toEqual(qualities.toSorted((a, b) => a - b));
});

test('a first goal other than speed decides by itself', async () => {
  const result = await tuneSession({
    ...base,
    space: space({ threshold: categorical([0, 1, 2], { default: 0 }) }),
    search: [],
    evaluate: ({ threshold }) => threshold,
    goals: ['quality'],
    trials: 3,
  });
  expect(String(result)).toMatch(/^Its quality is 2\.0000 instead of 0\.0000\.$/m);
  expect(String(result)).toMatch(
    /Pareto front of 3 configurations \(\* the defaults, > recommended; #0 not on it\):$/m,
  );
  expect(String(result)).toMatch(/^ \*#0 .* {2}1 {2,}0\.0000/m);
  expect(result.best.params.threshold).toBe(2);
  expect(result.study.directions).toEqual(['maximize']);
});

test('several goals', async () => {
  const result = await tuneSession({
    ...base,
    space: space({ threshold: categorical([0, 1, 2], { default: 0 }) }),
    search: [],
    evaluate: ({ threshold }) => threshold,
    qualityDirection: 'minimize',
    goals: ['quality', 'p95'],
    trials: 3,
  });
  expect(result.study.directions).toEqual(['minimize', 'minimize']);
  expect(result.best.params.threshold).toBe(0);
});

test('checks its options before anything is opened, and an abort rejects', async () => {
  await expect(tuneSession({ ...base, concurrency: 2 } as never)).rejects.toThrow(InvalidArgumentError);
  await expect(tuneSession({ ...base, concurrency: 2 } as never)).rejects.toThrow(
    /unknown option 'concurrency'; the options are runtime, model, .*trials/,
  );
  await expect(tuneSession({ ...base, finalists: 0 })).rejects.toThrow(
    /finalists must be a whole number of at least 1/,
  );
  const signal = AbortSignal.abort(new Error('never mind'));
  await expect(tuneSession({ ...base, trials: 2, signal })).rejects.toThrow('never mind');
});
