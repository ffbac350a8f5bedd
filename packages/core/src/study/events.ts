import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import type { BestTrial, TrialView } from './trial-view.ts';

/** What a study tells its listeners. */
export interface StudyEvents<P = unknown> {
  /** A trial was asked for. */
  trialStarted: {
    /** The trial. */
    readonly number: number;
    /** The configuration that it will evaluate. */
    readonly params: P;
    /** 1, or more if it is run again: it was aborted, or its worker was lost. */
    readonly attempt: number;
  };
  /** A running trial reported. What the report lacks is undefined; `value` is that of the first objective. */
  trialReported: {
    /** The trial. */
    readonly number: number;
    /** What the caller counts: epochs, folds, ... A whole number. */
    readonly step: number;
    /** The value of the first objective, as given (not sign-flipped). */
    readonly value: number | undefined;
    /** One value per objective, as given. */
    readonly values: readonly number[] | undefined;
    /** Other numbers, by name. */
    readonly metrics: { readonly [name: string]: number } | undefined;
  };
  /** The objective of a trial failed and is started again. */
  trialRetried: {
    /** The trial. */
    readonly number: number;
    /** The attempt that begins: 2 for the first retry. */
    readonly attempt: number;
    /** Why the attempt before failed: what the objective threw, or a `TrialTimeoutError`. */
    readonly error: unknown;
  };
  /**
   * A trial that ran here was taken for dead, since its lease was not renewed in time, and was given to somebody else: its
   * result is not recorded.
   */
  trialLost: {
    /** The trial. */
    readonly number: number;
    /** The attempt that was given up. */
    readonly attempt: number;
    /** A sentence for the user. */
    readonly message: string;
  };
  /** The pruner lets a trial wait in its report; it still counts as running. */
  trialPaused: {
    /** The trial. */
    readonly number: number;
    /** The step whose report it waits in. */
    readonly step: number;
  };
  /** A paused trial goes on. */
  trialPromoted: {
    /** The trial. */
    readonly number: number;
  };
  /** Something the user should know, such as that the pruner found early values to mislead. */
  warning: {
    /** A sentence for the user. */
    readonly message: string;
  };
  /** A trial is complete, pruned or failed. */
  trialFinished: TrialView<P>;
  /** A trial is better than all before (single-objective studies). */
  newBest: BestTrial<P>;
}

const EVENTS: { readonly [Name in keyof StudyEvents]: true } = {
  trialStarted: true,
  trialReported: true,
  trialRetried: true,
  trialLost: true,
  trialPaused: true,
  trialPromoted: true,
  warning: true,
  trialFinished: true,
  newBest: true,
};

/**
 * Checks what a study is asked to tell, and whom.
 *
 * @throws {InvalidArgumentError} an event that there is not, a listener that is no function.
 */
export function checkListener(event: unknown, listener: unknown): void {
  if (typeof event !== 'string' || !Object.hasOwn(EVENTS, event)) {
    throw new InvalidArgumentError(
      `study.on: unknown event ${show(event)}; the events are ${Object.keys(EVENTS).join(', ')}`,
    );
  }
  if (typeof listener !== 'function') {
    throw new InvalidArgumentError(`study.on: the listener must be a function, not ${show(listener)}`);
  }
}

/** A function that is called with what happened. */
export type Listener<E> = (event: E) => void;

/** Calls listeners by event name, in the order in which they were added. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  #error: { readonly error: unknown } | undefined;

  /** Adds a listener; the returned function removes it. */
  on<K extends keyof Events>(name: K, listener: Listener<Events[K]>): () => void {
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) this.#listeners.set(name, (listeners = new Set()));
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /**
   * Calls the listeners of `name`; `makeEvent` runs only if there are any. What a listener throws is kept for
   * {@link throwError}: whatever emits the event must not be left half done.
   */
  emit<K extends keyof Events>(name: K, makeEvent: () => Events[K]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    const event = makeEvent();
    for (const listener of listeners) {
      try {
        (listener as Listener<Events[K]>)(event);
      } catch (error) {
        this.#error ??= { error };
      }
    }
  }

  /** Throws the first error of a listener since the last call, if there was any. */
  throwError(): void {
    const failed = this.#error;
    this.#error = undefined;
    if (failed !== undefined) throw failed.error;
  }
}
