import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Parameter } from '../problem/parameter.ts';

const script = fileURLToPath(new URL('../../python/driver.py', import.meta.url));

/** The Python in which Optuna is looked for. */
export const python: string = process.env['TUNABLE_PYTHON'] ?? 'python3';

/** What is printed where Optuna's figures are missing. */
export const OPTUNA_MISSING = 'Optuna not found, set TUNABLE_PYTHON';

/** Samplers of Optuna by the names of `python/driver.py`. */
export const OPTUNA_SAMPLERS = ['random', 'sobol', 'tpe', 'gp', 'cmaes', 'nsga2'] as const;

/** What `info` answers. */
export interface OptunaInfo {
  readonly optuna: string;
  readonly python: string;
  readonly numpy: string;
}

/** A request to `python/driver.py`, which documents them. */
export interface OptunaRequest {
  readonly do: 'info' | 'open' | 'next' | 'report' | 'time' | 'run' | 'memory';
  readonly sampler?: string;
  readonly seed?: number;
  readonly space?: readonly Parameter[];
  readonly objectives?: number;
  readonly prefill?: number;
  readonly trials?: number;
  readonly timeout?: number;
  /** Of successive halving; nothing is pruned without it. */
  readonly pruner?: { readonly minResource: number; readonly reductionFactor: number };
  readonly step?: number;
  readonly value?: number | 'pruned' | null;
}

/** A Python process that runs Optuna. */
export class OptunaDriver {
  readonly #child = spawn(python, [script], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Numerical libraries spread small matrices over all cores otherwise, which slows them down.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  readonly #waiting: {
    readonly resolve: (answer: never) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  #gone: Error | undefined;

  constructor() {
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as { readonly error?: string };
      const request = this.#waiting.shift();
      if (answer.error === undefined) request?.resolve(answer as never);
      else request?.reject(new Error(answer.error));
    });
    this.#child.on('error', () => this.#fail());
    this.#child.on('close', () => this.#fail());
    this.#child.stdin.on('error', () => this.#fail());
  }

  /** Asks, and waits for the answer. Rejects with what Python said. */
  request<T>(request: OptunaRequest): Promise<T> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(request, withInfinities)}\n`);
    });
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
  }

  #fail(): void {
    this.#gone ??= new Error(OPTUNA_MISSING);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#gone);
  }
}

let ofThisThread: OptunaDriver | undefined;

/** One process for all runs of a thread: starting Python takes longer than a short run. */
export function threadDriver(): OptunaDriver {
  return (ofThisThread ??= new OptunaDriver());
}

/** JSON has no infinite numbers, but Python reads them from strings. */
function withInfinities(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** The versions of Optuna and Python; undefined where there is none. */
export async function findOptuna(): Promise<OptunaInfo | undefined> {
  const driver = new OptunaDriver();
  try {
    return await driver.request<OptunaInfo>({ do: 'info' });
  } catch {
    return undefined;
  } finally {
    driver.close();
  }
}
