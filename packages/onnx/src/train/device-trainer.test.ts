import { createRandom, dataset, fitContext, type LearnerParams } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { prepareWebGpu } from '../fixtures/webgpu.ts';
import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';

const missing = prepareWebGpu();
const random = createRandom(4);
const features = Array.from({ length: 45 }, () => [random.normal(), random.normal(), random.normal()]);
const classes = dataset({ features, target: features.map(([a, b]) => (a! > b! ? 'more' : 'less')) });
const numbers = dataset({ features, target: features.map(([a, b, c]) => a! * b! + c!) });

const { space } = onnxClassifier();
const defaults: LearnerParams<ReturnType<typeof onnxClassifier>> = space.decode(space.defaultRow());
const small = { ...defaults, hidden: [6], batchSize: 23 };

// A software Vulkan is slow but right: correctness only, in as few operations as will do.
describe.skipIf(missing !== undefined)(
  `training on WebGPU${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    const timeout = 90_000;

    test('of classes ends where it does on the CPU', { timeout }, async () => {
      const params = { ...small, dropout: 0.3, batchNorm: true, activation: 'gelu' } as const;
      const fit = (provider: string) =>
        onnxClassifier({ epochs: 2, providers: [provider] }).fit(params, classes, fitContext({ seed: 3 }));
      const [gpu, cpu] = [await fit('webgpu'), await fit('cpu')];
      expect([gpu.provider, cpu.provider]).toEqual(['webgpu', 'cpu']);
      for (const [epoch, loss] of cpu.training!.losses.entries()) {
        expect(gpu.training!.losses[epoch]).toBeCloseTo(loss, 4);
      }
      const wanted = await cpu.predictProbability!(classes);
      const found = await gpu.predictProbability!(classes);
      for (const [i, probability] of wanted.entries()) expect(found[i]).toBeCloseTo(probability, 4);
      await gpu.dispose();
      await cpu.dispose();
    });

    test('of numbers does too, after CUDA was tried in vain', { timeout }, async () => {
      const params = {
        ...small,
        optimizer: { type: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: true },
        weightDecay: 0.01,
        schedule: 'cosine',
        activation: 'elu',
      } as const;
      const fit = (...providers: string[]) =>
        onnxRegressor({ epochs: 2, keepBest: false, providers }).fit(
          params,
          numbers,
          fitContext({ seed: 3 }),
        );
      const [gpu, cpu] = [await fit('cuda', 'webgpu'), await fit('cpu')];
      expect(gpu.training!.losses[1]).toBeCloseTo(cpu.training!.losses[1]!, 4);
      await gpu.dispose();
      await cpu.dispose();
    });

    test('can be stopped between epochs', { timeout }, async () => {
      const report = async (step: number): Promise<void> => {
        if (step === 2) throw new Error('stop here');
      };
      const learner = onnxRegressor({ epochs: 3, keepBest: false, providers: ['webgpu'] });
      const params = { ...small, hidden: [] };
      await expect(learner.fit(params, numbers, fitContext({ report }))).rejects.toThrow('stop here');
    });
  },
);
