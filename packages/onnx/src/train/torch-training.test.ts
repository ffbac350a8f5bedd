import { readFileSync } from 'node:fs';

import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';

import type { ActivationName } from './activation.ts';
import { batchBounds, stepNumbers } from './batches.ts';
import { loopTrainer } from './loop-trainer.ts';
import { crossEntropy, squaredError } from './loss.ts';
import { createNetwork } from './network.ts';
import { updateRule, type OptimizerParams } from './optimizer.ts';
import type { TrainingRows } from './trainer.ts';
import { planTraining } from './training-graph.ts';

interface Case {
  readonly task: 'classification' | 'regression';
  readonly activation: ActivationName;
  readonly batchNorm: boolean;
  readonly optimizer: OptimizerParams;
  readonly weightDecay: number;
  readonly start: { readonly [name: string]: readonly number[] };
  readonly end: { readonly [name: string]: readonly number[] };
  readonly losses: readonly number[];
}

interface Recorded {
  readonly torch: string;
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly values: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly hidden: readonly number[];
  readonly cases: { readonly [name: string]: Case };
}

const recorded = JSON.parse(
  readFileSync(new URL('./torch-training.json', import.meta.url), 'utf8'),
) as Recorded;

describe(`twelve steps end where those of PyTorch ${recorded.torch} do`, () => {
  test.each(Object.entries(recorded.cases))('%s', async (_, wanted) => {
    const { features, labels, values, epochs, batchSize, hidden } = recorded;
    const isClassification = wanted.task === 'classification';
    const rowCount = labels.length;
    const columnCount = features.length / rowCount;
    const network = createNetwork(
      { hidden, activation: wanted.activation, batchNorm: wanted.batchNorm, dropout: 0 },
      columnCount,
      isClassification ? 3 : 1,
      isClassification ? crossEntropy(3) : squaredError(),
      0,
    );
    const rule = updateRule(wanted.optimizer, wanted.weightDecay);
    const plan = planTraining(network, rule);
    const state = plan.state.map((tensor) => {
      const start = wanted.start[tensor.name];
      return start === undefined ? tensor : { ...tensor, initialize: () => Float32Array.from(start) };
    });
    const rows: TrainingRows = {
      features: Float32Array.from(features),
      target: isClassification ? Int32Array.from(labels) : Float32Array.from(values),
      rowCount,
      columnCount,
    };
    const trainer = await loopTrainer({ ...plan, state }, rows, {
      owner: 'test',
      runtime: ort,
      provider: 'cpu',
      sessionOptions: {},
    });
    const bounds = batchBounds(rowCount, batchSize);
    const schedule = { optimizer: wanted.optimizer, schedule: 'constant', warmup: 0 } as const;
    const steps = bounds.length - 1;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const lossSum = await trainer.run({
        order: Int32Array.from({ length: rowCount }, (__, row) => row),
        bounds,
        numbers: stepNumbers(schedule, rule, epoch * steps, epochs * steps, bounds),
        masks: new Map(),
      });
      expect(lossSum / rowCount).toBeCloseTo(wanted.losses[epoch]!, 5);
    }
    const end = await trainer.read();
    await trainer.release();
    expect(Object.keys(wanted.end).length).toBeGreaterThan(3);
    for (const [name, numbers] of Object.entries(wanted.end)) {
      const own = end.get(name)!;
      expect(own).toHaveLength(numbers.length);
      for (const [i, number] of numbers.entries()) expect(own[i], `${name}[${i}]`).toBeCloseTo(number, 4);
    }
  });
});
