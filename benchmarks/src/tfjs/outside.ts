import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { holdout, noPruning, tune, type Dataset } from '@tunable/core';

import { cell, type Table } from '../report/table.ts';
import { network } from './network.ts';

const TRIALS = 20;
const EPOCHS = 6;

/** What share of the time goes into anything but training and predicting. */
export async function measureOutside(digits: Dataset): Promise<Table> {
  const rows: string[][] = [];
  for (const threads of [undefined, 1, 2]) {
    const { seconds, share, perEpochMs } = await run(digits, threads);
    rows.push([
      threads === undefined ? 'on the thread of the caller' : `threads: ${threads}`,
      cell(seconds, 1),
      `${cell(100 * share, 2)} %`,
      cell(perEpochMs, 2),
    ]);
  }
  return {
    title: 'Time outside training: ask, tell, report, thread hand-over',
    columns: [`${TRIALS} trials of ${EPOCHS} epochs`, 'trials, s', 'outside', 'ms per epoch'],
    rows,
    notes: [
      `\`tune\` with the default optimizer, nothing pruned, on WASM; ${digits.rowCount} digits. From a trial's start to its end, less what its fit and its predictions took; the first trial of each thread, which starts it and loads TensorFlow.js, is left out.`,
    ],
  };
}

async function run(
  digits: Dataset,
  threads: number | undefined,
): Promise<{ seconds: number; share: number; perEpochMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tunable-tfjs-'));
  try {
    const log = join(folder, 'work');
    const { study } = await tune(network({ epochs: EPOCHS, backend: 'wasm', log }), digits, {
      resampling: holdout({ testSize: 0.25, seed: 1 }),
      pruner: noPruning(),
      trials: TRIALS,
      seed: 1,
      refit: false,
      progress: false,
      handleInterrupt: false,
      ...(threads !== undefined && { threads }),
    });
    const ended = study.trials
      .toSorted((a, b) => Number(a.finishedAt) - Number(b.finishedAt))
      .map(({ durationMs = 0 }) => durationMs);
    const workMs = (await readFile(log, 'utf8')).trim().split('\n').map(Number);
    const first = threads ?? 1;
    const whole = sum(ended.slice(first));
    const outside = whole - sum(workMs.slice(first));
    return {
      seconds: whole / 1000,
      share: outside / whole,
      perEpochMs: outside / (EPOCHS * (TRIALS - first)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
