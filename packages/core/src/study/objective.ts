import { InvalidResultError, TunableError } from '../errors.ts';
import { isJsonObject, show, type JsonValue } from '../json.ts';
import { plural } from '../plural.ts';
import { isNumbersByName } from './reports.ts';
import type { TrialFailure } from '../storage/trial-record.ts';

/** What is tuned: a function of a configuration whose result says how good the configuration is. */
export interface Objective<P> {
  (params: P, trial: Trial<P>): ObjectiveResult | Promise<ObjectiveResult>;
  /**
   * How a trial may be paused, to go on later if a pruner such as `asha()` promotes it. `true`, the default: it waits in its
   * `trial.report` for as long as others take to run, holding what it holds. `'checkpoint'`: `trial.report` throws a
   * {@link TrialPaused}, which the objective lets pass, so that it holds nothing; when the trial is promoted the objective is
   * started again, with the same `trial`, and goes on from the checkpoint that it wrote before it reported (in a folder named
   * by `trial.id`). Steps that were reported before are then ignored; and a run that is cut short leaves its paused trials to
   * a later one. `false`: not at all; pruners stop such trials instead. See `OptimizeOptions.maxPaused`.
   */
  readonly canPause?: boolean | 'checkpoint';
}

/** What an objective returns: its value, one value per objective, or an {@link Outcome}. */
export type ObjectiveResult = number | readonly number[] | Outcome;

/** The full form of a result. */
export interface Outcome {
  /** The value of a single-objective study. */
  readonly value?: number;
  /** The values of a multi-objective study, in the order of its directions. */
  readonly values?: readonly number[];
  /** Constraint values: at most 0 is satisfied, more is the size of the violation. The same number in every trial. */
  readonly constraints?: readonly number[];
  /** Other numbers to keep with the trial. */
  readonly metrics?: { readonly [name: string]: number };
  /** Anything else to keep with the trial, as JSON. */
  readonly attributes?: { readonly [name: string]: JsonValue };
  /** What the trial cost, in your own unit, for the stop rule `costBudget`. */
  readonly cost?: number;
}

const OUTCOME_NAMES: readonly string[] = ['value', 'values', 'constraints', 'metrics', 'attributes', 'cost'];

/** What a trial reports: the value of the (first) objective, one value per objective, or a {@link ReportOutcome}. */
export type Report = number | readonly number[] | ReportOutcome;

/** The full form of a report: values, metrics or both. */
export type ReportOutcome = Pick<Outcome, 'value' | 'values' | 'metrics'>;

/** A running trial, as an objective sees it. */
export interface Trial<P = unknown> {
  /** Its place in the study: 0, 1, 2, ... */
  readonly number: number;
  /** The configuration to evaluate. */
  readonly params: P;
  /** A seed of this trial's own, the same when the study is repeated: a whole number in 0 .. 2^32-1. */
  readonly seed: number;
  /** 1 at first; counts up when the trial is retried, or run again since it was cut short or its worker was lost. */
  readonly attempt: number;
  /**
   * The same in every attempt and every process, and of no other trial of the storage: the study's name and the number, as in
   * `digits-17`, of letters, digits, `-` and `_`. Name the folder of its checkpoints so: a later attempt finds there what the
   * one before has left.
   */
  readonly id: string;
  /** Aborts when the trial should end early: an interrupt, an abort of the study, or `trialTimeout`. */
  readonly signal: AbortSignal;

  /**
   * Records intermediate values, and throws {@link TrialPruned} when the pruner judges the trial hopeless.
   *
   * @param step what you count, such as epochs or folds from 0; a whole number, each once.
   * @param value the value of the (first) objective after that step; with several objectives a list of one value each; or
   *   either with metrics, as an object ({@link ReportOutcome}). NaN and infinities allowed.
   * @throws {TrialPruned} let it pass, and the study records the trial as pruned.
   * @throws {InvalidArgumentError} an ill-formed step or value.
   * @throws {TrialStateError} a step reported twice, or a trial that has ended.
   */
  report(step: number, value: Report): Promise<void>;
}

/** A checked result. */
export interface CheckedOutcome extends Outcome {
  readonly values: readonly number[];
}

/**
 * Checks what an objective returned, or what a study was given in its place.
 *
 * @param result anything.
 * @param objectives how many values are expected.
 * @param whence how messages begin.
 * @throws {InvalidResultError} NaN, nothing, not a number, the wrong number of values, malformed extras.
 */
export function checkResult(
  result: unknown,
  objectives: number,
  whence = 'the objective returned',
): CheckedOutcome {
  if (typeof result === 'number') return { values: checkValues([result], objectives, whence) };
  if (Array.isArray(result)) return { values: checkValues(result, objectives, whence) };
  if (typeof result !== 'object' || result === null)
    throw new InvalidResultError(`${whence} ${show(result)}; ${expected(objectives)}`);
  const unknown = Object.keys(result).find((name) => !OUTCOME_NAMES.includes(name));
  const { value, values, constraints, metrics, attributes, cost } = result as Outcome;
  if (value !== undefined && values !== undefined) {
    throw new InvalidResultError(`${whence} both value and values; give one of them`);
  }
  const list = values ?? (value === undefined ? undefined : [value]);
  if (!Array.isArray(list)) {
    throw new InvalidResultError(`${whence} ${withoutValue(result)}; ${expected(objectives)}`);
  }
  if (
    constraints !== undefined &&
    (!Array.isArray(constraints) || constraints.some((c) => typeof c !== 'number' || Number.isNaN(c)))
  ) {
    throw new InvalidResultError(`constraints must be a list of numbers, not ${show(constraints)}`);
  }
  if (unknown !== undefined) {
    throw new InvalidResultError(
      `${whence} an object with the unknown member '${unknown}'; the members are ${OUTCOME_NAMES.join(', ')}`,
    );
  }
  if (metrics !== undefined && !isNumbersByName(metrics)) {
    throw new InvalidResultError(`metrics must be an object of numbers, not ${show(metrics)}`);
  }
  if (attributes !== undefined && !isJsonObject(attributes)) {
    throw new InvalidResultError(`attributes must be an object that JSON can hold, not ${show(attributes)}`);
  }
  if (cost !== undefined && !(typeof cost === 'number' && cost >= 0 && cost < Infinity)) {
    throw new InvalidResultError(`cost must be a number of at least 0, not ${show(cost)}`);
  }
  return {
    values: checkValues(list, objectives, whence),
    ...(constraints === undefined ? {} : { constraints }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(cost === undefined ? {} : { cost }),
  };
}

function checkValues(values: readonly unknown[], objectives: number, whence: string): readonly number[] {
  if (values.length !== objectives) {
    throw new InvalidResultError(`${whence} ${plural(values.length, 'value')}; ${expected(objectives)}`);
  }
  for (const value of values) {
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw new InvalidResultError(`${whence} ${show(value)}; ${expected(objectives)}`);
    }
  }
  return values as readonly number[];
}

function expected(objectives: number): string {
  return objectives === 1
    ? 'expected a number, or { value }'
    : `expected ${objectives} numbers as a list, or { values }, one per direction`;
}

function withoutValue(object: object): string {
  const names = Object.keys(object);
  return names.length === 0 ? 'an empty object' : `an object with ${names.join(', ')} but no value`;
}

/** What is kept of an error that ended a trial. */
export function toFailure(error: unknown): TrialFailure {
  if (error instanceof Error || TunableError.isInstance(error)) {
    return {
      name: error.name,
      message: error.message,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
    };
  }
  return { name: 'Error', message: `thrown: ${show(error)}` };
}
