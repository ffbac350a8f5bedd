import { InvalidArgumentError, RefitError } from '../errors.ts';
import { evaluationOptionNames, foldsJob, type EvaluationOptions } from '../evaluation/cross-validate.ts';
import type { FoldsJob } from '../evaluation/evaluate-folds.ts';
import { learnerObjective } from '../evaluation/learner-objective.ts';
import { resultsTable } from '../evaluation/results-table.ts';
import { threadsObjective } from '../evaluation/threads-objective.ts';
import { show } from '../json.ts';
import { hashIntegers } from '../math/random.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { Infer, Shape } from '../space/node.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Objective } from '../study/objective.ts';
import { onInterrupt } from '../study/interrupt.ts';
import { optimizeOptionNames, type OptimizeOptions } from '../study/optimize.ts';
import { sayLine } from '../study/progress.ts';
import { completeParams, type Params } from './complete-params.ts';
import type { Dataset } from './dataset.ts';
import { fitContext } from './fit-context.ts';
import type { Learner, LearnerModel, LearnerParams, LearnerShape } from './learner.ts';
import { tunedTrial, type TuneResult } from './tune-result.ts';
import { baselineOf, openTuneStudy, tuneStudyOptionNames, type TuneStudyOptions } from './tune-study.ts';
import { tuneSummary } from './tune-summary.ts';

/**
 * Options of {@link tune}: how a configuration is scored, how the study is made, when the search ends
 * (`OptimizeOptions`), and these.
 */
export interface TuneOptions<L extends Learner, T extends Shape, R extends boolean>
  extends EvaluationOptions, TuneStudyOptions<T, Infer<SearchSpace<NoInfer<T>>>>, OptimizeOptions {
  /** The space to search, of parameters of the learner: narrower, wider or smaller than the one it recommends. */
  space?: SearchSpace<T> & FitsLearner<L, T>;
  /**
   * Run trials on so many worker threads; needs the package `@tunable/threads` and a learner that can describe itself.
   * Default: on the thread of the caller.
   */
  threads?: number;
  /** Whether to train the best configuration on all rows in the end. Default true. */
  refit?: R;
}

/** Anything if the parameters of a space `T` are parameters of the learner; otherwise a type that no space has. */
export type FitsLearner<L, T> =
  Infer<T> extends Partial<LearnerParams<L>>
    ? unknown
    : {
        /** What the compiler then finds missing, so that its message says what is wrong. */
        readonly 'a parameter of this space does not suit the learner': never;
      };

/** When nothing says when to end. */
const DEFAULT_TRIALS = 50;

/**
 * Finds good parameters of a learner for a dataset. Every configuration is scored on the same splits; the learner's own
 * defaults are the first one, so that there is an untuned baseline to compare with.
 *
 * Hopeless configurations stop early. With several splits, the mean over the folds so far is reported to the pruner after each
 * fold but the last, and the fold's own score as the metric `fold`, by which `wilcoxon` judges; the default pruner is
 * `median({ warmupSteps: 1 })`, which judges from the second fold on. With a single split the learner's own steps (epochs,
 * trees) are reported, and the default is that of `createStudy`, `asha({ cautious: true })`.
 *
 * On a terminal (see `progress`) it ends with a line on what was found.
 *
 * Without `trials`, `timeout` and `stop` it runs 50 trials. Ctrl-C ends the search and gives what was found (in the last training it
 * ends that, with a `RefitError` that holds the study); aborting
 * `signal` rejects with its reason (pass a `study` of your own to keep the trials).
 *
 * @param learner what an adapter exports: `randomForestClassifier()`.
 * @param data rows made by `dataset`.
 * @param options all optional; see {@link TuneOptions}.
 * @throws {InvalidArgumentError} options, metric or learner that do not suit the data.
 * @throws {InvalidDatasetError} data that cannot be split so.
 * @throws {InvalidSpaceError} a space with parameters that the learner does not have.
 * @throws {StudyError} `study_mismatch`: a study to continue that was made for something else.
 * @throws {UnsupportedError} threads that are not installed or cannot serve; a metric that the learner cannot serve.
 * @throws {RefitError} when training the best configuration on all rows fails; it holds the study.
 * @throws {AllTrialsFailedError} when every trial fails. @throws {NoBestTrialError} when it is interrupted too early.
 * @example
 * const { best, model } = await tune(randomForestClassifier(), penguins, { metric: 'accuracy', trials: 60, threads: 2 });
 */
