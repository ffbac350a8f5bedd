import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { python } from '../optuna/driver.ts';
import type { Plan, Timing } from './plan.ts';

const OURS = fileURLToPath(new URL('./storage-child.js', import.meta.url));
const PYTHONS = fileURLToPath(new URL('../../python/storage.py', import.meta.url));

/** What several workers took together. */
export interface CrewTiming {
  /** Trials per second, from the first start to the last end. */
  readonly perSecond: number;
  /** From the first start to the last end, in milliseconds. */
  readonly ms: number;
  /** Every ask of every worker. */
  readonly askMs: readonly number[];
  /** CPU time of the workers, per trial. */
  readonly cpuMsPerTrial: number;
}

/** Starts a process for each plan, and lets them begin when all are ready. */
export async function runCrew(who: 'ours' | 'optuna', plans: readonly Plan[]): Promise<CrewTiming> {
  const workers = plans.map((plan) => startWorker(who, plan));
  try {
    for (const { ready } of workers) await ready;
    for (const { child } of workers) child.stdin?.write('go\n');
    const timings = await Promise.all(workers.map(({ timing }) => timing));
    const ms = Math.max(...timings.map(({ end }) => end)) - Math.min(...timings.map(({ start }) => start));
    const trials = plans.reduce((sum, plan) => sum + plan.trials, 0);
    return {
      ms,
      perSecond: (1000 * trials) / ms,
      askMs: timings.flatMap(({ askMs }) => askMs),
      cpuMsPerTrial: timings.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / trials,
    };
  } finally {
    for (const { child } of workers) child.kill();
  }
}

interface Worker {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly timing: Promise<Timing>;
}

function startWorker(who: 'ours' | 'optuna', plan: Plan): Worker {
  const [command, script] = who === 'ours' ? [process.execPath, OURS] : [python, PYTHONS];
  const child = spawn(command, [script, JSON.stringify(plan)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  const readLine = async (): Promise<string> => {
    const { value } = (await lines.next()) as { value?: string };
    if (value !== undefined) return value;
    const [code] = (await exit) as [number | null];
    throw new Error(`a worker of the storage benchmark (${who}) ended with ${code}`);
  };
  const ready = readLine().then(() => undefined);
  const timing = ready.then(async () => JSON.parse(await readLine()) as Timing);
  // Both are awaited, one after the other; what goes wrong is thrown there.
  ready.catch(() => {});
  timing.catch(() => {});
  return { child, ready, timing };
}
