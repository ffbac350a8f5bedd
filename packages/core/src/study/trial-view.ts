import type { JsonValue } from '../json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Reports, TrialFailure, TrialRecord, TrialState } from '../storage/trial-record.ts';

/** A started or finished trial, to read. */
export interface TrialView<P = unknown> {
  /** Its place in the study: 0, 1, 2, ... in the order of asking and enqueueing. */
  readonly number: number;
  /** `running` until it is told; then `complete`, `pruned` or `failed`, which are final. */
  readonly state: Exclude<TrialState, 'waiting'>;
  /** The configuration it evaluates. */
  readonly params: P;
  /** The value of a single-objective study; undefined unless the trial has one. */
  readonly value: number | undefined;
  /** The values, one per objective; undefined unless the trial has them. */
  readonly values: readonly number[] | undefined;
  /** The constraint values told; at most 0 is satisfied. */
  readonly constraints: readonly number[] | undefined;
  /** Whether every constraint told is satisfied. */
  readonly isFeasible: boolean;
  /** Other numbers that the objective returned, by name; empty without any. */
  readonly metrics: { readonly [name: string]: number };
  /** What the user keeps with the trial, by name; empty without anything. */
  readonly attributes: { readonly [name: string]: JsonValue };
  /** Intermediate values: parallel lists of steps and values. */
  readonly reports: Reports;
  /** Why it failed. */
  readonly failure: TrialFailure | undefined;
  /** What the objective said the trial cost, in the user's own unit; undefined if it said nothing. */
  readonly cost: number | undefined;
  /** Which optimizer proposed it; 'enqueued' when the user did. */
  readonly by: string | undefined;
  /** Why the optimizer proposed it, in a few words; undefined if it does not say. */
  readonly why: string | undefined;
  /** How many times the objective was started for it; 1 unless it was retried. */
  readonly attempt: number;
  /** When it was asked for; undefined if unknown. */
  readonly startedAt: Date | undefined;
  /** When its result was told; undefined while it is running. */
  readonly finishedAt: Date | undefined;
  /** From start to end, in milliseconds. */
  readonly durationMs: number | undefined;
}

/** A complete, feasible trial of a single-objective study. */
export interface BestTrial<P = unknown> extends TrialView<P> {
  /** Always complete: pruned and failed trials cannot be the best. */
  readonly state: 'complete';
  /** What the objective returned, in its own unit and direction. */
  readonly value: number;
}

const NONE: Reports = { steps: [], values: [] };

/** The view of a record; `params` is decoded when first read. */
export function viewTrial<P>(space: SearchSpace, record: TrialRecord): TrialView<P> {
  return new RecordView<P>(space, record);
}

class RecordView<P> implements TrialView<P> {
  readonly #space: SearchSpace;
  readonly #record: TrialRecord;
  #params: P | undefined;

  constructor(space: SearchSpace, record: TrialRecord) {
    this.#space = space;
    this.#record = record;
  }

  get number(): number {
    return this.#record.number;
  }

  get state(): Exclude<TrialState, 'waiting'> {
    return this.#record.state as Exclude<TrialState, 'waiting'>;
  }

  get params(): P {
    this.#params ??= this.#space.decode(this.#record.row) as P;
    return this.#params;
  }

  get value(): number | undefined {
    return this.#record.values?.length === 1 ? this.#record.values[0] : undefined;
  }

  get values(): readonly number[] | undefined {
    return this.#record.values;
  }

  get constraints(): readonly number[] | undefined {
    return this.#record.constraints;
  }

  get isFeasible(): boolean {
    return this.#record.constraints?.every((c) => c <= 0) ?? true;
  }

  get metrics(): { readonly [name: string]: number } {
    return this.#record.metrics ?? {};
  }

  get attributes(): { readonly [name: string]: JsonValue } {
    return this.#record.attributes ?? {};
  }

  get reports(): Reports {
    return this.#record.reports ?? NONE;
  }

  get failure(): TrialFailure | undefined {
    return this.#record.failure;
  }

  get cost(): number | undefined {
    return this.#record.cost;
  }

  get by(): string | undefined {
    return this.#record.by;
  }

  get why(): string | undefined {
    return this.#record.why;
  }

  get attempt(): number {
    return this.#record.attempt;
  }

  get startedAt(): Date | undefined {
    return toDate(this.#record.startedAt);
  }

  get finishedAt(): Date | undefined {
    return toDate(this.#record.finishedAt);
  }

  get durationMs(): number | undefined {
    const { startedAt, finishedAt } = this.#record;
    return startedAt === undefined || finishedAt === undefined ? undefined : finishedAt - startedAt;
  }

  /** Plain data, so that `JSON.stringify` and `console.log` show what a trial holds. */
  toJSON(): object {
    const { row: _, number, state, ...rest } = this.#record;
    const { value } = this;
    return { number, state, params: this.params, ...(value === undefined ? {} : { value }), ...rest };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): object {
    const { stack: _, ...failure } = this.failure ?? { name: '', message: '' };
    const { startedAt, finishedAt, durationMs } = this;
    return {
      ...this.toJSON(),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt, durationMs }),
      ...(this.failure === undefined ? {} : { failure }),
    };
  }
}

function toDate(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
