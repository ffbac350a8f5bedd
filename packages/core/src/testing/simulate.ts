import { createRandom } from '../math/random.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { Direction } from '../study/direction.ts';
import { TrialTable } from '../study/history.ts';

/** What an objective of {@link simulate} makes of a trial: values and constraints, or nothing (it failed). */
export type Outcome =
  | { values?: readonly number[]; constraints?: readonly number[]; state?: 'pruned' }
  | undefined;

/** Options of {@link simulate}. */
export interface SimulateOptions {
  trials: number;
  seed?: number;
  directions?: readonly Direction[];
  /** Trials that run at once; each finishes at random. Default 1. */
  concurrency?: number;
  /** The simulation ends when this is true of the first value of a trial. */
  until?: (value: number) => boolean;
  /** The trials before; default none. */
  history?: TrialTable;
}

/** Runs an optimizer against a function of rows, without the study around it. Running trials are left running. */
export function simulate(
  optimizer: Optimizer,
  space: SearchSpace,
  objective: (params: never, trial: number) => Outcome | number,
  options: SimulateOptions,
): TrialTable {
  const { trials, seed = 0, directions = ['minimize'], concurrency = 1, until } = options;
  const { history = new TrialTable(space, directions) } = options;
  const known = new Set<string>();
  const isFinite = space.cardinality < Infinity;
  for (let trial = 0; trial < history.size; trial++) known.add(space.key(history.record(trial).row));
  const order = createRandom(seed, -1);
  for (let count = 0; count < trials; count++) {
    const suggestion = suggest(optimizer, history, seed, (row) => !isFinite || !known.has(space.key(row)));
    if (suggestion === null) break;
    const { row, by = optimizer.name } = suggestion;
    known.add(space.key(row));
    history.upsert({ number: history.size, state: 'running', row, by, attempt: 1 });
    if (history.running.length < concurrency) continue;
    const number = history.running[order.integer(history.running.length)]!;
    const finished = finish(
      history.record(number),
      objective(space.decode(history.record(number).row) as never, number),
    );
    history.upsert(finished);
    if (finished.values !== undefined && until?.(finished.values[0]!) === true) break;
  }
  return history;
}

/** What the optimizer suggests for the next trial of a history. */
export function suggest(
  optimizer: Optimizer,
  history: TrialTable,
  seed = 0,
  isNew: (row: Float64Array) => boolean = () => true,
): ReturnType<Optimizer['suggest']> {
  const { space, directions, size: number } = history;
  const random = createRandom(seed, number);
  const accepts = (row: Float64Array): boolean => space.allows(row) && isNew(row);
  return optimizer.suggest({ number, space, directions, history, seed, random, accepts });
}

/** The smallest first loss so far; infinite if there is none. */
export function lowestLoss(history: TrialTable): number {
  const best = history.bestOf();
  return best === undefined ? Infinity : history.losses(0)[best]!;
}

function finish(record: TrialRecord, outcome: Outcome | number): TrialRecord {
  if (outcome === undefined) return { ...record, state: 'failed' };
  if (typeof outcome === 'number') return { ...record, state: 'complete', values: [outcome] };
  return { ...record, state: 'complete', ...outcome };
}
