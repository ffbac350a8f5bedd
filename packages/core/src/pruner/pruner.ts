import type { Direction } from '../study/direction.ts';
import type { StepReports } from '../study/history.ts';

/**
 * Judges running trials by their reports. The contract that every pruner implements; `@tunable/adapter-kit` proves
 * an implementation. A pruner is a function of what was reported: it keeps no state of its own.
 */
export interface Pruner {
  /** A short name: 'median'. */
  readonly name: string;

  /**
   * Whether the trial is hopeless and should stop now. Called after each report, so `trial.steps` holds at least one.
   *
   * @param trial the trial and its own reports.
   * @param others what the other trials reported.
   */
  shouldPrune(trial: JudgedTrial, others: ReportedTrials): boolean;
}

/** A running trial, as a pruner sees it. */
export interface JudgedTrial {
  readonly number: number;
  /** The steps it reported, in order of reporting; the last one is new. */
  readonly steps: readonly number[];
  /** The losses at those steps: values times -1 if maximized, so smaller is better. May hold NaN and infinities. */
  readonly losses: readonly number[];
}

/**
 * The reports of all trials that may be looked at, the judged one included. With `optimize({ ordered: true })` these are
 * the trials that had finished when the judged one was asked for; otherwise all.
 */
export interface ReportedTrials {
  /** The seed of the study, for pruners that assign trials to groups. */
  readonly seed: number;
  /** The direction of the reported values, for pruners that compare them with a limit the user gave. */
  readonly direction: Direction;
  /** The losses reported at `step`; empty when there are none. */
  at(step: number): StepReports;
  /** The steps that any trial reported, ascending. */
  readonly steps: readonly number[];
  /** Whether a trial is complete. */
  isComplete(trial: number): boolean;
  /** How many trials are complete. */
  readonly completeCount: number;
  /** The steps and losses of one trial. */
  of(trial: number): { readonly steps: readonly number[]; readonly losses: readonly number[] };
  /** The complete trial with the lowest loss, constraints considered; undefined when none is complete. */
  readonly best: number | undefined;
}
