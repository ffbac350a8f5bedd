/** How long computations may follow each other before messages (an abort, say) get a chance to arrive. */
const TURN_MS = 50;

/** What browsers lack, and what waits a millisecond less than a timer. */
const { setImmediate } = globalThis as { setImmediate?: (resume: () => void) => unknown };

/**
 * Lets messages arrive between computations.
 *
 * @returns a function to be awaited again and again, which waits for a turn of the event loop if the last was long ago.
 */
export function createTurns(): () => Promise<void> {
  let ends = performance.now() + TURN_MS;
  return async () => {
    if (performance.now() <= ends) return;
    await nextTurn();
    ends = performance.now() + TURN_MS;
  };
}

/** Not `tf.nextFrame`, which waits for as long as a browser's tab is in the background. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate === undefined) setTimeout(resolve);
    else setImmediate(resolve);
  });
}
