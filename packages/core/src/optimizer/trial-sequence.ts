import type { TrialRecord } from '../storage/trial-record.ts';
import type { History } from '../study/history.ts';

/**
 * How trials map to generations, for optimizers that learn from whole generations but must be a function of the
 * history alone.
 *
 * The *sequence* holds the finished trials that belong to the optimizer, in the order in which they finished
 * (`History.finished`); a generation is the next so many of them, whatever generation they were proposed from. Thus
 * the generations of a history never change as it grows, no evaluation is wasted when trials run concurrently, and a
 * trial that never ends holds up nothing. Run one at a time, trials are in the order of their numbers. Pruned and
 * failed trials belong like all others: the optimizer ranks them behind.
 */
export class TrialSequence {
  readonly #belongs: (record: TrialRecord) => boolean;
  /** Trials of the sequence that are in no generation yet. */
  #waiting: number[] = [];
  /** How many of the finished trials have been looked at. */
  #seen = 0;
  #inGenerations = 0;

  /** @param belongs whether a finished trial is of the sequence. */
  constructor(belongs: (record: TrialRecord) => boolean = () => true) {
    this.#belongs = belongs;
  }

  /** How many trials are in the generations handed out so far. */
  get count(): number {
    return this.#inGenerations;
  }

  /** The next generation, `size` trial numbers in the order of finishing; undefined while there are fewer. */
  next(history: History, size: number): readonly number[] | undefined {
    const { finished } = history;
    for (; this.#seen < finished.length; this.#seen++) {
      const trial = finished[this.#seen]!;
      if (this.#belongs(history.record(trial))) this.#waiting.push(trial);
    }
    if (this.#waiting.length < size) return undefined;
    const generation = this.#waiting.slice(0, size);
    this.#waiting = this.#waiting.slice(size);
    this.#inGenerations += size;
    return generation;
  }
}
