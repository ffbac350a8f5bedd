import type { JsonValue } from '../json.ts';

/**
 * Where a trial stands. `waiting`: enqueued, not started. `running`: asked for, not told. `complete`, `pruned` and
 * `failed` are final.
 */
export type TrialState = 'running' | 'complete' | 'pruned' | 'failed' | 'waiting';

/** Numbers that a trial reported of one thing, in the order of reporting: parallel lists. */
export interface ReportSeries {
  /** What the caller counts: epochs, folds, ... Whole numbers, each once. */
  readonly steps: readonly number[];
  /** The reported values, as given (not sign-flipped). May hold NaN and infinities. */
  readonly values: readonly number[];
}

/**
 * What a trial reported: the series of its (first) objective, and those of whatever else it reports. Each series has the
 * steps at which it was reported.
 */
export interface Reports extends ReportSeries {
  /** With several objectives: the series of the second objective, the third, ... */
  readonly furtherObjectives?: readonly ReportSeries[];
  /** Other numbers, by name. */
  readonly metrics?: { readonly [name: string]: ReportSeries };
}

/** Why a trial failed. */
export interface TrialFailure {
  /** The `name` of the error: 'RangeError'. */
  readonly name: string;
  /** The message of the error, or the text of whatever else was thrown. */
  readonly message: string;
  /** Where it was thrown, if known. */
  readonly stack?: string;
}

/**
 * All that is known of a trial: the unit that storages keep and that a study reads back. A record is a snapshot and
 * never changes, except that `reports` grows while the trial is running.
 */
export interface TrialRecord {
  /** Its place in the study: 0, 1, 2, ... without gaps. */
  readonly number: number;
  /** Where it stands: a record with a final state never changes, but for its attributes. */
  readonly state: TrialState;
  /** One number per leaf of the space, NaN where inactive. While waiting: NaN also where the choice is still open. */
  readonly row: Float64Array;
  /** One value per objective, as the objective returned them. Present if complete; if pruned, perhaps the last report. */
  readonly values?: readonly number[];
  /** Constraint values; at most 0 means satisfied. */
  readonly constraints?: readonly number[];
  /** Other numbers worth keeping, by name. */
  readonly metrics?: { readonly [name: string]: number };
  /** Intermediate values, if any were reported. */
  readonly reports?: Reports;
  /** Anything the user wants to keep with the trial. */
  readonly attributes?: { readonly [name: string]: JsonValue };
  /** Why it failed. */
  readonly failure?: TrialFailure;
  /** What the trial cost, in the user's own unit. */
  readonly cost?: number;
  /** Which optimizer proposed it; 'enqueued' when the user did. */
  readonly by?: string;
  /** Why the optimizer proposed it, in a few words, if it says so. */
  readonly why?: string;
  /** When it was asked for, in milliseconds since 1970 (UTC). */
  readonly startedAt?: number;
  /** When its result was told, in milliseconds since 1970 (UTC). */
  readonly finishedAt?: number;
  /**
   * How many times the objective was started for this trial; 0 before, 1 unless it was retried, cut short or lost. It never
   * falls: a result of an attempt other than the newest is refused.
   */
  readonly attempt: number;
}

/** Whether a state is final. */
export function isFinished(state: TrialState): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed';
}
