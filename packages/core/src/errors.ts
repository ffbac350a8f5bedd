import type { TrialRecord } from './storage/trial-record.ts';

/**
 * Every error this library throws on purpose: a class, a stable `code`, and a sentence that says what was
 * given, what was expected and what to do.
 *
 * The marker symbol lives in the global registry, so `TunableError.isInstance` also recognizes errors of a
 * second copy of this package (an adapter bundled with its own core, say), where `instanceof` would not.
 */
const marker = Symbol.for('tunable.error');

/** The stable codes of {@link TunableError}; new ones may be added, none changes its meaning. */
export type ErrorCode =
  | 'invalid_argument'
  | 'invalid_space'
  | 'invalid_parameter'
  | 'invalid_dataset'
  | 'invalid_result'
  | 'trial_state'
  | 'stale_trial'
  | 'trial_timeout'
  | 'trial_paused'
  | 'trial_pruned'
  | 'no_best_trial'
  | 'all_trials_failed'
  | 'study_exists'
  | 'study_not_found'
  | 'study_mismatch'
  | 'unsupported'
  | 'storage'
  | 'worker'
  | 'framework'
  | 'refit_failed';

/** Base class of all errors thrown by `tunable` packages. */
export class TunableError extends Error {
  /** What kind of error this is; safe to switch on, unlike the message. */
  readonly code: ErrorCode;

  /**
   * @param code stable identifier of the kind of error.
   * @param message a sentence: what was given, what was expected, what to do.
   * @param options `cause`, the error that led to this one, if any.
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether `error` was thrown by this library (by any copy of it). */
  static isInstance(error: unknown): error is TunableError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

/** An option or argument of a public call has the wrong type or value. */
export class InvalidArgumentError extends TunableError {
  /** @param message what was given, what was expected. */
  constructor(message: string) {
    super('invalid_argument', message);
  }
}

/** A search space or one of its hyperparameters is ill-formed (reversed bounds, duplicate choices, ...). */
export class InvalidSpaceError extends TunableError {
  /** @param message names the hyperparameter and what is wrong with it. */
  constructor(message: string) {
    super('invalid_space', message);
  }
}

/** A configuration does not belong to its search space (unknown name, value outside the domain, ...). */
export class InvalidParameterError extends TunableError {
  /** @param message names the parameter, the value given and the domain. */
  constructor(message: string) {
    super('invalid_parameter', message);
  }
}

/** A dataset cannot be used (unequal lengths, NaN features, one class only, fewer rows than folds, ...). */
export class InvalidDatasetError extends TunableError {
  /** @param message says what is wrong with the data and where. */
  constructor(message: string) {
    super('invalid_dataset', message);
  }
}

/** An objective returned something that is not a result (NaN, nothing, the wrong number of values). */
export class InvalidResultError extends TunableError {
  /** @param message quotes what was returned and what was expected. */
  constructor(message: string) {
    super('invalid_result', message);
  }
}

/** A trial was told, reported to or asked for in a state that does not allow it. */
export class TrialStateError extends TunableError {
  /**
   * @param message names the trial, its state and the call.
   * @param code `stale_trial` when the attempt has been given up and the trial started anew, or is about to be, because
   *   its worker was taken for dead; else `trial_state`.
   */
  constructor(message: string, code: 'trial_state' | 'stale_trial' = 'trial_state') {
    super(code, message);
  }
}

/** A trial ran longer than `trialTimeout`. Recorded as the error of the failed trial. */
export class TrialTimeoutError extends TunableError {
  /** @param message names the trial and the limit. */
  constructor(message: string) {
    super('trial_timeout', message);
  }
}

/**
 * Thrown by `trial.report` when the pruner judges the trial hopeless. Let it pass through the objective: the
 * study records the trial as pruned. An objective may also throw one itself.
 */
export class TrialPruned extends TunableError {
  /** @param message optional reason, kept with the trial as its attribute `prunedBecause`. */
  constructor(message = 'the trial was pruned') {
    super('trial_pruned', message);
  }

  /** Whether `error` is a pruning signal (of any copy of the library). */
  static override isInstance(error: unknown): error is TrialPruned {
    return TunableError.isInstance(error) && error.code === 'trial_pruned';
  }
}

/**
 * Thrown by `trial.report` when the pruner pauses the trial of an objective whose `canPause` is `'checkpoint'`. Let it pass
 * through the objective, which is started again if the trial is promoted.
 */
export class TrialPaused extends TunableError {
  /** @param message which trial, and where. */
  constructor(message: string) {
    super('trial_paused', message);
  }
}

/** `study.best` was read while no complete, feasible trial exists. */
export class NoBestTrialError extends TunableError {
  /** @param message says how many trials there are in which states. */
  constructor(message: string) {
    super('no_best_trial', message);
  }
}

/** Every trial of a run failed; `cause` is the error of the first one. */
export class AllTrialsFailedError extends TunableError {
  /**
   * @param message quotes the first failure.
   * @param options `cause`, the first failure.
   */
  constructor(message: string, options?: ErrorOptions) {
    super('all_trials_failed', message, options);
  }
}

/** A study could not be created or opened: its name is taken, unknown, or its definition differs. */
export class StudyError extends TunableError {
  /**
   * @param code which of the three it is.
   * @param message names the study and what differs.
   */
  constructor(code: 'study_exists' | 'study_not_found' | 'study_mismatch', message: string) {
    super(code, message);
  }
}

/** A storage lost its connection, found a corrupt record, or refused a write. */
export class StorageError extends TunableError {
  /**
   * Results that could not be written, as records of trials. The study that has them saves them before anything else when
   * it is used again, and `study.toJSON()` holds them. Empty when nothing waits to be written.
   */
  readonly unsaved: readonly TrialRecord[];

  /**
   * @param message says which storage and what happened; never holds a password.
   * @param options `cause`, the driver's error; `unsaved`, see there.
   */
  constructor(message: string, options: ErrorOptions & { unsaved?: readonly TrialRecord[] } = {}) {
    super('storage', message, options);
    this.unsaved = options.unsaved ?? [];
  }
}

/** A combination of features that an optimizer, pruner or learner does not support. */
export class UnsupportedError extends TunableError {
  /** @param message names the feature and the alternatives. */
  constructor(message: string) {
    super('unsupported', message);
  }
}

/** `tune` has found the best configuration, and training it on all rows failed. */
export class RefitError extends TunableError {
  /** The study, with everything that was found: save it, or give it to `tune` again. */
  readonly study: {
    /** The study as plain data, which `loadStudy` reads. */
    toJSON(): object;
  };

  /**
   * @param message quotes the failure and the configuration.
   * @param study the study.
   * @param options `cause`, the learner's error.
   */
  constructor(message: string, study: RefitError['study'], options?: ErrorOptions) {
    super('refit_failed', message, options);
    this.study = study;
  }
}

/** A worker (thread or process) that ran a trial crashed or could not be started. */
export class WorkerError extends TunableError {
  /**
   * @param message says what the worker was doing.
   * @param options `cause`, the worker's own error, if any.
   */
  constructor(message: string, options?: ErrorOptions) {
    super('worker', message, options);
  }
}

/** A framework that an adapter drives failed while it loaded, trained or ran a model (out of memory, say). */
export class FrameworkError extends TunableError {
  /**
   * @param message says which framework, what it was doing, and what to do.
   * @param options `cause`, the framework's own error, if any.
   */
  constructor(message: string, options?: ErrorOptions) {
    super('framework', message, options);
  }
}
