// Tunes a network that reads handwritten digits, and compares it with the untuned one of a tutorial on digits that the
// search has never seen.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { evaluateModel, fitContext, holdout, hyperband, tune } from '@tunable/core';
import type { TfjsClassifierModel } from '@tunable/tfjs';

import { digitsNetwork } from './digits-network.ts';
import { formatTable } from './format-table.ts';
import { isQuick } from './is-quick.ts';
import { loadDigits } from './load-digits.ts';

const [digits, trials, epochs] = isQuick ? [2000, 9, 6] : [10_000, 20, 12];
const { search, heldBack } = await loadDigits(digits, 0.2, 1);
const network = digitsNetwork({ epochs });

console.log(
  `${digits} handwritten digits: ${search.rowCount} to search and train with, ${heldBack.rowCount} held back`,
);
console.log(`Tuning: ${trials} configurations of up to ${epochs} epochs, 2 threads. Ctrl-C stops early.\n`);

const start = performance.now();
const result = await tune(network, search, {
  name: 'digits',
  metric: 'accuracy',
  resampling: holdout({ testSize: 0.25, seed: 1 }),
  pruner: hyperband({ minResource: 2, maxResource: epochs }),
  trials,
  threads: 2,
  ordered: true, // the same search every time, although two threads never end at the same moment
  seed: 1,
  progress: true,
});
const seconds = (performance.now() - start) / 1000;
const { best, model, study } = result;

// The tutorial's network, trained on the same digits as the tuned one.
const untuned = await network.fit(
  network.space.decode(network.space.defaultRow()),
  search,
  fitContext({ seed: study.seed }),
);

console.log(`\nAccuracy on the ${heldBack.rowCount} digits that were held back:\n`);
console.log(
  formatTable([
    ['', 'accuracy', 'wrong', 'epochs trained', 'best epoch'],
    await line('untuned (tutorial)', untuned),
    await line(`tuned (trial ${best.number})`, model),
  ]),
);

const spent = study.trials.reduce((sum, { reports }) => sum + reports.steps.length, 0);
const pruned = study.trials.filter(({ state }) => state === 'pruned').length;
const full = study.trials.length * epochs;
console.log(
  `\n${study.trials.length} trials in ${seconds.toFixed(0)} s, the final training included: ${spent} epochs instead of ${full}; ` +
    `pruning ended ${pruned} trials early and saved ${(100 * (1 - spent / full)).toFixed(0)} % of the epochs.\n`,
);
console.log('Best parameters:\n');
console.log(
  formatTable([
    ['parameter', 'tuned'],
    ...Object.entries(best.params).map(([name, value]) => [name, show(value)]),
  ]),
);

// In the format of TensorFlow.js, for any program that can load that.
const folder = new URL('../digits-model/', import.meta.url);
await model.save(folder);
console.log(`\nThe tuned network was saved in ${relative(process.cwd(), fileURLToPath(folder))}.`);
model.dispose();
untuned.dispose();

async function line(name: string, trained: TfjsClassifierModel): Promise<string[]> {
  const { accuracy = Number.NaN } = await evaluateModel(trained, heldBack, ['accuracy']);
  const wrong = Math.round((1 - accuracy) * heldBack.rowCount);
  return [
    name,
    `${(100 * accuracy).toFixed(2)} %`,
    String(wrong),
    String(trained.history.length),
    String(trained.bestEpoch + 1),
  ];
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : JSON.stringify(value);
}
