import {
  categorical,
  choice,
  float,
  InvalidArgumentError,
  InvalidResultError,
  int,
  space,
  type SearchSpace,
} from '@tunable/core';
import * as ort from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';

import { TINY_FP32, TINY_INT8 } from '../fixtures/tiny-models.ts';
import type { Feeds, OnnxRuntime, Outputs } from '../runtime.ts';
import { onnxSession } from './onnx-session.ts';
import type { OnnxSessionOptions } from './onnx-session-options.ts';

const x = (...values: number[]): Feeds => ({
  x: new ort.Tensor(
    'float32',
    Float32Array.from({ length: 8 }, (_, i) => values[i] ?? 1),
    [1, 8],
  ),
});
const SAMPLES = [x(1), x(0.5, -1), x(-1, 2, 0)];

/** The first logit of a result. */
const logit = (outputs: Outputs | undefined): number =>
  (outputs?.['logits']?.data as Float32Array | undefined)?.[0] ?? Number.NaN;

/** Fast enough for tests; the CPU alone, so that they run everywhere alike. */
const base = {
  runtime: ort,
  model: TINY_FP32,
  inputs: SAMPLES,
  providers: ['cpu'],
  measureMs: 30,
} satisfies OnnxSessionOptions;

const open = (options: Partial<OnnxSessionOptions> = {}) => onnxSession({ ...base, ...options });

/** The runtime, counting its sessions. */
function counting(): { runtime: OnnxRuntime; open: () => number } {
  let openCount = 0;
  const create = async (...given: unknown[]): Promise<ort.InferenceSession> => {
    const session = await (
      ort.InferenceSession.create as (...all: unknown[]) => Promise<ort.InferenceSession>
    )(...given);
    openCount++;
    const release = session.release.bind(session);
    session.release = async () => {
      openCount--;
      await release();
    };
    return session;
  };
  const { Tensor, env, listSupportedBackends } = ort;
  return {
    runtime: { InferenceSession: { create }, Tensor, env, listSupportedBackends },
    open: () => openCount,
  };
}

describe('at the door', () => {
  test('inputs are checked against the model, with what it expects', async () => {
    const cases: [unknown, RegExp][] = [
      [
        [{ y: SAMPLES[0]?.['x'] }],
        /inputs\[0\]: the model has no input 'y'; the model expects x: float32 \[batch, 8\]/,
      ],
      [[SAMPLES[0], {}], /inputs\[1\]: the input 'x' is missing/],
      [[{ x: new ort.Tensor('float32', new Float32Array(7), [1, 7]) }], /has the shape \[1, 7\]/],
      [[{ x: new ort.Tensor('float64', new Float64Array(8), [1, 8]) }], /is of type float64/],
      [[], /inputs must be a list of inputs by name/],
      [undefined, /inputs must be a list of inputs by name/],
    ];
    for (const [inputs, message] of cases) {
      const opened = open({ inputs: inputs as readonly Feeds[] });
      await expect(opened).rejects.toThrow(InvalidArgumentError);
      await expect(opened).rejects.toThrow(message);
    }
  });

  test('the model and the options are checked', async () => {
    await expect(open({ model: 'absent.onnx' })).rejects.toThrow(
      /^onnxSession: .*'absent\.onnx' cannot be read/,
    );
    await expect(open({ model: {} })).rejects.toThrow(/model must be the path of an \.onnx file/);
    await expect(open({ providers: ['gpu'] })).rejects.toThrow(/unknown execution provider "gpu"/);
    await expect(open({ goals: ['speed' as 'p50'] })).rejects.toThrow(
      /goals must be one of "p50", .* not "speed"/,
    );
    await expect(open({ maxLoss: 0.1 })).rejects.toThrow(/maxLoss needs evaluate/);
    await expect(open({ model: { fp32: TINY_FP32, int8: TINY_INT8 } })).rejects.toThrow(
      /several variants .* need evaluate/,
    );
    await expect(open({ sessionOptions: { extra: { wrong: '1' } } })).rejects.toThrow(/unknown key 'wrong'/);
    await expect(open({ sessionOptions: { intraOpNumThreads: 2 } })).rejects.toThrow(
      /sessionOptions\.intraOpNumThreads follows from the parameter intraOpNumThreads; .*constant/,
    );
    await expect(open({ input: [] } as never)).rejects.toThrow(
      /unknown option 'input'; the options are runtime, model/,
    );
    await expect(open({ search: ['threads' as 'spinning'] })).rejects.toThrow(/search must be one of/);
  });

  test('a quality that is no number is told', async () => {
    await expect(open({ evaluate: () => Number.NaN })).rejects.toThrow(InvalidResultError);
    await expect(open({ evaluate: () => undefined as never })).rejects.toThrow(
      /evaluate returned undefined; expected a number, or \{ value, metrics \}/,
    );
  });
});

