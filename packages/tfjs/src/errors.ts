import { TunableError } from '@tunable/core';

/** What engines and backends say when memory runs out. */
const NO_MEMORY =
  /array buffer allocation failed|invalid (typed )?array length|out of memory|\bOOM\b|memory access out of bounds|cannot enlarge memory|failed to allocate|requested texture size/i;

/**
 * An error of TensorFlow.js or of the user's code as one that says what to do; the original is its cause.
 *
 * @param doing what was being done: 'build threw', 'a training step failed'.
 * @returns errors of this library (a pruning, say) as they are.
 */
export function explain(error: unknown, doing: string): unknown {
  if (TunableError.isInstance(error)) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const advice = isOutOfMemory(error)
    ? '. That is more memory than there is: smaller layers, a smaller batchSize or fewer rows need less'
    : '';
  return new TunableError('invalid_parameter', `${doing}: ${message}${advice}`, { cause: error });
}

/** Runs a synchronous function of TensorFlow.js's, and explains what it throws. */
export function explaining<T>(doing: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explain(error, doing);
  }
}

/** Whether an error says that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && NO_MEMORY.test(error.message);
}
