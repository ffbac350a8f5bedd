import {
  float,
  int,
  categorical,
  choice,
  space,
  StudyError,
  TrialStateError,
  type Choice,
  type Hyperparameter,
  type SearchSpace,
  type Storage,
  type StudyHeader,
  type StudyStore,
  type TrialRecord,
  type TunableError,
} from '@tunable/core';
import { ensure } from './check.ts';

/** What a storage can do beyond keeping studies for one process. */
export interface StorageSupport {
  /** Another object for the same data, as a second process would have it. By default the same object. */
  readonly reopen?: (storage: Storage) => Storage | Promise<Storage>;
  /**
   * Makes an empty storage with these leases; what `reopen` makes of it has the same. Without it, what concerns leases and
   * requests is left out.
   */
  readonly leases?: (options: LeaseSettings) => Storage | Promise<Storage>;
  /** Whether the space of a study can be replaced by one that has grown (`setSpace`). Default true. */
  readonly growth?: boolean;
}

/** The leases that a check wants. */
export interface LeaseSettings {
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number;
  /** How often the workers renew it, in milliseconds. */
  readonly heartbeatMs: number;
  /** How many attempts at a trial may be lost before it fails. */
  readonly maxAttempts: number;
}

/** The space of the studies that the checks make. */
export const SPACE: SearchSpace<{
  x: Hyperparameter<number>;
  n: Hyperparameter<number>;
  c: Choice<{ a: { p: Hyperparameter<number> }; b: { q: Hyperparameter<'u' | 'v'> } }>;
}> = space({
  x: float(-5, 5),
  n: int(1, 9),
  c: choice({ a: { p: float(0, 1) }, b: { q: categorical(['u', 'v']) } }),
});

/** The definition of a study that a check writes without `createStudy`. */
export function headerOf(name: string): StudyHeader {
  return {
    name,
    space: SPACE.toJSON(),
    directions: ['minimize'],
    seed: 1,
    createdAt: Date.now(),
    attributes: {},
  };
}

/** A configuration of {@link SPACE}, different for different seeds. */
export function rowOf(seed: number): Float64Array {
  return SPACE.encode(SPACE.sample(seed));
}

/** Starts the next trial: the longest waiting one, or a new one. */
export async function start(store: StudyStore): Promise<TrialRecord> {
  const record = await store.ask((_, { number, waiting }) => ({
    ...(waiting ?? { number, row: rowOf(number), by: 'check' }),
    state: 'running',
    attempt: (waiting?.attempt ?? 0) + 1,
    startedAt: Date.now(),
  }));
  return record as TrialRecord;
}

/** The record of a trial that is complete with this value. */
export function completed(record: TrialRecord, value: number): TrialRecord {
  return { ...record, state: 'complete', values: [value], finishedAt: Date.now() };
}

/** The record of a trial that waits again. */
export function released(record: TrialRecord): TrialRecord {
  const { reports: _, startedAt: __, ...rest } = record;
  return { ...rest, state: 'waiting' };
}

/** Fails unless a call is refused with a {@link StudyError} or {@link TrialStateError} of that code. */
export async function ensureRefused(
  call: Promise<unknown>,
  code: TunableError['code'],
  what: string,
): Promise<void> {
  const error: unknown = await call.then(
    () => 'none',
    (reason: unknown) => reason,
  );
  const isRight = (error instanceof StudyError || error instanceof TrialStateError) && error.code === code;
  const seen = error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
  ensure(isRight, () => `${what}: expected an error with the code '${code}', got ${seen}`);
}

/** As JSON with the members of all objects in one order: storages need not keep it. */
export function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
