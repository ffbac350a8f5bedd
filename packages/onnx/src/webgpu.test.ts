// WebGPU gives the CPU's numbers. Training on it is tested where training is.
import { UnsupportedError } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import { TINY_FP16, TINY_FP32, TINY_INT8 } from './fixtures/tiny-models.ts';
import { prepareWebGpu } from './fixtures/webgpu.ts';
import { openSession } from './open-session.ts';
import { providers } from './providers/providers.ts';
import { tuneSession } from './session/tune-session.ts';

const missing = prepareWebGpu();

const rows = Array.from({ length: 64 }, (_, row) =>
  Float32Array.from({ length: 8 }, (__, i) => Math.sin(row * 5 + i * 3)),
);
const feeds = {
  x: new ort.Tensor('float32', Float32Array.from(rows.flatMap((row) => Array.from(row))), [64, 8]),
};

async function run(model: Uint8Array, provider: string): Promise<Float32Array> {
  const { session } = await openSession({ runtime: ort, model, providers: [provider] });
  try {
    return (await session.run(feeds, ['logits']))['logits']?.data as Float32Array;
  } finally {
    await session.release();
  }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

describe.skipIf(missing !== undefined)(`WebGPU${missing === undefined ? '' : ` (${missing})`}`, () => {
  // Software is slow, and slower on a busy machine.
  const timeout = 90_000;

  test('computes what the CPU computes', { timeout }, async () => {
    expect(largestDifference(await run(TINY_FP32, 'webgpu'), await run(TINY_FP32, 'cpu'))).toBeLessThan(1e-4);
  });

  test(
    'computes all of a model in single precision, and leaves 8-bit operators to the CPU',
    { timeout },
    async () => {
      const whole = await providers(ort, { names: ['webgpu'], model: TINY_FP32 });
      expect(whole.rows[0]).toMatchObject({ isUsable: true, isComplete: true });
      const part = await providers(ort, { names: ['webgpu'], model: TINY_INT8 });
      expect(part.rows[0]).toMatchObject({ isUsable: true, isComplete: false });
      expect(String(part)).toContain('leaves some operators to the CPU');
      const noHelp = { extra: { session: { disable_cpu_ep_fallback: '1' } }, logSeverityLevel: 4 as const };
      const alone = openSession({
        runtime: ort,
        model: TINY_INT8,
        providers: ['webgpu'],
        sessionOptions: noHelp,
      });
      await expect(alone).rejects.toThrow(UnsupportedError);
      await expect(alone).rejects.toThrow(/'webgpu' cannot run the model of \d+ bytes/);
      const { provider, fellBackFrom } = await openSession({
        runtime: ort,
        model: TINY_INT8,
        providers: ['webgpu', 'cpu'],
        sessionOptions: { logSeverityLevel: 4 },
      });
      expect([provider, fellBackFrom.length]).toEqual(['webgpu', 0]);
    },
  );

  test('is searched beside the CPU; what it cannot run fails its trial only', { timeout }, async () => {
    const result = await tuneSession({
      runtime: ort,
      model: { fp32: TINY_FP32, fp16: TINY_FP16 },
      inputs: [feeds],
      evaluate: async (_, context) => {
        const { logits } = await context.run(feeds);
        return -largestDifference(logits?.data as Float32Array, await run(TINY_FP32, 'cpu'));
      },
      maxLoss: 0.5,
      providers: ['cpu', 'webgpu'],
      search: ['variant', 'provider'],
      trials: 6,
      measureMs: 20,
      finalMs: 40,
      finalists: 1,
      seed: 1,
    });
    // Half precision runs on the CPU; on a GPU only if that has it.
    for (const trial of result.study.trials) {
      const { variant, provider } = trial.params;
      if (trial.state === 'complete') continue;
      expect([variant, provider.type, trial.failure?.name]).toEqual(['fp16', 'webgpu', 'UnsupportedError']);
    }
    expect(result.points.some(({ params }) => params.provider.type === 'webgpu')).toBe(true);
  });
});
