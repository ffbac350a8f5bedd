import type { FoldResult } from '../evaluation/evaluate-folds.ts';
import type { Scores } from '../evaluation/evaluate-model.ts';
import { foldsFromJSON } from '../evaluation/learner-objective.ts';
import { standardDeviation } from '../evaluation/mean-and-std.ts';
import type { ResultsTable } from '../evaluation/results-table.ts';
import type { OptimizeResult } from '../study/run.ts';
import type { Study } from '../study/study.ts';
import type { TrialView } from '../study/trial-view.ts';

/** What `tune` has found. */
export interface TuneResult<P, M> {
  /** The best configuration. */
  readonly best: TunedTrial<P>;
  /** The untuned configuration, evaluated on the same splits; undefined if it was not evaluated, or failed. */
  readonly baseline: TunedTrial<P> | undefined;
  /** The best configuration trained on all rows; undefined with `refit: false`. Dispose of it when done. */
  readonly model: M;
  /** Milliseconds that training it took; 0 with `refit: false`. */
  readonly refitMs: number;
  /** All trials with their scores and times. */
  readonly results: ResultsTable<P>;
  /** The name of the metric that was optimized. */
  readonly metric: string;
  /** The study: its `toJSON()` can be saved, and given to `tune` again to continue. */
  readonly study: Study<P>;
  /** Why the search ended. */
  readonly end: OptimizeResult;
}

/** A complete trial of `tune`. */
export interface TunedTrial<P> {
  /** Its number in the study. */
  readonly number: number;
  /** The searched parameters; any that the space leaves out had the learner's defaults and are not listed. */
  readonly params: P;
  /** The mean of the optimized metric over the splits. */
  readonly value: number;
  /** Its standard deviation over the splits (of a population). */
  readonly std: number;
  /** The means of all metrics. */
  readonly metrics: Scores;
  /** One per split. */
  readonly folds: readonly FoldResult[];
}

/** A complete trial with its folds. */
export function tunedTrial<P>(trial: TrialView<P>, metric: string): TunedTrial<P> {
  const { number, params, metrics } = trial;
  const folds = foldsFromJSON(trial.attributes);
  const std = standardDeviation(folds.map(({ test }) => test[metric] as number));
  return { number, params, value: trial.value as number, std, metrics, folds };
}
