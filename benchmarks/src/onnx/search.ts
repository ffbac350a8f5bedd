import { asha, evaluateModel, holdout, tune, type Model } from '@tunable/core';

import { cell, type Table } from '../report/table.ts';
import { onnxDigits, searched, tfjsDigits } from './learners.ts';
import type { Digits } from './load-digits.ts';

const TRIALS = 40;

/** Epochs of a trial at most, as in the example onnx-digits. */
const EPOCHS = 10;

/** What a search came to. */
interface Search {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Epochs trained in all trials. */
  readonly epochs: number;
  /** On the digits held back. */
  readonly accuracy: number;
}

/** The same search with both libraries. */
export async function measureSearch({ train, test }: Digits): Promise<Table> {
  const options = {
    space: searched(),
    metric: 'accuracy',
    resampling: holdout({ testSize: 0.2, seed: 1 }),
    pruner: asha({ minResource: 2, maxResource: EPOCHS }),
    trials: TRIALS,
    threads: 2,
    ordered: true,
    seed: 1,
    progress: false,
    handleInterrupt: false,
  } as const;
  const onnx = await time(() => tune(onnxDigits(EPOCHS), train, options), test);
  const tfjs = await time(() => tune(tfjsDigits(EPOCHS), train, options), test);
  const row = (name: string, { seconds, cpuSeconds, epochs: count, accuracy }: Search): string[] => [
    name,
    cell(cpuSeconds, 1),
    `${cell(cpuSeconds / onnx.cpuSeconds, 1)}×`,
    String(count),
    cell((1000 * cpuSeconds) / count, 0),
    cell(seconds, 1),
    `${cell(seconds / onnx.seconds, 1)}×`,
    cell(accuracy, 4),
  ];
  return {
    title: `${TRIALS} trials of the digits, end to end`,
    columns: [
      '`tune` with',
      'CPU seconds',
      'of ours',
      'epochs',
      'CPU ms per epoch',
      'seconds',
      'of ours',
      'accuracy, held back',
    ],
    rows: [row('`onnxClassifier`, CPU', onnx), row('`tfjsClassifier`, WebAssembly', tfjs)],
    notes: [
      `Up to ${EPOCHS} epochs on 6,400 digits, scored on 1,600, two threads; start of the threads and the final training on all 8,000 included. Both see the same space, seed and pruner, and each goes by its own results, so that they train other networks for other numbers of epochs. CPU seconds of a loaded machine say more than seconds.`,
    ],
  };
}

async function time(
  search: () => Promise<{
    readonly study: {
      readonly trials: readonly { readonly reports: { readonly steps: readonly number[] } }[];
    };
    readonly model: Model;
  }>,
  test: Digits['test'],
): Promise<Search> {
  const start = performance.now();
  const used = process.cpuUsage();
  const { study, model } = await search();
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - start) / 1e3;
  const { accuracy = Number.NaN } = await evaluateModel(model, test, ['accuracy']);
  await model.dispose();
  const epochs = study.trials.reduce((sum, { reports }) => sum + reports.steps.length, 0);
  return { seconds, cpuSeconds: (user + system) / 1e6, epochs, accuracy };
}
