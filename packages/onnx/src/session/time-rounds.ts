import { median } from './statistics.ts';

/** Something to time. */
export interface Subject {
  /** How many samples one run takes. */
  readonly samples: number;
  /** One run, of the inputs whose turn it is: equal turns mean the same requests, so that subjects are compared on the same. */
  run(turn: number): Promise<unknown>;
}

/** How long to time. */
export interface TimingBudget {
  /** Milliseconds for all subjects together; ends after the round in which it is spent. */
  readonly ms: number;
  /** At least so many rounds, whatever they take. */
  readonly minRounds: number;
  /** Stops between two rounds. */
  readonly signal?: AbortSignal;
}

/** The times of one subject. */
export interface Timings {
  /** Milliseconds of each timed run. */
  readonly runs: readonly number[];
  /** The median of each round's runs, in milliseconds per sample. */
  readonly perSample: readonly number[];
}

/** For how many milliseconds at most one subject runs before the next has its turn. */
const BLOCK_MS = 15;
const MAX_BLOCK = 100;
const MAX_ROUNDS = 500;

/**
 * Times subjects in turns, so that a machine that becomes slower or busier does so for all of them.
 *
 * Each round gives every subject a block of runs, in an order that is reversed from round to round. The first run of a block is
 * not counted: it finds the caches and the waiting threads of another subject. Blocks rather than single runs, since ONNX Runtime's
 * threads wait actively for about a millisecond after a run and would disturb whoever comes next.
 *
 * @param subjects warmed up already.
 * @returns one per subject.
 * @throws the reason of `budget.signal` when that aborts, and whatever a run throws.
 */
export async function timeRounds(
  subjects: readonly Subject[],
  budget: TimingBudget,
): Promise<readonly Timings[]> {
  const timings = subjects.map(() => ({ runs: [] as number[], perSample: [] as number[] }));
  const blockSizes: number[] = [];
  const blockMs = Math.min(BLOCK_MS, budget.ms / (budget.minRounds * subjects.length));
  for (const subject of subjects) blockSizes.push(await blockSize(subject, blockMs));
  const order = subjects.map((_, i) => i);
  const start = performance.now();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (round >= budget.minRounds && performance.now() - start >= budget.ms) break;
    for (const i of order) {
      budget.signal?.throwIfAborted();
      const subject = subjects[i] as Subject;
      const times = await timeBlock(subject, blockSizes[i] as number, round);
      timings[i]?.runs.push(...times);
      timings[i]?.perSample.push(median(times) / subject.samples);
    }
    order.reverse();
  }
  return timings;
}

async function blockSize(subject: Subject, blockMs: number): Promise<number> {
  const times = await timeBlock(subject, 3, 0);
  return Math.min(MAX_BLOCK, Math.max(1, Math.ceil(blockMs / Math.max(median(times), 1e-3))));
}

/** Times the runs of the turns from `first` on. */
async function timeBlock(subject: Subject, count: number, first: number): Promise<number[]> {
  const times: number[] = [];
  await subject.run(first);
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await subject.run(first + i);
    times.push(performance.now() - start);
  }
  return times;
}
