import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Plan, WorkerEvent } from './plan.ts';

/** A worker in a process of its own. */
export interface Worker {
  /** Everything it has printed so far. */
  readonly events: readonly WorkerEvent[];
  /** The first event of this kind; throws if the process ends without it. */
  until<K extends WorkerEvent['event']>(kind: K): Promise<Extract<WorkerEvent, { event: K }>>;
  /** Sends a signal. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGINT'): void;
  /** Lets a hanging trial go on. */
  goOn(): void;
  /** Resolves when the process is gone, with everything it printed. */
  readonly gone: Promise<readonly WorkerEvent[]>;
}

const workers = new Set<() => void>();

/** Ends all workers that still run. */
export function dismissWorkers(): void {
  for (const kill of workers) kill();
}

/**
 * Starts a worker.
 *
 * @param launcher what runs the worker's command line, which is appended to it: `['nice', '-n', '5']`.
 */
export function startWorker(plan: Plan, launcher: readonly string[] = []): Worker {
  const program = fileURLToPath(new URL('./worker.js', import.meta.url));
  const [command, ...args] = [...launcher, process.execPath, program, JSON.stringify(plan)] as const;
  const child = spawn(command as string, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const kill = (): void => {
    child.kill('SIGKILL');
    // A launcher may have left the worker behind, which ends without input.
    child.stdin.end();
  };
  workers.add(kill);
  const events: WorkerEvent[] = [];
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  // A worker that was killed takes no more input.
  child.stdin.on('error', () => {});
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as WorkerEvent);
    wake();
  });
  let isGone = false;
  const gone = once(child, 'close').then(() => {
    isGone = true;
    workers.delete(kill);
    wake();
    return events;
  });
  return {
    events,
    gone,
    signal: (name) => void child.kill(name),
    goOn: () => void child.stdin.write('\n'),
    until: (kind) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(({ event }) => event === kind);
          if (found === undefined && !isGone) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found as never);
          else
            reject(
              new Error(`the worker ended without '${kind}': ${JSON.stringify(events.slice(-3))} ${errors}`),
            );
        };
        waiting.add(look);
        look();
      }),
  };
}