describe('a trial', () => {
  test('tells times, the comparison with the defaults', async () => {
    const session = await open();
    const study = await session.createStudy({ seed: 1 });
    await study.optimize(session.objective, { trials: 3 });
    const [reference, other] = study.trials;
    expect(reference?.attributes).toMatchObject({ reference: true });
    expect(reference?.params).toEqual(session.reference.params);
    expect(session.sessionOptions(session.reference.params)).toEqual({ executionProviders: ['cpu'] });
    for (const trial of [reference, other]) {
      const { p50, p95, p99, throughput, ratio, ratioLow, ratioHigh, loadMs, outputDifference } =
        (trial?.metrics ?? {}) as { [name: string]: number };
      expect(trial?.values).toEqual([p50]);
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p95 as number);
      expect(throughput).toBeCloseTo(1000 / (p50 as number), 6);
      // The time is told as of the machine when measuring began.
      expect(p50).toBeCloseTo((ratio as number) * session.reference.p50, 9);
      expect(ratioLow).toBeLessThanOrEqual(ratio as number);
      expect(ratioHigh).toBeGreaterThanOrEqual(ratio as number);
      expect(loadMs).toBeGreaterThan(0);
      expect(outputDifference).toBeLessThan(1e-5);
      expect(['faster', 'slower', 'same']).toContain(trial?.attributes['verdict']);
      expect(trial?.isFeasible).toBe(true);
    }
    expect(study.attributes).toMatchObject({
      goals: ['p50'],
      machine: { runtime: 'onnxruntime-node 1.30.0', cores: session.machine.cores },
      providers: [{ name: 'cpu', isUsable: true }],
    });
    await session.close();
  });

  test('that cannot run fails alone, and leaves no session behind', async () => {
    const { runtime, open: openCount } = counting();
    // 5,000 threads are refused; they would end the process.
    const users = space({
      intraOpNumThreads: categorical([0, 5000], { default: 0 }),
      spinning: categorical([true], { default: true }),
    });
    const session = await onnxSession({ ...base, runtime, space: users, search: [] });
    expect(openCount()).toBe(1);
    const study = await session.createStudy();
    await study.enqueue({ intraOpNumThreads: 5000 });
    await study.optimize(session.objective, { trials: 2 });
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'failed']);
    expect(study.trials[1]?.failure?.message).toMatch(
      /intraOpNumThreads must be a whole number from 0 to 1024, not 5000/,
    );
    expect(openCount()).toBe(1);
    await session.close();
    await session.close();
    expect(openCount()).toBe(0);
    expect(() => session.objective(session.reference.params, {} as never)).toThrow(/it was closed/);
  });

  test('of a provider that fails in mid-study says which, and the study goes on', async () => {
    const { runtime } = counting();
    const create = async (
      model: Uint8Array,
      options: ort.InferenceSession.SessionOptions,
    ): Promise<ort.InferenceSession> => {
      const session = await runtime.InferenceSession.create(model, {
        ...options,
        executionProviders: ['cpu'],
      });
      if (isLost && options.executionProviders?.[0] === 'webgpu') {
        session.run = () => Promise.reject(new Error('device lost: out of memory'));
      }
      return session;
    };
    // A device that is lost after it was tried: no machine does that when asked, so the CPU stands in for it.
    let isLost = false;
    const unreliable = { ...runtime, InferenceSession: { create } } as unknown as OnnxRuntime;
    const users = space({ provider: choice({ cpu: {}, webgpu: {} }, { default: 'cpu' }) });
    const session = await onnxSession({
      ...base,
      runtime: unreliable,
      providers: ['cpu', 'webgpu'],
      space: users,
      search: [],
    });
    isLost = true;
    const study = await session.createStudy();
    await study.enqueue({ provider: { type: 'webgpu' } });
    await study.optimize(session.objective, { trials: 2 });
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'failed']);
    expect(study.trials[1]?.failure).toMatchObject({
      name: 'FrameworkError',
      message: expect.stringMatching(/ran out of memory on 'webgpu'/),
    });
    await session.close();
  });

  test('waits for the one before, however many are asked for', async () => {
    let running = 0;
    const session = await open({
      evaluate: async () => {
        expect(++running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return 1;
      },
      space: space({ threshold: float(0, 1, { default: 0.5 }) }) as SearchSpace as never,
    });
    const study = await session.createStudy({ seed: 3 });
    await study.optimize(session.objective, { trials: 4, concurrency: 4 });
    expect(study.trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'));
    await session.close();
  });
});

