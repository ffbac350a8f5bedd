import type { Report } from '@tunable/core';

import type { ErrorMessage } from './error-message.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** Where the objective's module is: what `import()` takes. */
  readonly moduleUrl: string;
  /** Which of its exports to use. */
  readonly exportName: string;
  /** Whether the export makes the objective from `setup`, or is it. */
  readonly isFactory: boolean;
  readonly setup: unknown;
}

/** What a trial needs to be known elsewhere. */
export interface TrialMessage {
  readonly type: 'run';
  readonly params: unknown;
  readonly number: number;
  readonly seed: number;
  readonly attempt: number;
  readonly id: string;
}

/** What the main thread says. One trial at a time, so that only verdicts need to say what they answer. */
export type ToThread =
  | TrialMessage
  | { readonly type: 'abort'; readonly reason: ErrorMessage }
  /** Answers the report of that number: go on, or throw `error`. */
  | { readonly type: 'verdict'; readonly number: number; readonly error?: ErrorMessage };

/** What a thread says. Every `run` is answered by one of the last three. */
export type FromThread =
  | {
      readonly type: 'report';
      /** Counts the reports of the thread, for the verdict. */
      readonly number: number;
      readonly step: number;
      readonly report: Report;
    }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'error'; readonly error: ErrorMessage }
  /** The module could not be loaded; nothing will run on this thread. */
  | { readonly type: 'unusable'; readonly error: ErrorMessage };
