import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { evaluateModel, fitContext, type Dataset } from '@tunable/core';
import { tfjsClassifier, useBackend } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

import type { Digits } from '../onnx/load-digits.ts';
import { python } from '../optuna/driver.ts';
import { cell, type Table } from '../report/table.ts';

const BATCH = 64;
const script = fileURLToPath(new URL('../../python/train_digits.py', import.meta.url));

/** What training a few epochs came to. */
interface Timing {
  readonly name: string;
  /** Of each epoch but the first, which compiles and warms up. */
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
  readonly accuracy: number;
}

/** The same network, data and epochs with each backend, and with Keras and PyTorch. */
export async function measureFrameworks({ train, test }: Digits, epochs: number): Promise<Table> {
  const timings: Timing[] = [];
  const missing: string[] = [];
  for (const backend of ['cpu', 'wasm', 'webgpu', 'tensorflow']) {
    try {
      await useBackend(backend);
    } catch {
      missing.push(`TensorFlow.js on '${backend}'`);
      continue;
    }
    console.error(`tfjs: ${backend}`);
    timings.push(await trainOurs(train, test, backend, epochs));
  }
  for (const framework of ['keras', 'torch']) {
    console.error(`tfjs: ${framework}`);
    const timing = await trainInPython(train, test, framework, epochs);
    if (typeof timing === 'string') missing.push(timing);
    else timings.push(timing);
  }
  return {
    title: 'Seconds per epoch',
    columns: ['784-128-10, Adam, batches of 64', 'wall s', 'CPU s', 'accuracy'],
    rows: timings.map(({ name, wall, cpu, accuracy }) => [
      name,
      cell(mean(wall), 2),
      cell(mean(cpu), 2),
      cell(accuracy, 3),
    ]),
    notes: [
      `${train.rowCount} digits; means of the epochs after the first; accuracy on ${test.rowCount} others after ${epochs} epochs, at a learning rate of 0.001. Keras and PyTorch on one thread each, as a trial on a worker thread has one core.`,
      ...(missing.length > 0 ? [`Not here: ${missing.join('; ')}.`] : []),
    ],
  };
}

async function trainOurs(
  training: Dataset,
  heldBack: Dataset,
  backend: string,
  epochs: number,
): Promise<Timing> {
  const learner = tfjsClassifier({
    space: {},
    build: (_, { inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 128, inputShape, activation: 'relu' }),
          tf.layers.dense({ units: classes, activation: 'softmax' }),
        ],
      }),
    epochs,
    batchSize: BATCH,
    keepBest: false,
    backend,
  });
  const wall: number[] = [];
  const cpu: number[] = [];
  let start = performance.now();
  let used = process.cpuUsage();
  const model = await learner.fit(
    {},
    training,
    fitContext({
      seed: 1,
      report() {
        const { user, system } = process.cpuUsage(used);
        wall.push((performance.now() - start) / 1000);
        cpu.push((user + system) / 1e6);
        start = performance.now();
        used = process.cpuUsage();
        return Promise.resolve();
      },
    }),
  );
  const { accuracy = Number.NaN } = await evaluateModel(model, heldBack, ['accuracy']);
  model.dispose();
  return {
    name: `TensorFlow.js ${tf.version_core}, '${backend}'`,
    wall: wall.slice(1),
    cpu: cpu.slice(1),
    accuracy,
  };
}

/** The timing, or what is missing. */
async function trainInPython(
  training: Dataset,
  heldBack: Dataset,
  framework: string,
  epochs: number,
): Promise<Timing | string> {
  const folder = await mkdtemp(join(tmpdir(), 'tunable-digits-'));
  try {
    for (const [name, data] of [['training', training] as const, ['heldBack', heldBack] as const]) {
      await writeFile(join(folder, `${name}.features`), Float32Array.from(data.features));
      await writeFile(join(folder, `${name}.labels`), Int32Array.from(data.target));
    }
    const { stdout } = await promisify(execFile)(
      python,
      [script, framework, folder, String(epochs), String(BATCH)],
      { env: { ...process.env, OMP_NUM_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' } },
    );
    const found = JSON.parse(stdout.trim().split('\n').at(-1) as string) as Timing;
    return { ...found, wall: found.wall.slice(1), cpu: found.cpu.slice(1) };
  } catch {
    return `${framework === 'keras' ? 'Keras' : 'PyTorch'} (set TUNABLE_PYTHON)`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
