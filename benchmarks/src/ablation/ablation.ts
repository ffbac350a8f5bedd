import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRandom } from '@tunable/core';

import type { Options } from '../options.ts';
import { suiteProblems } from '../problem/suites.ts';
import { bootstrapPaired, describeDifference } from '../quality/bootstrap.ts';
import type { Job, JobResult } from '../quality/job.ts';
import { runJobs } from '../jobs/run-jobs.ts';
import { CHECKPOINTS, mean } from '../quality/score.ts';
import { cell, type Table } from '../report/table.ts';
import { buildEditedCore } from './edited-core.ts';
import { PARTS } from './parts.ts';

const JUDGED = [25, 50, 100] as const;

/** By problem, the regrets of its seeds at the checkpoints. */
type Regrets = (readonly number[])[][];

/**
 * What each part of `auto` contributes: the same runs with the part left out, on the redrawn problems and on those of the
 * public suite that have no other instances.
 *
 * @param options how many seeds; after so many minutes per part no further seed is begun.
 */
export async function measureAblation(
  options: Pick<Options, 'seeds' | 'trials' | 'minutes' | 'threads' | 'problems'>,
): Promise<Table[]> {
  const { seeds, minutes, threads } = options;
  const trials = Math.min(options.trials, 100);
  const problems = ablationProblems().filter(({ problem }) => options.problems?.includes(problem) ?? true);
  if (problems.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'tunable-ablation-'));
  try {
    const variants: { name: string; core: string; regrets: Regrets }[] = [];
    for (const [name, edits] of [['nothing', []] as const, ...Object.entries(PARTS)]) {
      const core = await buildEditedCore(edits, join(folder, `${variants.length}.js`));
      variants.push({ name, core, regrets: problems.map(() => []) });
    }
    const deadline = performance.now() + minutes * variants.length * 60_000;
    for (let seed = 0; seed < seeds && (seed === 0 || performance.now() < deadline); seed++) {
      for (const { name, core, regrets } of variants) {
        console.error(`ablation: ${name} left out, seed ${seed}`);
        const jobs = problems.map((problem): Job => ({ ...problem, optimizer: 'auto', seed, trials, core }));
        await runJobs<Job, JobResult>(jobs, {
          worker: new URL('../quality/worker.js', import.meta.url),
          threads,
          deadline: Infinity,
          onResult: (job, result) => regrets[jobs.indexOf(job)]!.push(result.regrets),
        });
      }
    }
    return [toTable(variants)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ablationProblems(): Pick<Job, 'suite' | 'problem'>[] {
  const redrawn = suiteProblems('redrawn').map(({ id }) => ({ suite: 'redrawn', problem: id }) as const);
  const others = suiteProblems('public').filter(({ id }) => redrawn.every(({ problem }) => problem !== id));
  return [...redrawn, ...others.map(({ id }) => ({ suite: 'public', problem: id }) as const)];
}

function toTable(variants: readonly { readonly name: string; readonly regrets: Regrets }[]): Table {
  const at = (regrets: Regrets, n: (typeof JUDGED)[number]): number[][] =>
    regrets.map((seeds) => seeds.map((run) => run[CHECKPOINTS.indexOf(n)] ?? Number.NaN));
  const whole = variants[0]!.regrets;
  return {
    title: 'The mean regret of auto, and how much larger it is with one part left out',
    columns: ['left out', ...JUDGED.map((n) => `after ${n} evaluations`)],
    rows: variants.map(({ name, regrets }) => [
      name,
      ...JUDGED.map((n) => {
        if (regrets === whole) return cell(mean(at(whole, n).map(mean)), 3);
        return describeDifference(bootstrapPaired(at(regrets, n), at(whole, n), createRandom(n)));
      }),
    ]),
    notes: [
      `${whole.length} problems: the redrawn ones, and those of the public suite that have no other instances; ${whole[0]!.length} seeds. 95 % intervals by bootstrap over problems and seeds, runs of the same seed in pairs; above zero the part helps.`,
    ],
  };
}
