import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release } from 'node:os';

import { findOptuna, type OptunaInfo } from '../optuna/driver.ts';

/** Where and when figures were taken. */
export interface Environment {
  /** ISO date. */
  readonly date: string;
  /** The version of `@tunable/core`. */
  readonly tunable: string;
  readonly node: string;
  /** Absent where Python has no Optuna. */
  readonly optuna?: OptunaInfo;
  readonly machine: string;
  /** Load average of the last minute when the run began: on a quiet machine well below 1. */
  readonly load: number;
}

/** Looks around. */
export async function describeEnvironment(): Promise<Environment> {
  const core = new URL('../package.json', import.meta.resolve('@tunable/core'));
  const optuna = await findOptuna();
  return {
    date: new Date().toISOString().slice(0, 10),
    tunable: (JSON.parse(readFileSync(core, 'utf8')) as { readonly version: string }).version,
    node: process.version,
    ...(optuna === undefined ? {} : { optuna }),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ${platform()} ${release()}`,
    load: Number((loadavg()[0] as number).toFixed(1)),
  };
}

/** One line about it. */
export function environmentLine({ date, tunable, node, optuna, machine, load }: Environment): string {
  const python =
    optuna === undefined
      ? 'no Optuna'
      : `Optuna ${optuna.optuna} (Python ${optuna.python}, numpy ${optuna.numpy})`;
  return `${date}, tunable ${tunable}, Node ${node}, ${python}, ${machine}, load ${load}`;
}
