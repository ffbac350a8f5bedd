import {
  asha,
  evaluateModel,
  holdout,
  hyperband,
  noPruning,
  tune,
  type Dataset,
  type Pruner,
} from '@tunable/core';
import type { TfjsClassifierModel } from '@tunable/tfjs';

import { cell, type Table } from '../report/table.ts';
import { network } from './network.ts';

const TRIALS = 40;
const EPOCHS = 27;
const SEEDS = 5;

/** Hyperband and ASHA against no pruning: how good the best network becomes, for how many epochs. */
export async function measurePruning(search: Dataset, heldBack: Dataset): Promise<Table> {
  const pruners: [string, () => Pruner][] = [
    ['no pruning', noPruning],
    ['`hyperband({ maxResource: 27 })`', () => hyperband({ maxResource: EPOCHS })],
    ['`asha({ maxResource: 27 })`', () => asha({ maxResource: EPOCHS })],
  ];
  const rows: string[][] = [];
  let all = 0;
  for (const [name, pruner] of pruners) {
    const best: number[] = [];
    const tested: number[] = [];
    let epochs = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      console.error(`tfjs: ${name}, seed ${seed} of ${SEEDS}`);
      const result = await tune(network({ epochs: EPOCHS, backend: 'wasm' }), search, {
        metric: 'accuracy',
        resampling: holdout({ testSize: 1 / 3, seed: 1 }),
        pruner: pruner(),
        trials: TRIALS,
        seed,
        progress: false,
        handleInterrupt: false,
      });
      const model = result.model as TfjsClassifierModel;
      const { accuracy = Number.NaN } = await evaluateModel(model, heldBack, ['accuracy']);
      model.dispose();
      best.push(result.best.value);
      tested.push(accuracy);
      epochs += result.study.trials.reduce((sum, { reports }) => sum + reports.steps.length, 0);
    }
    if (all === 0) all = epochs;
    rows.push([
      name,
      percent(best),
      percent(tested),
      String(Math.round(epochs / SEEDS)),
      cell(epochs / all, 2),
    ]);
  }
  return {
    title: 'Pruning',
    columns: [
      `${TRIALS} trials, ${SEEDS} seeds`,
      'best trial, %',
      'held-back digits, %',
      'epochs per study',
      'of all',
    ],
    rows,
    notes: [
      `Mean accuracy ± standard error over the seeds: of the best trial on a third of ${search.rowCount} digits, and of the final network, trained on all of them, on ${heldBack.rowCount} digits that the search did not see. Up to ${EPOCHS} epochs. On the thread of the caller, where ASHA can pause trials; on worker threads it must end them or let them go on.`,
    ],
  };
}

function percent(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return `${cell(100 * mean, 2)} ± ${cell(100 * Math.sqrt(variance / shares.length), 2)}`;
}
