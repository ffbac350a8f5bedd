import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import { checkNumber, checkOptions } from '../options.ts';
import type { Desk } from './desk.ts';
import { toMilliseconds, type Duration } from './duration.ts';
import { onInterrupt } from './interrupt.ts';
import type { Objective } from './objective.ts';
import { sayFinishing, showProgress } from './progress.ts';
import { Run, type OptimizeResult, type RunOptions } from './run.ts';
import type { StopRule } from './stop-rules.ts';
import type { Study } from './study.ts';

/** Options of `study.optimize`. At least one of `trials`, `timeout`, `stop` and `signal` must be given. */
export interface OptimizeOptions {
  /** How many trials the study shall have in all: a resumed study continues to this number. Complete, pruned and failed ones count. */
  trials?: number;
  /** Start no trial after this time; running ones are finished. */
  timeout?: Duration;
  /** How many trials run side by side. Default 1. In one thread this helps objectives that wait; see `@tunable/threads` for the others. */
  concurrency?: number;
  /** Aborting it ends the run at once: running trials are aborted and go back to the queue. */
  signal?: AbortSignal;
  /** A trial that runs longer is aborted and fails with a `TrialTimeoutError`. */
  trialTimeout?: Duration;
  /** How often the objective of a failed trial is started again before the trial fails. Default 0. */
  retries?: number;
  /** Further ends: `targetValue(...)`, `noImprovement(...)`, `costBudget(...)`, or rules of your own. */
  stop?: StopRule | readonly StopRule[];
  /**
   * Makes concurrent runs repeatable: results are taken into account in the order of the trials, whichever ends first.
   * `true`: trial n knows the results up to trial n - concurrency, so the same seed and concurrency give the same study.
   * A number L: trial n knows those up to n - L, so the same seed gives the same study with any concurrency up to L.
   * Default false: every result is used as soon as it is there.
   */
  ordered?: boolean | number;
  /**
   * How many trials a pruner such as `asha()` may let wait in their `trial.report`, each with all that its objective holds in
   * memory; beyond that, the least promising is pruned. 0: none; such pruners then stop trials for good. Default 100.
   * Ordered runs pause none.
   */
  maxPaused?: number;
  /** End the run at the first failed trial and throw its error. Default false: the failure is recorded, the study goes on. */
  stopOnFailure?: boolean;
  /** How many trials of this run may fail before any has succeeded, until it ends with an `AllTrialsFailedError`. Default 10. */
  maxInitialFailures?: number;
  /**
   * Show a progress bar on the terminal. `'auto'`, the default: if standard output is a terminal. `true`: plain lines where
   * it is not. `false`: never.
   */
  progress?: boolean | 'auto';
  /**
   * In Node, Ctrl-C (SIGINT) or SIGTERM finishes the running trials and ends the run; a second one aborts them. Default true.
   * `false` leaves the signals alone.
   */
  handleInterrupt?: boolean;
}

/** Names of {@link OptimizeOptions}, for checking. */
export const optimizeOptionNames: readonly (keyof OptimizeOptions)[] = [
  'trials',
  'timeout',
  'concurrency',
  'signal',
  'trialTimeout',
  'retries',
  'stop',
  'ordered',
  'maxPaused',
  'stopOnFailure',
  'maxInitialFailures',
  'progress',
  'handleInterrupt',
];

/** Runs trials of `study`; see `Study.optimize`. */
export async function optimize<P>(
  study: Study<P>,
  desk: Desk<P>,
  objective: Objective<P>,
  options: OptimizeOptions = {},
): Promise<OptimizeResult> {
  if (typeof objective !== 'function') {
    throw new InvalidArgumentError(
      `optimize: the objective must be a function (params, trial) => value, not ${show(objective)}`,
    );
  }
  const checked = checkOptimizeOptions(options);
  const canPause =
    objective.canPause !== false &&
    study.pruner.promote !== undefined &&
    checked.lag === 0 &&
    study.directions.length === 1;
  const run = new Run(study, desk, objective, canPause ? checked : { ...checked, maxPaused: 0 });
  const { progress = 'auto' } = options;
  const interrupt = (): void => {
    if (!run.isInterrupted) sayFinishing(run, progress);
    run.interrupt();
  };
  const releaseInterrupt = options.handleInterrupt === false ? () => {} : onInterrupt(interrupt);
  const hideProgress = showProgress(study, run, progress);
  const onAbort = (): void => run.abort('aborted', 'the signal was aborted');
  options.signal?.addEventListener('abort', onAbort);
  if (options.signal?.aborted === true) onAbort();
  try {
    return await run.go();
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    releaseInterrupt();
    hideProgress();
  }
}

function checkOptimizeOptions(options: OptimizeOptions): RunOptions {
  checkOptions('optimize', options, optimizeOptionNames);
  const {
    trials,
    timeout,
    concurrency = 1,
    signal,
    trialTimeout,
    retries = 0,
    stop = [],
    ordered = false,
  } = options;
  const rules = Array.isArray(stop) ? (stop as readonly StopRule[]) : [stop as StopRule];
  if (trials === undefined && timeout === undefined && signal === undefined && rules.length === 0) {
    throw new InvalidArgumentError(
      'optimize: say when to end: give trials, timeout, stop or signal, as { trials: 100 }',
    );
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidArgumentError(`optimize: signal must be an AbortSignal, not ${show(signal)}`);
  }
  if (rules.some((rule) => typeof rule?.shouldStop !== 'function')) {
    throw new InvalidArgumentError(
      `optimize: stop must be stop rules such as noImprovement(20), not ${show(stop)}`,
    );
  }
  for (const name of ['stopOnFailure', 'handleInterrupt'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') {
      throw new InvalidArgumentError(`optimize: ${name} must be true or false, not ${show(options[name])}`);
    }
  }
  if (
    options.progress !== undefined &&
    typeof options.progress !== 'boolean' &&
    options.progress !== 'auto'
  ) {
    throw new InvalidArgumentError(
      `optimize: progress must be true, false or 'auto', not ${show(options.progress)}`,
    );
  }
  const count = { min: 1, integer: true };
  checkNumber('optimize', 'concurrency', concurrency, count);
  if (typeof ordered === 'number')
    checkNumber('optimize', 'ordered', ordered, { min: concurrency, integer: true });
  else if (typeof ordered !== 'boolean') {
    throw new InvalidArgumentError(
      `optimize: ordered must be true, false or a whole number, not ${show(ordered)}`,
    );
  }
  return {
    trials: trials === undefined ? Infinity : checkNumber('optimize', 'trials', trials, count),
    timeoutMs: timeout === undefined ? Infinity : toMilliseconds('optimize: timeout', timeout),
    concurrency,
    trialTimeoutMs:
      trialTimeout === undefined ? Infinity : toMilliseconds('optimize: trialTimeout', trialTimeout),
    retries: checkNumber('optimize', 'retries', retries, { min: 0, integer: true }),
    rules,
    lag: ordered === true ? concurrency : ordered === false ? 0 : ordered,
    maxPaused: checkNumber('optimize', 'maxPaused', options.maxPaused ?? 100, { min: 0, integer: true }),
    stopOnFailure: options.stopOnFailure ?? false,
    maxInitialFailures: checkNumber(
      'optimize',
      'maxInitialFailures',
      options.maxInitialFailures ?? 10,
      count,
    ),
  };
}
