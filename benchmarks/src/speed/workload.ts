import { createStudy, TrialPruned, type Study, type Trial } from '@tunable/core';

import { makeOptimizer } from '../contenders.ts';
import { mulberry32 } from '../problem/noise.ts';
import { sampleConfig, toUnit, type Config, type Parameter, type Value } from '../problem/parameter.ts';
import { toSpace } from '../problem/problem-space.ts';

/** A study whose evaluations cost nothing, so that its time is the optimizer's. */
export interface Workload {
  readonly parameters: readonly Parameter[];
  readonly objectives: number;
  /** Whether trials report {@link STEPS} values by which the default pruner ends most of them early, some four in five. */
  readonly reports?: boolean;
}

/** Reports of a whole trial, if it reports. */
const STEPS = 9;

/** `count` numbers in 0..1. */
export function floats(count: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: 'float', low: 0, high: 1 }));
}

/** Ten parameters of all kinds. */
export const MIXED: readonly Parameter[] = [
  ...floats(5),
  { name: 'units', type: 'int', low: 1, high: 100 },
  { name: 'batch', type: 'int', low: 1, high: 1024, log: true },
  { name: 'rate', type: 'float', low: 1e-5, high: 1, log: true },
  { name: 'activation', type: 'cat', choices: ['relu', 'tanh', 'gelu'] },
  { name: 'optimizer', type: 'cat', choices: ['sgd', 'momentum', 'adam', 'adamw', 'lion'] },
];

/** Squared distances from points on the diagonal; the same as in python/driver.py. */
function trivialObjective({ parameters, objectives }: Workload, config: Config): number[] {
  const units = parameters.map((parameter) => {
    const u = toUnit(parameter, config[parameter.name] as Value);
    return parameter.choices === undefined ? u : u / (parameter.choices.length - 1);
  });
  return Array.from({ length: objectives }, (_, k) =>
    units.reduce((total, u) => total + (u - 0.3 - 0.4 * k) ** 2, 0),
  );
}

/** A study of a workload. */
export async function openStudy(workload: Workload, optimizer: string, seed: number): Promise<Study> {
  const made = makeOptimizer(optimizer);
  if (made === undefined) throw new Error(`@tunable/core has no optimizer '${optimizer}'`);
  return createStudy({
    space: toSpace(workload.parameters),
    directions: Array.from({ length: workload.objectives }, () => 'minimize' as const),
    optimizer: made,
    seed,
  });
}

/** Adds `count` random trials. */
export async function prefill(study: Study, workload: Workload, count: number, seed: number): Promise<void> {
  const uniform = mulberry32(seed);
  for (let i = 0; i < count; i++) {
    const config = sampleConfig(workload.parameters, uniform);
    if (workload.reports === true) {
      await study.enqueue(config);
      await runTrial(study, workload, await study.ask());
    } else {
      await study.addTrial(config, trivialObjective(workload, config));
    }
  }
}

async function runTrial(study: Study, workload: Workload, trial: Trial): Promise<void> {
  const values = trivialObjective(workload, trial.params as Config);
  try {
    if (workload.reports === true) {
      for (let step = 0; step < STEPS; step++) await trial.report(step, values[0]! * (1 + 1 / (step + 1)));
    }
  } catch (error) {
    if (!(error instanceof TrialPruned)) throw error;
    await study.tell(trial, error);
    return;
  }
  await study.tell(trial, values);
}

/** What each trial took, in ms. */
export interface Timing {
  /** By the clock. */
  readonly ms: readonly number[];
  /** Of CPU time, all threads of the process together: what a busy machine does not change. */
  readonly cpuMs: readonly number[];
}

/** Times ask + tell, and the reports in between, if any; ends early after `timeoutMs` in all. */
export async function timeTrials(
  study: Study,
  workload: Workload,
  trials: number,
  timeoutMs: number,
): Promise<Timing> {
  const ms: number[] = [];
  const cpuMs: number[] = [];
  let cpu = process.cpuUsage();
  const deadline = performance.now() + timeoutMs;
  for (let i = 0; i < trials; i++) {
    const start = performance.now();
    await runTrial(study, workload, await study.ask());
    const end = performance.now();
    ms.push(end - start);
    const now = process.cpuUsage();
    cpuMs.push((now.user - cpu.user + now.system - cpu.system) / 1000);
    cpu = now;
    if (end > deadline) break;
  }
  return { ms, cpuMs };
}

/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