export async function tune<L extends Learner, T extends Shape = LearnerShape<L>, R extends boolean = true>(
  learner: L,
  data: Dataset,
  options: TuneOptions<L, T, R> = {},
): Promise<TuneResult<Infer<SearchSpace<T>>, R extends true ? LearnerModel<L> : undefined>> {
  const names = [
    ...evaluationOptionNames,
    ...tuneStudyOptionNames,
    ...optimizeOptionNames,
    'threads',
    'refit',
  ];
  checkOptions('tune', options, names);
  const { threads, refit = true } = options;
  if (threads !== undefined) checkNumber('tune', 'threads', threads, { min: 1, integer: true });
  if (typeof refit !== 'boolean')
    throw new InvalidArgumentError(`tune: refit must be true or false, not ${show(refit)}`);
  const job = foldsJob('tune', learner, data, options);
  const objective = threads === undefined ? inProcess(job) : await threadsObjective(job, threads);
  try {
    const study = await openTuneStudy<T, Infer<SearchSpace<T>>>(job, options);
    const end = await study.optimize(objective, runOptions(options));
    options.signal?.throwIfAborted();
    const [{ name: metric }] = job.metrics;
    const best = tunedTrial(study.best, metric);
    const untuned = baselineOf(study);
    const baseline = untuned && tunedTrial(untuned, metric);
    sayLine(tuneSummary({ metric, best, baseline }), options.progress ?? 'auto');
    const start = performance.now();
    const seed = hashIntegers([study.seed, best.number]);
    const model = refit
      ? await fitAll(job, best.params, seed, options).catch((cause: unknown) => {
          options.signal?.throwIfAborted();
          throw new RefitError(
            `the search succeeded, but training its best configuration ${show(best.params)} on all rows failed: ${cause instanceof Error ? cause.message : show(cause)}; the study is in this error's \`study\``,
            study,
            { cause },
          );
        })
      : undefined;
    return {
      best,
      baseline,
      model: model as R extends true ? LearnerModel<L> : undefined,
      refitMs: refit ? performance.now() - start : 0,
      results: resultsTable(study, job.metrics, job.splits.length),
      metric,
      study,
      end,
    };
  } finally {
    await objective.close();
  }
}

function inProcess(job: FoldsJob): Objective<Params> & { close(): Promise<void> } {
  return Object.assign(learnerObjective(job), { close: () => Promise.resolve() });
}

function runOptions(options: OptimizeOptions & { threads?: number }): OptimizeOptions {
  const given = Object.fromEntries(
    optimizeOptionNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  const { trials, timeout, stop, threads } = options;
  return {
    ...(trials === undefined && timeout === undefined && stop === undefined
      ? { trials: DEFAULT_TRIALS }
      : {}),
    ...(threads === undefined ? {} : { concurrency: threads }),
    ...given,
  };
}

async function fitAll(
  { learner, data, metrics }: FoldsJob,
  params: Params,
  seed: number,
  options: Pick<OptimizeOptions, 'signal' | 'handleInterrupt'>,
): Promise<unknown> {
  const interrupted = new AbortController();
  const signal =
    options.signal === undefined ? interrupted.signal : AbortSignal.any([options.signal, interrupted.signal]);
  const release =
    options.handleInterrupt === false
      ? () => {}
      : onInterrupt(() => interrupted.abort(new DOMException('interrupted by Ctrl-C', 'AbortError')));
  const context = fitContext({ seed, metric: metrics[0].name, signal });
  try {
    return await learner.fit(completeParams(learner, params), data, context);
  } finally {
    release();
  }
}