describe('quality', () => {
  test('is judged once for all that decide alike, on outputs computed once for all that compute alike', async () => {
    const judged: string[] = [];
    const outputs = new Set<unknown>();
    const session = await onnxSession({
      ...base,
      inputs: undefined as never,
      data: SAMPLES,
      space: space({
        threshold: categorical([0.1, 0.9], { default: 0.1 }),
        intraOpNumThreads: categorical([1, 2], { default: 1 }),
      }),
      search: [],
      evaluate: ({ threshold }, context) => {
        judged.push(String(threshold));
        outputs.add(context.outputs);
        expect(context.outputs).toHaveLength(3);
        expect(logit(context.outputs[0])).toBeCloseTo(7.3004, 3);
        return { value: threshold, metrics: { doubled: 2 * threshold } };
      },
      goals: ['p50', 'quality'],
    });
    expect(session.directions).toEqual(['minimize', 'maximize']);
    const study = await session.createStudy();
    await study.optimize(session.objective, { trials: 10 });
    expect(study.trials).toHaveLength(4);
    expect(judged.toSorted()).toEqual(['0.1', '0.9']);
    expect(outputs.size).toBe(1);
    for (const { params, values, metrics } of study.trials) {
      expect(values?.[1]).toBe(params.threshold);
      expect(metrics).toMatchObject({ quality: params.threshold, doubled: 2 * params.threshold });
    }
    await session.close();
  });

  test('a loss beyond what is allowed makes a configuration infeasible', async () => {
    const session = await open({
      model: { fp32: TINY_FP32, int8: TINY_INT8 },
      search: ['variant'],
      // How near the first logit is to that of single precision: -0.0000... for fp32, about -0.009 for int8.
      evaluate: async (_, { run }) => -Math.abs(logit(await run(x(1))) - 7.300412),
      maxLoss: 0.001,
      qualityLimit: -1,
    });
    const study = await session.createStudy();
    await study.optimize(session.objective, { trials: 5 });
    const byVariant = Object.fromEntries(study.trials.map((trial) => [trial.params.variant, trial]));
    expect(byVariant['fp32']?.isFeasible).toBe(true);
    expect(byVariant['int8']?.isFeasible).toBe(false);
    expect(byVariant['int8']?.constraints?.map((value) => value > 0)).toEqual([true, false]);
    expect(study.best.params.variant).toBe('fp32');
    await session.close();
  });

  test('a loss of exactly what is allowed is allowed', async () => {
    const session = await open({
      space: space({ step: int(0, 2, { default: 0 }) }) as SearchSpace as never,
      search: [],
      // 0.9, 0.895 and 0.89: binary fractions that do not subtract exactly.
      evaluate: (params) => 0.9 - 0.005 * (params as unknown as { step: number }).step,
      maxLoss: 0.005,
    });
    const study = await session.createStudy();
    await study.optimize(session.objective, { trials: 3 });
    const feasible = Object.fromEntries(
      study.trials.map((trial) => [(trial.params as unknown as { step: number }).step, trial.isFeasible]),
    );
    expect(feasible).toEqual({ 0: true, 1: true, 2: false });
    await session.close();
  });

  test('without evaluate, outputs that differ make a configuration infeasible', async () => {
    const users = space({ variant: categorical(['model'], { default: 'model' }) }) as SearchSpace as never;
    const session = await open({ space: users, search: [], tolerance: 0 });
    const study = await session.createStudy();
    await study.optimize(session.objective, { trials: 1 });
    expect(study.trials[0]?.constraints).toEqual([0]);
    await session.close();
  });
});

