import type { Direction } from '../study/direction.ts';
import type { StepReports } from '../study/step-index.ts';

/**
 * Judges running trials by their reports. The contract that every pruner implements; `@tunable/adapter-kit` proves
 * an implementation. A pruner is a function of what was reported: it keeps no state of its own.
 */
export interface Pruner {
  /** A short name: 'median'. */
  readonly name: string;

  /**
   * What it looks at, and so when it is asked.
   *
   * - `'objective'`, the default: the reported values of an objective. It is asked after each report that has them; with
   *   several objectives about each one alone, and the trial is pruned if it is hopeless in all of them.
   * - `'objectives'`: the values of all objectives, in `others.objectives`. It is asked once after each report that has them
   *   all.
   * - `'report'`: what it picks, for instance by `others.metric`. It is asked after every report.
   */
  readonly looksAt?: 'objective' | 'objectives' | 'report';

  /**
   * Whether the trial is hopeless and should stop now. Called after a report; unless the pruner looks at the `'report'`,
   * the last one of `trial.steps` is new.
   *
   * @param trial the trial and its own reports.
   * @param others what the other trials reported.
   */
  shouldPrune(trial: JudgedTrial, others: ReportedTrials): boolean;

  /**
   * Asked instead of `shouldPrune` in studies with one objective, by pruners that can do more than stop trials.
   *
   * @param canPause whether `'pause'` is possible: in `optimize`, unless it runs `ordered`, its `maxPaused` is 0 or its
   *   objective says `canPause: false`. Where it is not, `'pause'` prunes.
   */
  judge?(trial: JudgedTrial, others: ReportedTrials, canPause: boolean): Verdict;

  /**
   * Which paused trial goes on now that a place is free; undefined if a new trial should start. Asked again until it names
   * none; paused trials that are left when the run ends are pruned, or left to a later run (see `Objective.canPause`).
   * Needed with `judge`.
   *
   * @param paused numbers of the paused trials of this run.
   * @param others what all trials reported.
   * @param isLast whether no new trial will start, so that those that wait are all there is.
   */
  promote?(paused: readonly number[], others: ReportedTrials, isLast: boolean): number | undefined;

  /**
   * What the user should know about its judgements so far, such as that early values mislead; usually nothing. Asked when
   * a trial is complete; the first answer of a run becomes its warning.
   */
  warning?(others: ReportedTrials): string | undefined;

  /**
   * For optimizers to learn from: the losses at which trials that are paused or pruned would probably have ended. Those left
   * out have told nothing of it. Absent: they are shown to optimizers as pruned, with their last report. Not asked in studies
   * with constraints.
   *
   * @param trials numbers of paused and pruned trials that reported. The forecast of each is its own, whichever others are
   *   asked about with it.
   * @param others the reports to judge by; a trial may be newer than these, but for what `others.of` tells of it.
   */
  forecast?(trials: readonly number[], others: ReportedTrials): ReadonlyMap<number, number>;
}

/**
 * What becomes of a trial after a report.
 *
 * - `'continue'`: it goes on.
 * - `'exempt'`: it goes on, and this is kept with it, for `ReportedTrials.isExempt`, as its attribute
 *   `tunable:exempt`.
 * - `'pause'`: it waits in its `trial.report` and frees its place, until `promote` names it.
 * - `'prune'`: it ends.
 */
export type Verdict = 'continue' | 'exempt' | 'pause' | 'prune';

/** A running trial, as a pruner sees it: by one series of its reports, that of the (first) objective or of a metric. */
export interface JudgedTrial {
  /** Its place in the study: 0, 1, 2, ...; names it in {@link ReportedTrials}. */
  readonly number: number;
  /** The step that was just reported. */
  readonly step: number;
  /** The steps of the series, in order of reporting. */
  readonly steps: readonly number[];
  /** The losses at those steps: values times -1 if maximized, so smaller is better. May hold NaN and infinities. */
  readonly losses: readonly number[];
}

/**
 * One series of the reports (that of the first objective, unless said otherwise) of all trials that may be looked at, the
 * judged one included. With `optimize({ ordered: true })` these are the trials that had finished when the judged one was
 * asked for; otherwise all.
 */
export interface ReportedTrials {
  /** The seed of the study, for pruners that assign trials to groups. */
  readonly seed: number;
  /** The direction of the reported values, for pruners that compare them with a limit the user gave. */
  readonly direction: Direction;
  /** The metric that this series is of; undefined if it is of an objective. */
  readonly metricName?: string;
  /** The losses reported at `step`; empty when there are none. */
  at(step: number): StepReports;
  /** The steps that any trial reported, ascending. */
  readonly steps: readonly number[];
  /** Whether a trial is complete. */
  isComplete(trial: number): boolean;
  /** Whether a trial was given the verdict `'exempt'`. */
  isExempt(trial: number): boolean;
  /** How many trials are complete. */
  readonly completeCount: number;
  /** The steps and losses of one trial. */
  of(trial: number): {
    /** In order of reporting. */
    readonly steps: readonly number[];
    /** One per step; smaller is better. */
    readonly losses: readonly number[];
  };
  /**
   * The complete trial with the lowest loss, constraints considered; of a metric, the one whose last report of it is best.
   * Undefined when none is complete.
   */
  readonly best: number | undefined;
  /** The same trials by each objective of the study; only `this` when it has one, or when this is about one series alone. */
  readonly objectives: readonly ReportedTrials[];
  /** The names of all metrics that any of the trials reported, in order of first appearance. */
  readonly metricNames: readonly string[];
  /** The same trials by the metric of that name, which may not have been reported at all. */
  metric(name: string, direction: Direction): ReportedTrials;
}
