import { openStudy, type Hyperparameter, type Storage } from '@tunable/core';

import { valueOf, type WorkerEvent } from './plan.ts';

/** What a study holds in the end, read by a process that had no part in it. */
export interface Outcome {
  /** What must not be, in words; empty if all is well. */
  readonly faults: readonly string[];
  /** How many trials are complete. */
  readonly complete: number;
  /** By number: in which attempt each trial was evaluated. */
  readonly attempts: readonly number[];
  /** The points that were evaluated, as 'a,b'; as often as they were. */
  readonly points: readonly string[];
  /** Who proposed each trial. */
  readonly by: readonly (string | undefined)[];
}

/**
 * Reads a study of the proofs, and looks for what must never happen: numbers with gaps, results that are not those of
 * their parameters, acknowledged results that are missing or different, and results acknowledged twice.
 *
 * @param events what all its workers have printed.
 */
export async function verify(
  storage: Storage,
  name: string,
  events: readonly (readonly WorkerEvent[])[],
): Promise<Outcome> {
  const study = await openStudy<{ a: Hyperparameter<number>; b: Hyperparameter<number> }>({ name, storage });
  const { trials } = study;
  const faults: string[] = [];
  for (const [i, { number }] of trials.entries()) {
    if (number !== i) faults.push(`trial ${number} stands at ${i}`);
  }
  for (const { number, state, value, params } of trials) {
    if (state === 'complete' && value !== valueOf(params)) {
      faults.push(`trial ${number} has the value ${value}, and ${valueOf(params)} belongs to its parameters`);
    }
  }
  const acknowledged = new Map<number, number>();
  for (const event of events.flat()) {
    if (event.event !== 'acknowledged') continue;
    const { number, state, value } = event;
    acknowledged.set(number, (acknowledged.get(number) ?? 0) + 1);
    const kept = trials[number];
    if (kept?.state !== state || (state === 'complete' && kept.value !== value)) {
      faults.push(
        `trial ${number} was acknowledged as ${state} ${value}, and is ${kept?.state ?? 'not there'} ${kept?.value}`,
      );
    }
  }
  for (const [number, count] of acknowledged) {
    if (count > 1) faults.push(`the result of trial ${number} was acknowledged ${count} times`);
  }
  await study.close();
  return {
    faults,
    complete: trials.filter(({ state }) => state === 'complete').length,
    attempts: trials.map((trial) => study.history.record(trial.number).attempt),
    points: trials.map(({ params }) => `${params.a},${params.b}`),
    by: trials.map(({ by }) => by),
  };
}
