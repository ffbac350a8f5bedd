import { checkNumber, checkOneOf, checkOptions } from '../check.ts';
import { compareRounds, median, quantile, type Comparison } from './statistics.ts';
import { timeRounds, type Subject, type Timings } from './time-rounds.ts';

/** Goals under which being faster is what counts. */
export const SPEED_GOALS: readonly SpeedGoal[] = ['p50', 'p95', 'p99', 'mean', 'throughput'];

/** A goal of speed: see `SessionGoal`. */
export type SpeedGoal = 'p50' | 'p95' | 'p99' | 'mean' | 'throughput';

/** How two configurations are compared. */
export interface CompareOptions {
  /** Milliseconds of timing for both together, creating and warming up sessions not included. Default 4000. */
  measureMs?: number;
  /** Which time counts: the median of runs (`p50` and `throughput`), a higher quantile or their mean. Default `'p50'`. */
  goal?: SpeedGoal;
  /**
   * Whether each round has new sessions, 18 in all. Two sessions of equal settings differ by a percent or so, by where their memory
   * lies for instance; if both are created only once, that looks like a difference of the settings. Default true.
   */
  reopen?: boolean;
  /** Stops the comparison, which then rejects with its reason. */
  signal?: AbortSignal;
}

/** What can be timed, and released afterwards. */
export interface Opened extends Subject {
  release(): Promise<void>;
}

/** The fewest rounds of which the 95 % interval leaves out one on either side, which others on the machine may have spoilt. */
const ROUNDS = 9;

/**
 * Rejects options that are none.
 *
 * @throws {InvalidArgumentError} what was given and what is expected.
 */
export function checkCompareOptions(owner: string, options: CompareOptions): void {
  checkOptions(owner, options, ['measureMs', 'goal', 'reopen', 'signal']);
  const { measureMs = 1, goal = 'p50', reopen = true } = options;
  checkNumber(owner, 'measureMs', measureMs, { min: 1 });
  checkOneOf(owner, 'goal', goal, SPEED_GOALS);
  checkOneOf(owner, 'reopen', reopen, [true, false]);
}

/**
 * Times two configurations in turns. Each round gives one ratio, of the goal's statistic over all runs of the round.
 *
 * @param openers create a session of the first and of the second, warmed up.
 * @throws the reason of `signal`, and whatever opening or running throws; sessions are released before.
 */
export async function compareSettings(
  openers: readonly [() => Promise<Opened>, () => Promise<Opened>],
  options: CompareOptions = {},
): Promise<Comparison> {
  const { measureMs = 4000, goal = 'p50', reopen = true, signal } = options;
  const budget = { ms: measureMs / ROUNDS, minRounds: 1, ...(signal && { signal }) };
  const ratios: number[] = [];
  let opened: Opened[] = [];
  const release = async (): Promise<void> => {
    const all = opened;
    opened = [];
    for (const session of all) await session.release();
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      signal?.throwIfAborted();
      if (reopen) await release();
      if (opened.length === 0) for (const open of openers) opened.push(await open());
      // Who comes first changes, as it does within `timeRounds`.
      const isSwapped = round % 2 === 1;
      const timings = await timeRounds(isSwapped ? opened.toReversed() : opened, budget);
      const [first, second] = (isSwapped ? timings.toReversed() : timings) as [Timings, Timings];
      const [one, other] = opened as [Opened, Opened];
      ratios.push(
        goal === 'p50' || goal === 'throughput'
          ? median(perBlock(first, second))
          : statistic(first, goal) / one.samples / (statistic(second, goal) / other.samples),
      );
    }
  } finally {
    await release();
  }
  return compareRounds(ratios);
}

/** Time per sample of the first divided by that of the second, for each pair of neighbouring blocks. */
export function perBlock(first: Timings, second: Timings): number[] {
  return first.perSample.map((ms, block) => ms / (second.perSample[block] as number));
}

/** Milliseconds per run. */
function statistic({ runs }: Timings, goal: 'p95' | 'p99' | 'mean'): number {
  if (goal === 'mean') return runs.reduce((sum, ms) => sum + ms, 0) / runs.length;
  return quantile(Float64Array.from(runs).toSorted(), goal === 'p95' ? 0.95 : 0.99);
}
