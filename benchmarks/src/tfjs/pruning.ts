import { asha, evaluateModel, holdout, hyperband, noPruning, tune, type Pruner } from '@tunable/core';
import type { TfjsClassifierModel } from '@tunable/tfjs';

import { runJobs } from '../jobs/run-jobs.ts';
import { loadDigits } from '../onnx/load-digits.ts';
import { cell, type Table } from '../report/table.ts';
import { network } from './network.ts';

const TRIALS = 40;
const EPOCHS = 27;
const SEEDS = 5;

const DIGITS = 1500;

const PRUNERS: { readonly [name: string]: () => Pruner } = {
  'no pruning': noPruning,
  '`hyperband({ maxResource: 27 })`': () => hyperband({ maxResource: EPOCHS }),
  '`asha({ maxResource: 27 })`': () => asha({ maxResource: EPOCHS }),
};

/** One study. */
export interface PruningJob {
  /** A name of the table's rows. */
  readonly pruner: string;
  readonly seed: number;
}

/** What it came to. */
export interface PruningResult {
  /** The accuracy of the best trial, on validation digits. */
  readonly best: number;
  /** The accuracy of the final network on digits that the search did not see. */
  readonly tested: number;
  readonly epochs: number;
}

/** Runs one study on this thread. */
export async function runPruningJob({ pruner, seed }: PruningJob): Promise<PruningResult> {
  const digits = loadDigits();
  const search = digits.train.rows(Int32Array.from({ length: DIGITS }, (_, i) => i));
  const result = await tune(network({ epochs: EPOCHS, backend: 'wasm' }), search, {
    metric: 'accuracy',
    resampling: holdout({ testSize: 1 / 3, seed: 1 }),
    pruner: PRUNERS[pruner]!(),
    trials: TRIALS,
    seed,
    progress: false,
    handleInterrupt: false,
  });
  const model = result.model as TfjsClassifierModel;
  const { accuracy = Number.NaN } = await evaluateModel(model, digits.test, ['accuracy']);
  model.dispose();
  const epochs = result.study.trials.reduce((sum, { reports }) => sum + reports.steps.length, 0);
  return { best: result.best.value, tested: accuracy, epochs };
}

/** Hyperband and ASHA against no pruning: how good the best network becomes, for how many epochs. */
export async function measurePruning(threads: number): Promise<Table> {
  const names = Object.keys(PRUNERS);
  const jobs = names.flatMap((pruner) =>
    Array.from({ length: SEEDS }, (_, seed): PruningJob => ({ pruner, seed: seed + 1 })),
  );
  const results = new Map(names.map((name) => [name, [] as PruningResult[]]));
  await runJobs<PruningJob, PruningResult>(jobs, {
    worker: new URL('pruning-worker.js', import.meta.url),
    threads,
    deadline: Infinity,
    onResult({ pruner, seed }, result) {
      results.get(pruner)!.push(result);
      console.error(`tfjs: ${pruner}, seed ${seed} of ${SEEDS}`);
    },
  });
  const epochsOf = (name: string): number => results.get(name)!.reduce((sum, { epochs }) => sum + epochs, 0);
  const rows = names.map((name) => {
    const runs = results.get(name)!;
    return [
      name,
      percent(runs.map(({ best }) => best)),
      percent(runs.map(({ tested }) => tested)),
      String(Math.round(epochsOf(name) / SEEDS)),
      cell(epochsOf(name) / epochsOf(names[0]!), 2),
    ];
  });
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
      `Mean accuracy ± standard error over the seeds: of the best trial on a third of ${DIGITS} digits, and of the final network, trained on all of them, on others that the search did not see. Up to ${EPOCHS} epochs. Each study on one thread, that of its caller, where ASHA can pause trials; with the option threads it must end them or let them go on.`,
    ],
  };
}

function percent(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return `${cell(100 * mean, 2)} ± ${cell(100 * Math.sqrt(variance / shares.length), 2)}`;
}
