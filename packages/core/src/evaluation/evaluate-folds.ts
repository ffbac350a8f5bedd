import { InvalidResultError, UnsupportedError } from '../errors.ts';
import { completeParams, type Params } from '../learner/complete-params.ts';
import type { Dataset } from '../learner/dataset.ts';
import type { FitContext, Learner, Model, OutOfBag } from '../learner/learner.ts';
import { hashIntegers } from '../math/random.ts';
import { FOLD } from '../pruner/wilcoxon.ts';
import type { Report } from '../study/objective.ts';
import { scoreModel, scoreOutOfBag, type Scores } from './evaluate-model.ts';
import { mean } from './mean-and-std.ts';
import type { Metric } from './metrics/metric.ts';
import type { Split } from './resampling/resampling.ts';

/** What came of one split. */
export interface FoldResult {
  /** Scores on the test rows (or out of bag). */
  readonly test: Scores;
  /** Scores on the training rows, if asked for. */
  readonly train?: Scores;
  /** Milliseconds that the fit took. */
  readonly fitMs: number;
  /** Milliseconds that predicting and scoring the test rows took. */
  readonly scoreMs: number;
}

/** A learner's evaluation: everything but the params and what is particular to a trial. */
export interface FoldsJob {
  readonly learner: Learner;
  readonly data: Dataset;
  readonly splits: readonly Split[];
  /** Whether models are scored by their out-of-bag predictions. */
  readonly outOfBag: boolean;
  /** Checked metrics; the first is the one that is reported. */
  readonly metrics: readonly [Metric, ...Metric[]];
  readonly trainScores: boolean;
}

/** What is particular to a trial. */
export interface FoldsTrial {
  /** The seed of fold f derives from (`seed`, f). */
  readonly seed: number;
  readonly signal: AbortSignal;
  /**
   * Told after each fold but the last: as the value the first metric's mean over the folds so far, and as the metric `fold`
   * ({@link FOLD}) the fold's own score. With a single fold it is told the learner's own steps.
   */
  report?(step: number, report: Report): Promise<void>;
}

/**
 * Trains and scores one model per split. An error in any fold is thrown; models are disposed of in any case.
 *
 * @throws {InvalidResultError} the first metric is NaN in a fold.
 */
export async function evaluateFolds(
  job: FoldsJob,
  params: Params,
  trial: FoldsTrial,
): Promise<readonly FoldResult[]> {
  const complete = completeParams(job.learner, params);
  const metric = job.metrics[0].name;
  const pause = createPause();
  const folds: FoldResult[] = [];
  const scores: number[] = [];
  for (const [index, split] of job.splits.entries()) {
    await pause();
    trial.signal.throwIfAborted();
    const fold = await evaluateFold(job, complete, split, index, { ...trial, pause });
    const score = fold.test[metric] as number;
    if (Number.isNaN(score)) {
      throw new InvalidResultError(
        `${metric} is NaN in fold ${index}; does the model predict NaN, or are the test rows too few or of one class only?`,
      );
    }
    folds.push(fold);
    scores.push(score);
    // After the last fold there is nothing left to save by pruning.
    if (index < job.splits.length - 1)
      await trial.report?.(index, { value: mean(scores), metrics: { [FOLD]: score } });
  }
  return folds;
}

interface PausingTrial extends FoldsTrial {
  pause(): Promise<void>;
}

async function evaluateFold(
  job: FoldsJob,
  params: Params,
  split: Split,
  index: number,
  trial: PausingTrial,
): Promise<FoldResult> {
  const { metrics } = job;
  const { trainRows, testRows } = rowsOf(job, split);
  const context = contextOf(job, testRows, hashIntegers([trial.seed, index]), trial);
  const start = performance.now();
  const model = await job.learner.fit(params, trainRows, context);
  try {
    const fitted = performance.now();
    const test =
      testRows === undefined
        ? scoreOutOfBag(await outOfBagOf(job.learner, model), trainRows, metrics)
        : await scoreModel(model, testRows, metrics);
    const scored = performance.now();
    const train = job.trainScores ? { train: await scoreModel(model, trainRows, metrics) } : {};
    return { test, ...train, fitMs: fitted - start, scoreMs: scored - fitted };
  } finally {
    await model.dispose();
  }
}

interface SplitRows {
  readonly trainRows: Dataset;
  readonly testRows: Dataset | undefined;
}

/** The rows of jobs with a single split, which every trial would copy again. Those of many folds would fill the memory. */
const rowsOfOnlySplits = new WeakMap<FoldsJob, SplitRows>();

function rowsOf(job: FoldsJob, split: Split): SplitRows {
  const known = rowsOfOnlySplits.get(job);
  if (known !== undefined) return known;
  const { data, outOfBag, splits } = job;
  const rows = {
    trainRows: data.rows(split.train),
    testRows: outOfBag ? undefined : data.rows(split.test),
  };
  if (splits.length === 1) rowsOfOnlySplits.set(job, rows);
  return rows;
}

function contextOf(
  job: FoldsJob,
  validation: Dataset | undefined,
  seed: number,
  trial: PausingTrial,
): FitContext {
  const { signal } = trial;
  const [metric] = job.metrics;
  const isOnlyFold = job.splits.length === 1;
  return {
    seed,
    signal,
    metric: metric.name,
    outOfBag: job.outOfBag,
    ...(validation && { validation }),
    async report(step, value) {
      await trial.pause();
      signal.throwIfAborted();
      if (!isOnlyFold || trial.report === undefined) return;
      if (typeof value === 'number') await trial.report(step, value);
      else if (validation !== undefined) {
        await trial.report(step, (await scoreModel(value, validation, [metric]))[metric.name] as number);
      }
    },
  };
}

async function outOfBagOf(learner: Learner, model: Model): Promise<OutOfBag> {
  const found = await model.outOfBag?.();
  if (found !== undefined) return found;
  throw new UnsupportedError(
    `the models of ${learner.name} have no out-of-bag predictions; use a resampling with folds`,
  );
}

/** A function that lets timers and signals (Ctrl-C, progress bars) be heard between fits that never wait, at most every 50 ms. */
function createPause(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 50) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
