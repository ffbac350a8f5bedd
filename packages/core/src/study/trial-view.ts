import type { JsonValue } from '../json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Reports, TrialFailure, TrialRecord, TrialState } from '../storage/trial-record.ts';

/** A started or finished trial, to read. */
export interface TrialView<P = unknown> {
  readonly number: number;
  readonly state: Exclude<TrialState, 'waiting'>;
  readonly params: P;
  /** The value of a single-objective study; undefined unless the trial has one. */
  readonly value: number | undefined;
  /** The values, one per objective; undefined unless the trial has them. */
  readonly values: readonly number[] | undefined;
  /** The constraint values told; at most 0 is satisfied. */
  readonly constraints: readonly number[] | undefined;
  /** Whether every constraint told is satisfied. */
  readonly isFeasible: boolean;
  readonly metrics: { readonly [name: string]: number };
  readonly attributes: { readonly [name: string]: JsonValue };
  /** Intermediate values: parallel lists of steps and values. */
  readonly reports: Reports;
  /** Why it failed. */
  readonly failure: TrialFailure | undefined;
  readonly cost: number | undefined;
  /** Which optimizer proposed it ('enqueued' when the user did), and why, if it says so. */
  readonly by: string | undefined;
  readonly why: string | undefined;
  readonly attempt: number;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** From start to end, in milliseconds. */
  readonly durationMs: number | undefined;
}

/** A complete, feasible trial of a single-objective study. */
export interface BestTrial<P = unknown> extends TrialView<P> {
  readonly state: 'complete';
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
    const { row: _, ...rest } = this.#record;
    return { ...rest, params: this.params };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): object {
    const { stack: _, ...failure } = this.failure ?? { name: '', message: '' };
    return { ...this.toJSON(), ...(this.failure === undefined ? {} : { failure }) };
  }
}

function toDate(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
