import { fitContext, type Dataset } from '@tunable/core';
import { onnxClassifier } from '@tunable/onnx';
import { useBackend } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

import { cell, type Table } from '../report/table.ts';
import { median } from '../speed/workload.ts';
import { torchEpochs } from './torch.ts';

/** Epochs per turn; the first of each is not counted. */
const EPOCHS = 4;

/** Seconds that an epoch took, by the clock and by the processor. */
interface Epoch {
  readonly wall: number;
  readonly cpu: number;
}

/** Seconds per epoch of a 784-128-10 network: onnxClassifier, PyTorch and TensorFlow.js in turns. */
export async function measureEpochs(train: Dataset, turns: number): Promise<Table> {
  const onnx: Epoch[] = [];
  const torch: Epoch[] = [];
  const tfjs: Epoch[] = [];
  let torchName = 'PyTorch';
  for (let turn = 0; turn < turns; turn++) {
    onnx.push(...(await onnxEpochs(train)).slice(1));
    const answer = await torchEpochs(train, EPOCHS);
    torchName =
      answer.missing === undefined ? `PyTorch ${answer.version}, one thread` : `PyTorch (${answer.missing})`;
    if (answer.missing === undefined) torch.push(...answer.epochs.slice(1));
    tfjs.push(...(await tfjsEpochs(train)).slice(1));
  }
  const base = onnx.map(({ cpu }) => cpu);
  const row = (name: string, epochs: readonly Epoch[]): string[] => {
    const cpu = epochs.map((epoch) => epoch.cpu);
    const ratio = epochs.length === 0 ? '–' : `${cell(median(cpu) / median(base), 2)}×`;
    return [name, seconds(cpu), ratio, seconds(epochs.map(({ wall }) => wall))];
  };
  return {
    title: 'Seconds per epoch: 784-128-10, Adam, batches of 64, 8,000 digits',
    columns: ['trained by', 'CPU seconds', 'of ours', 'seconds'],
    rows: [
      row('`onnxClassifier`, onnxruntime-node, CPU, one thread', onnx),
      row(torchName, torch),
      row(`TensorFlow.js ${tf.version_core}, WebAssembly with SIMD`, tfjs),
    ],
    notes: [
      `Medians of ${turns * (EPOCHS - 1)} epochs, in ${turns} turns of ${EPOCHS} of which the first is not counted. CPU seconds of a loaded machine say more than seconds.`,
    ],
  };
}

function seconds(values: readonly number[]): string {
  return cell(values.length === 0 ? undefined : median(values), 3);
}

async function onnxEpochs(train: Dataset): Promise<Epoch[]> {
  const learner = onnxClassifier({ epochs: EPOCHS, standardize: false, keepBest: false });
  const stopwatch = startWatch();
  const epochs: Epoch[] = [];
  const model = await learner.fit(
    learner.space.decode(learner.space.defaultRow()),
    train,
    fitContext({ report: async () => void epochs.push(stopwatch()) }),
  );
  await model.dispose();
  return epochs;
}

async function tfjsEpochs(train: Dataset): Promise<Epoch[]> {
  await useBackend('wasm');
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 128, activation: 'relu', inputShape: [784] }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  const optimizer = tf.train.adam(1e-3);
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  const features = tf.tensor2d(Float32Array.from(train.features), [train.rowCount, 784]);
  const labels = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(train.target), 'int32'), 10));
  const stopwatch = startWatch();
  const epochs: Epoch[] = [];
  await model.fit(features, labels, {
    epochs: EPOCHS,
    batchSize: 64,
    verbose: 0,
    callbacks: { onEpochEnd: () => void epochs.push(stopwatch()) },
  });
  model.dispose();
  optimizer.dispose();
  tf.dispose([features, labels]);
  return epochs;
}

/** Seconds since the last call. */
function startWatch(): () => Epoch {
  let time = performance.now();
  let used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    const epoch = { wall: (performance.now() - time) / 1e3, cpu: (user + system) / 1e6 };
    time = performance.now();
    used = process.cpuUsage();
    return epoch;
  };
}
