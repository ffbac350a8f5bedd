// Tunes networks on handwritten digits, compares the best with the untuned one on digits that neither has seen, saves
// it as digits.onnx, and runs that file.
import { readFile, writeFile } from 'node:fs/promises';

import {
  asha,
  boolean,
  categorical,
  choice,
  evaluateModel,
  fitContext,
  float,
  holdout,
  int,
  list,
  space,
  tune,
} from '@tunable/core';
import { loadOnnxModel, onnxClassifier } from '@tunable/onnx';
import * as ort from 'onnxruntime-node';

import { loadDigits } from './load-digits.ts';

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const { train, test } = loadDigits();
console.log(`${train.rowCount} digits to learn from, ${test.rowCount} held back\n`);

// Pixels are from 0 to 1 already; brought to equal variance, those at the rim would be mostly noise.
const learner = onnxClassifier({ epochs: 10, standardize: false });

const searched = space({
  hidden: list(int(64, 256, { scale: 'log', default: 128 }), { min: 1, max: 2, default: 1 }),
  activation: categorical(['relu', 'gelu', 'silu'], { default: 'relu' }),
  batchNorm: boolean({ default: false }),
  dropout: float(0, 0.6, { default: 0 }),
  optimizer: choice(
    {
      adam: { learningRate: float(3e-4, 1e-2, { scale: 'log', default: 1e-3 }) },
      momentum: {
        learningRate: float(5e-3, 0.3, { scale: 'log', default: 0.05 }),
        momentum: float(0.8, 0.98, { default: 0.9 }),
        nesterov: boolean({ default: true }),
      },
    },
    { default: 'adam' },
  ),
  schedule: categorical(['constant', 'linear', 'cosine'], { default: 'constant' }),
  batchSize: int(32, 256, { scale: 'log', default: 64 }),
});

const usual = learner.space.decode(learner.space.defaultRow());
const untunedStart = performance.now();
const untuned = await learner.fit(usual, train, fitContext({ seed: 1 }));
const before = await evaluateModel(untuned, test, ['accuracy', 'logLoss']);
console.log(
  `untuned: accuracy ${before['accuracy']?.toFixed(4)} on the digits held back, ${seconds(untunedStart)}\n`,
);
await untuned.dispose();

console.log('Tuning: 40 configurations, a fifth of the digits to compare them by, 2 threads.');
const start = performance.now();
const result = await tune(learner, train, {
  space: searched,
  metric: 'accuracy',
  resampling: holdout({ testSize: 0.2, seed: 1 }),
  pruner: asha({ minResource: 2, maxResource: 10 }),
  trials: 40,
  threads: 2,
  ordered: true, // the same search every time, although two threads never end at the same moment
  seed: 1,
  progress: true,
});
const states = result.study.trials.map(({ state }) => state);
console.log(
  `${seconds(start)}: ${states.filter((state) => state === 'complete').length} trained to the end, ${states.filter((state) => state === 'pruned').length} stopped early`,
);
console.log(`best parameters: ${JSON.stringify(result.best.params)}`);
const after = await evaluateModel(result.model, test, ['accuracy', 'logLoss']);
console.log(`tuned: accuracy ${after['accuracy']?.toFixed(4)} on the digits held back`);

// How long the training of the best one takes by itself; of the processor, so that a busy machine changes little.
const used = process.cpuUsage();
const again = await learner.fit({ ...usual, ...result.best.params }, train, fitContext({ seed: 1 }));
const { user, system } = process.cpuUsage(used);
await again.dispose();
console.log(`Its training alone takes ${((user + system) / 1e6).toFixed(1)} s of the processor.\n`);

const file = new URL('../digits.onnx', import.meta.url);
await writeFile(file, result.model.save());
await result.model.dispose();
const loaded = await loadOnnxModel(await readFile(file));
const reloaded = await evaluateModel(loaded, test, ['accuracy']);
await loaded.dispose();
console.log(`digits.onnx was saved; loaded again, it has an accuracy of ${reloaded['accuracy']?.toFixed(4)}`);

// Any ONNX runtime takes the file: pixels in, probabilities out.
const session = await ort.InferenceSession.create(await readFile(file));
const firstRow = Float32Array.from(test.features.subarray(0, test.columnCount));
const { probabilities } = await session.run({
  features: new ort.Tensor('float32', firstRow, [1, test.columnCount]),
});
const best = Array.from(probabilities?.data as Float32Array).indexOf(
  Math.max(...(probabilities?.data as Float32Array)),
);
console.log(
  `run by ONNX Runtime alone, it takes the first one for a ${best}; it is a ${test.classes[test.target[0] as number]}`,
);
await session.release();
