import { auto, createStudy, random, type Study } from '@tunable/core';

import { toSpace } from '../problem/problem-space.ts';
import { mean } from '../quality/score.ts';
import { significant, type Table } from '../report/table.ts';
import { floats, median, prefill, timeTrials, type Workload } from '../speed/workload.ts';

const WORKLOAD: Workload = { parameters: floats(10), objectives: 1 };
const EARLIER_TRIALS = 100;
const TRIALS = 40;

/** What starting from earlier studies costs: CPU time of the first models, and of a suggestion later. */
export async function measureWarmCost(): Promise<Table> {
  const rows: string[][] = [];
  for (const count of [0, 1, 3]) {
    console.error(`warm: cost of ${count} earlier studies`);
    const costs: { first: number; later: number }[] = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      const study = await startFrom(count, repeat);
      const { cpuMs } = await timeTrials(study, WORKLOAD, TRIALS, Infinity);
      // The first model comes after the initial design, of nine trials at most.
      costs.push({ first: Math.max(...cpuMs.slice(0, 10)), later: mean(cpuMs.slice(20)) });
    }
    rows.push([
      String(count),
      significant(median(costs.map(({ first }) => first))),
      significant(median(costs.map(({ later }) => later))),
    ]);
  }
  return {
    title: 'What an earlier study costs',
    columns: ['earlier studies', 'first models, CPU ms', 'a suggestion later, CPU ms'],
    rows,
    notes: [
      `auto() with 10 floats; earlier studies of ${EARLIER_TRIALS} trials each. The dearest of the first ten trials, and the mean of trials 21 to ${TRIALS}: medians of three repeats.`,
    ],
  };
}

async function startFrom(count: number, seed: number): Promise<Study> {
  const space = toSpace(WORKLOAD.parameters);
  const warmStart: Study[] = [];
  for (let i = 0; i < count; i++) {
    const earlier = await createStudy({ space, optimizer: random(), seed: i });
    await prefill(earlier, WORKLOAD, EARLIER_TRIALS, 10 * seed + i);
    warmStart.push(earlier);
  }
  return createStudy({ space, optimizer: auto(), seed, ...(count > 0 && { warmStart }) });
}
