import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createStudy, holdout, noPruning, tune, type Dataset } from '@tunable/core';

import { cell, type Table } from '../report/table.ts';
import { network } from './network.ts';

const TRIALS = 12;
const EPOCHS = 6;

/** What share of the time goes into anything but training and predicting. */
export async function measureOutside(digits: Dataset): Promise<Table> {
  const rows: string[][] = [];
  for (const threads of [undefined, 1, 2]) {
    const { seconds, share, cpuShare } = await run(digits, threads);
    rows.push([
      threads === undefined ? 'on the thread of the caller' : `threads: ${threads}`,
      cell(seconds, 1),
      `${cell(100 * share, 2)} %`,
      cpuShare === undefined ? cell(undefined, 2) : `${cell(100 * cpuShare, 2)} %`,
    ]);
  }
  return {
    title: 'Time outside training: ask, tell, report, thread hand-over',
    columns: [`${TRIALS} trials of ${EPOCHS} epochs`, 'trials, s', 'outside', 'of CPU time'],
    rows,
    notes: [
      `\`tune\` with the default optimizer, nothing pruned, on WASM; ${digits.rowCount} digits. From a trial's start to its end, less what its fit and its predictions took; the first trial of each thread, which starts it and loads TensorFlow.js, is left out. On a busy machine every hand-over waits for its turn; CPU time, which does not, can be told apart only where there are no threads.`,
    ],
  };
}

async function run(
  digits: Dataset,
  threads: number | undefined,
): Promise<{ seconds: number; share: number; cpuShare: number | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), 'tunable-tfjs-'));
  try {
    const log = join(folder, 'work');
    const cpu: number[] = [];
    const study = await createStudy({
      space: network({ epochs: EPOCHS, backend: 'wasm' }).space,
      direction: 'maximize',
      pruner: noPruning(),
      seed: 1,
    });
    study.on('trialFinished', () => {
      const { user, system } = process.cpuUsage();
      cpu.push((user + system) / 1000);
    });
    await tune(network({ epochs: EPOCHS, backend: 'wasm', log }), digits, {
      study,
      resampling: holdout({ testSize: 0.25, seed: 1 }),
      trials: TRIALS,
      refit: false,
      progress: false,
      handleInterrupt: false,
      ...(threads !== undefined && { threads }),
    });
    const ended = study.trials
      .toSorted((a, b) => Number(a.finishedAt) - Number(b.finishedAt))
      .map(({ durationMs = 0 }) => durationMs);
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    const work = lines.map((line) => line.split(' ').map(Number) as [number, number]);
    const first = threads ?? 1;
    const whole = sum(ended.slice(first));
    const used = (cpu.at(-1) as number) - (cpu[0] as number);
    return {
      seconds: whole / 1000,
      share: 1 - sum(work.slice(first).map(([wallMs]) => wallMs)) / whole,
      cpuShare: threads === undefined ? 1 - sum(work.slice(1).map(([, cpuMs]) => cpuMs)) / used : undefined,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
