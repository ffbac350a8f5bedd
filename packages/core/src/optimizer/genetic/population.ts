import type { Random } from '../../math/random.ts';
import type { History } from '../../study/history.ts';
import { TrialSequence } from '../trial-sequence.ts';
import { hasLosses } from './losses.ts';

/** Some trials that may become parents, and which of two should. */
export interface Survivors {
  readonly trials: readonly number[];
  /** Whether the member at place `a` is a better parent than the one at place `b`: negative if so, 0 if neither is. */
  readonly compare: (a: number, b: number) => number;
}

/** Who survives: chooses at most `size` of `candidates`. A function of the history. */
export type Selection = (history: History, candidates: readonly number[], size: number) => Survivors;

const NOBODY: Survivors = { trials: [], compare: () => 0 };

/**
 * The population of an evolutionary algorithm as a function of the history: whenever another generation of trials
 * has finished (see `TrialSequence`; all trials of the study belong, whoever proposed them), the survivors are chosen
 * among the former ones and the generation. Trials without a value for every objective are left out.
 */
export class Population {
  readonly #size: number;
  readonly #initialTrials: number;
  readonly #generationSize: number;
  readonly #select: Selection;
  readonly #sequence = new TrialSequence();
  #survivors: Survivors = NOBODY;
  #generation = 0;

  /**
   * @param size so many survive.
   * @param initialTrials it is founded as soon as so many, `size` at most, have survived.
   */
  constructor(size: number, generationSize: number, select: Selection, initialTrials: number) {
    this.#size = size;
    this.#initialTrials = initialTrials;
    this.#generationSize = generationSize;
    this.#select = select;
  }

  /** The numbers of the trials that may become parents. */
  get trials(): readonly number[] {
    return this.#survivors.trials;
  }

  /**
   * Which generation of children is being made: 1 once the population is founded, and one more for every generation that
   * has finished since; 0 before.
   */
  get generation(): number {
    return this.#generation;
  }

  /** Takes in all generations that have finished by now. */
  advance(history: History): void {
    for (;;) {
      const generation = this.#sequence.next(history, this.#generationSize);
      if (generation === undefined) return;
      const children = generation.filter((trial) => hasLosses(history, trial));
      if (children.length > 0)
        this.#survivors = this.#select(history, [...this.trials, ...children], this.#size);
      if (this.trials.length >= this.#initialTrials) this.#generation++;
    }
  }

  /** A parent by binary tournament: the better of two members drawn at random, the first of equals. */
  drawParent(random: Random): number {
    const { trials, compare } = this.#survivors;
    const a = random.integer(trials.length);
    const b = random.integer(trials.length);
    return trials[compare(b, a) < 0 ? b : a]!;
  }
}
