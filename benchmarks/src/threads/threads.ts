import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { createRandom, createStudy, dataset, float, noPruning, random, space, tune } from '@tunable/core';
import { randomForestClassifier } from '@tunable/random-forest';
import { threads } from '@tunable/threads';

import type { Options } from '../options.ts';
import { cell, type Table } from '../report/table.ts';
import { median } from '../speed/workload.ts';

const TRIALS = 60;
const FOREST_TRIALS = 24;
const busyModule = new URL('busy-objective.js', import.meta.url);

/** Two threads against one. */
export async function measureThreads(options: Options): Promise<Table[]> {
  console.error('threads');
  const repeats = options.full ? 7 : 3;
  const study: number[][] = [[], []];
  const bare: number[][] = [[], []];
  const forest: number[][] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const size of [1, 2]) {
      bare[size - 1]?.push(await timeBare(size));
      study[size - 1]?.push(await timeStudy(size));
      forest[size - 1]?.push(await timeForest(size));
    }
  }
  const row = (name: string, [one = [], two = []]: number[][]) => [
    name,
    cell(median(one), 2),
    cell(median(two), 2),
    `${cell(median(one.map((seconds, i) => seconds / (two[i] as number))), 2)}×`,
  ];
  return [
    {
      title: 'Two threads against one',
      columns: ['work that keeps a core busy', 'one thread, s', 'two threads, s', 'times as fast'],
      rows: [
        row(`${TRIALS} trials through \`threads(module, { size })\``, study),
        row('the same on bare worker threads: what the machine allows', bare),
        row(`\`tune\`, a random forest, ${FOREST_TRIALS} trials of 5 folds, start included`, forest),
      ],
      notes: [
        `Medians of ${repeats} runs of each, in turn; threads were warm before the clock, but for the forest.`,
      ],
    },
  ];
}

/** Seconds for {@link TRIALS} trials of a study. */
async function timeStudy(size: number): Promise<number> {
  const objective = threads<{ readonly rate: number }>(busyModule, { size, export: 'train' });
  // Random search: a model would compete with the threads for the cores.
  const study = await createStudy({
    space: space({ rate: float(1e-3, 1, { scale: 'log' }) }),
    optimizer: random(),
    seed: 1,
  });
  const run = { concurrency: size, progress: false, handleInterrupt: false };
  const warmUp = 4 * size;
  await study.optimize(objective, { ...run, trials: warmUp });
  const start = performance.now();
  await study.optimize(objective, { ...run, trials: warmUp + TRIALS });
  const seconds = (performance.now() - start) / 1000;
  await objective.close();
  return seconds;
}

/** Seconds for tuning a random forest, the start of the threads included. */
async function timeForest(size: number): Promise<number> {
  const draw = createRandom(1);
  const features = Array.from({ length: 120 }, () => Array.from({ length: 8 }, () => draw.normal()));
  const target = features.map(([a = 0, b = 0, c = 0]) => (a + b * c > 0 ? 'yes' : 'no'));
  const data = dataset({ features, target });
  const start = performance.now();
  await tune(randomForestClassifier(), data, {
    trials: FOREST_TRIALS,
    threads: size,
    // Random search proposes the same configurations whichever thread is faster, and nothing stops early.
    optimizer: random(),
    pruner: noPruning(),
    seed: 1,
    refit: false,
    progress: false,
    handleInterrupt: false,
  });
  return (performance.now() - start) / 1000;
}

/** Seconds for the same work, dealt out beforehand to bare worker threads. */
async function timeBare(size: number): Promise<number> {
  const code = `
    import { parentPort } from 'node:worker_threads';
    const { train } = await import(${JSON.stringify(busyModule.href)});
    const work = (count) => { for (let i = 0; i < count; i++) train({ rate: 0.1 }); };
    work(4);
    parentPort.on('message', (count) => { work(count); parentPort.postMessage('done'); });
    parentPort.postMessage('ready');`;
  const workers = Array.from(
    { length: size },
    () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`)),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const start = performance.now();
  const done = Promise.all(workers.map((worker) => once(worker, 'message')));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  for (const worker of workers) worker.postMessage(TRIALS / size);
  await done;
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return seconds;
}
