import { holdout, noPruning, random, tune, type Dataset } from '@tunable/core';

import { cell, type Table } from '../report/table.ts';
import { median } from '../speed/workload.ts';
import { network } from './network.ts';

const TRIALS = 16;
const EPOCHS = 6;

/** Two threads against one, on WASM. */
export async function measureScaling(digits: Dataset, repeats: number): Promise<Table> {
  const seconds: number[][] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const size of [1, 2]) seconds[size - 1]?.push(await time(digits, size));
  }
  const [one = [], two = []] = seconds;
  const perMinute = (times: readonly number[]): string => cell((60 * TRIALS) / median(times), 1);
  const ratio = median(one.map((alone, i) => alone / (two[i] as number)));
  return {
    title: 'Two threads against one',
    columns: ['', 'one thread', 'two threads', 'times as fast'],
    rows: [['trials per minute, WASM', perMinute(one), perMinute(two), `${cell(ratio, 2)}×`]],
    notes: [
      `${TRIALS} trials of ${EPOCHS} epochs on ${digits.rowCount} digits, from the end of the first trial of each thread on; medians of ${repeats} runs of each, in turn.`,
    ],
  };
}

/** Seconds for {@link TRIALS} trials, once every thread has ended one. */
async function time(digits: Dataset, threads: number): Promise<number> {
  const { study } = await tune(network({ epochs: EPOCHS, backend: 'wasm' }), digits, {
    resampling: holdout({ testSize: 0.25, seed: 1 }),
    // Random search proposes the same configurations whichever thread is faster.
    optimizer: random(),
    pruner: noPruning(),
    trials: TRIALS + threads,
    threads,
    seed: 1,
    refit: false,
    progress: false,
    handleInterrupt: false,
  });
  const ends = study.trials.map(({ finishedAt }) => Number(finishedAt)).toSorted((a, b) => a - b);
  return ((ends.at(-1) as number) - (ends[threads - 1] as number)) / 1000;
}
