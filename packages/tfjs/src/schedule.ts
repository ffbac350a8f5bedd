/** How far a training has come. */
export interface TrainingPosition {
  /** Epochs that are over; the first epoch has 0. */
  readonly epoch: number;
  /** Epochs there will be, unless the training ends early. */
  readonly epochs: number;
  /** Batches that are over, of all epochs. */
  readonly step: number;
  /** Batches there will be. */
  readonly steps: number;
}

/**
 * What the learning rate is multiplied by before each batch: a function of the position, or the name of one.
 *
 * - `'constant'`: 1
 * - `'linear'`: falls from 1 to 0 in a line
 * - `'cosine'`: falls from 1 to 0 along half a cosine (Loshchilov & Hutter 2017, without restarts)
 * - `'exponential'`: falls from 1 to 0.01, by the same factor in every batch
 */
export type Schedule = ScheduleName | ((position: TrainingPosition) => number);

/** The names of schedules. */
export type ScheduleName = 'constant' | 'linear' | 'cosine' | 'exponential';

const SCHEDULES: { readonly [name in ScheduleName]: (position: TrainingPosition) => number } = {
  constant: () => 1,
  linear: ({ step, steps }) => 1 - step / steps,
  cosine: ({ step, steps }) => (1 + Math.cos((Math.PI * step) / steps)) / 2,
  exponential: ({ step, steps }) => 0.01 ** (step / steps),
};

/** Names of schedules, for messages. */
export const scheduleNames: readonly string[] = Object.keys(SCHEDULES);

/** The function of a schedule, or undefined if it is none. */
export function toSchedule(schedule: unknown): ((position: TrainingPosition) => number) | undefined {
  if (typeof schedule === 'function') return schedule as (position: TrainingPosition) => number;
  return Object.hasOwn(SCHEDULES, schedule as string) ? SCHEDULES[schedule as ScheduleName] : undefined;
}
