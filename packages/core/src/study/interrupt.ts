/** The little of Node's `process` that is needed here, so that the core runs in browsers too. */
interface ProcessLike {
  on(event: 'SIGINT', listener: () => void): unknown;
  off(event: 'SIGINT', listener: () => void): unknown;
}

/**
 * Calls `listener` at the first and the second Ctrl-C (SIGINT); a third one ends the process as usual. Does nothing where
 * there is no such signal.
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
  const release = (): void => void host.off('SIGINT', onSignal);
  host.on('SIGINT', onSignal);
  return release;
}
