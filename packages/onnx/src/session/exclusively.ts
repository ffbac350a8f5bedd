/** The measurement that is running, or the last one. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `measure` when every earlier call in this thread has ended, so that nothing is timed while something else computes.
 * Other threads and processes are out of its reach.
 */
export function exclusively<T>(measure: () => Promise<T>): Promise<T> {
  const result = last.then(measure);
  last = result.catch(() => {});
  return result;
}