test('batches are joined from samples, or made by a function', async () => {
  const users = space({ batchSize: categorical([1, 4], { default: 1 }) });
  const asked: [number, string][] = [];
  const functionOfSize: OnnxSessionOptions['inputs'] = ({ batchSize, variant, signature }) => {
    asked.push([batchSize, `${variant} ${signature.inputMetadata[0]?.name}`]);
    return [{ x: new ort.Tensor('float32', new Float32Array(8 * batchSize), [batchSize, 8]) }];
  };
  for (const inputs of [SAMPLES, functionOfSize]) {
    const session = await onnxSession({ ...base, inputs, space: users, search: [], goals: ['throughput'] });
    expect(session.directions).toEqual(['maximize']);
    const study = await session.createStudy();
    await study.optimize(session.objective, { trials: 2 });
    for (const { params, value, metrics } of study.trials) {
      expect(value).toBeCloseTo((1000 * params.batchSize) / (metrics['p50'] as number), 6);
    }
    await session.close();
  }
  // For two sessions of the defaults, their trial and the other one.
  expect(asked.toSorted(([a], [b]) => a - b)).toEqual([
    [1, 'model x'],
    [1, 'model x'],
    [1, 'model x'],
    [4, 'model x'],
  ]);
});

test('runs on WebAssembly too, where threads are not its to choose', async () => {
  const session = await open({ runtime: web, providers: ['wasm'] });
  const study = await session.createStudy({ seed: 1 });
  await study.optimize(session.objective, { trials: 2 });
  expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete']);
  expect(session.space.leaves.map(({ name }) => name)).not.toContain('intraOpNumThreads');
  expect(session.code(session.reference.params)).toContain("from 'onnxruntime-web'");
  await session.close();
});

test('memory is that of a process of its own', async () => {
  // A batch of 100,000 rows takes 6.4 MB more than one of 1 for `hidden` alone.
  const users = space({ batchSize: categorical([1, 100_000], { default: 1 }) });
  const inputs: OnnxSessionOptions['inputs'] = ({ batchSize }) => [
    { x: new ort.Tensor('float32', new Float32Array(8 * batchSize), [batchSize, 8]) },
  ];
  const options = { ...base, inputs, space: users, search: [], warmup: 1 };
  const session = await onnxSession({ ...options, goals: ['memory'] });
  const study = await session.createStudy();
  await study.optimize(session.objective, { trials: 2 });
  const [small, large] = study.trials.toSorted((a, b) => a.params.batchSize - b.params.batchSize);
  expect(small?.value).toBe(small?.metrics['memory']);
  expect(large?.value).toBeGreaterThan((small?.value ?? Number.NaN) + 5);
  await session.close();
  await expect(open({ runtime: web, providers: ['wasm'], measureMemory: true })).rejects.toThrow(
    /memory cannot be measured here; it needs Node and onnxruntime-node/,
  );
});

test('compare says which of two is faster', async () => {
  const users = space({ batchSize: categorical([1, 256], { default: 1 }) });
  const session = await onnxSession({ ...base, space: users, search: [] });
  const batched = { ...session.reference.params, batchSize: 256 as const };
  // Per sample, a batch of 256 saves nearly all of the 255 calls.
  expect(await session.compare(batched, undefined, { measureMs: 100 })).toMatchObject({ verdict: 'faster' });
  expect(await session.compare(session.reference.params, batched, { measureMs: 100 })).toMatchObject({
    verdict: 'slower',
  });
  await session.close();
});
