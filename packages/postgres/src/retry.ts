import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `attempt` until it succeeds, with pauses that double from 20 ms to 2 s, each shortened by chance, so that workers
 * that lost the same server do not come back all at once.
 *
 * @param patience how long after the first failure, in milliseconds, to try again in spite of this error; 0 for not at all.
 * @param giveUp makes the error to throw in the end; given what was thrown last, and the time since the first failure.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  patience: (error: unknown) => number,
  giveUp: (error: unknown, tried: number) => unknown,
): Promise<T> {
  let since: number | undefined;
  for (let pause = 20; ; pause = Math.min(2 * pause, 2000)) {
    try {
      return await attempt();
    } catch (error) {
      since ??= performance.now();
      const tried = performance.now() - since;
      const left = patience(error) - tried;
      if (left <= 0) throw giveUp(error, tried);
      // Nothing that a study keeps depends on this chance.
      await sleep(Math.min(pause * (0.5 + Math.random() / 2), left));
    }
  }
}
