type Signal = 'SIGINT' | 'SIGTERM';

/** The little of Node's `process` that is needed here, so that the core runs in browsers too. */
interface ProcessLike {
  on(event: Signal, listener: () => void): unknown;
  off(event: Signal, listener: () => void): unknown;
}

/** Ctrl-C, and what asks a process to end where nobody sits: `docker stop`, Kubernetes, SLURM, systemd, `kill`. */
const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGTERM'];

/**
 * Calls `listener` at the first and the second Ctrl-C (SIGINT) or SIGTERM; a third one ends the process as usual. Does nothing
 * where there are no such signals.
 *
 * @returns a function that stops listening.
 */
export function onInterrupt(listener: () => void): () => void {
  const { process } = globalThis as { process?: Partial<ProcessLike> };
  if (typeof process?.on !== 'function' || typeof process.off !== 'function') return () => {};
  const host = process as ProcessLike;
  let count = 0;
  const onSignal = (): void => {
    if (++count === 2) release();
    listener();
  };
  const release = (): void => {
    for (const signal of SIGNALS) host.off(signal, onSignal);
  };
  for (const signal of SIGNALS) host.on(signal, onSignal);
  return release;
}
