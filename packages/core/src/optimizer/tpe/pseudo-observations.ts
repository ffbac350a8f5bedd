import { createRandom } from '../../math/random.ts';
import { isFinished } from '../../storage/trial-record.ts';
import { STATE_CODES, TrialTable } from '../../study/history.ts';
import type { EarlierStudy, SuggestContext } from '../optimizer.ts';
import { agreement, PRIOR_AGREEMENT } from './agreement.ts';

/** How many trials earlier studies are worth at first, and after how many finished trials they are worth nothing. */
const FIRST_WEIGHT = 30;
const FADED = 30;

/** Names the streams that fill in what the earlier studies did not have. */
const STREAM = 0x77a5;

/**
 * What TPE learns from where earlier studies inform this one: their trials stand in front of its own, evenly from the best to
 * the worst, as many as are left of a number that falls with every finished trial, and to nothing where what is seen
 * contradicts them ({@link agreement}). Only ranks matter to TPE; so each has the loss that stands at its rank among the
 * trials seen here.
 *
 * @returns the context itself when there is nothing to add.
 */
export function withPseudoObservations(context: SuggestContext): SuggestContext {
  const { earlier = [], history, space, directions, seed, number } = context;
  const left = 1 - history.finished.length / FADED;
  if (earlier.length === 0 || left <= 0) return context;
  const table = new TrialTable(space, directions);
  const seen = lossesSeen(context);
  for (const study of earlier) {
    const trust = Math.min(1, agreement(study, context) / PRIOR_AGREEMENT);
    const share = Math.round((FIRST_WEIGHT * left * trust) / earlier.length);
    for (const { row, rank } of sampleOf(study, share)) {
      const loss = seen[Math.floor(rank * seen.length)] ?? rank;
      table.upsert({
        number: table.size,
        state: 'complete',
        row: space.complete(row, createRandom(seed, STREAM, table.size)),
        values: [directions[0] === 'maximize' ? -loss : loss],
        constraints: Array.from({ length: history.constraintCount }, () => 0),
        attempt: 1,
      });
    }
  }
  const shift = table.size;
  const append = (trial: number): void => table.upsert({ ...history.record(trial), number: trial + shift });
  for (let trial = 0; trial < history.size; trial++)
    if (!isFinished(history.record(trial).state)) append(trial);
  for (const trial of history.finished) append(trial);
  return { ...context, history: table, number: number + shift };
}

/** Finite losses of complete trials, ascending. */
function lossesSeen({ history }: SuggestContext): Float64Array {
  const losses = history.losses(0);
  const complete = history.finished.filter(
    (trial) => history.states[trial] === STATE_CODES.complete && Number.isFinite(losses[trial]),
  );
  return Float64Array.from(complete, (trial) => losses[trial] as number).toSorted();
}

/** At most `count` trials, evenly from the best (rank 0) to the worst. */
function sampleOf({ rows, losses }: EarlierStudy, count: number): { row: Float64Array; rank: number }[] {
  const order = Array.from(rows.keys()).toSorted(
    (a, b) => (losses[a] as number) - (losses[b] as number) || a - b,
  );
  const length = Math.min(count, order.length);
  return Array.from({ length }, (_, i) => {
    const place = Math.floor((i * order.length) / length);
    return { row: rows[order[place] as number] as Float64Array, rank: place / order.length };
  });
}
