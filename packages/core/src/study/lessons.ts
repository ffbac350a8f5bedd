import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import { lossSign } from './direction.ts';
import { TrialTable } from './history.ts';

/**
 * A copy of a history as an optimizer should see it. A copy, because a paused trial may go on and end otherwise, while in a
 * history a finished trial never changes.
 *
 * Paused trials stand behind all that have finished. With forecasts, paused and pruned trials that reported are complete,
 * with the forecast loss, and those without a forecast are nowhere. Without forecasts, paused trials are pruned ones, with
 * their last report as value.
 *
 * @param paused numbers of running trials.
 * @param forecasts losses by trial; see `Pruner.forecast`.
 */
export function lessons(
  table: TrialTable,
  paused: readonly number[],
  forecasts?: ReadonlyMap<number, number>,
): TrialTable {
  const copy = new TrialTable(table.space, table.directions);
  const sign = lossSign(table.directions[0] as 'minimize');
  const open = new Set(paused);
  const write = (record: TrialRecord): void => {
    const { number, state, reports } = record;
    const isUnfinished = open.has(number) || state === 'pruned';
    if (!isUnfinished || reports === undefined) copy.upsert(record);
    else if (forecasts === undefined) copy.upsert(asPruned(record));
    else if (forecasts.has(number))
      copy.upsert({ ...record, state: 'complete', values: [sign * (forecasts.get(number) as number)] });
  };
  for (let number = 0; number < table.size; number++) {
    const record = table.record(number);
    const ends = isFinished(record.state) || open.has(number);
    // A state that no list holds: until the trials are ended in their order, and for good where they tell nothing.
    copy.upsert(ends ? { ...record, state: 'waiting' } : record);
  }
  for (const number of table.finished) write(table.record(number));
  for (const number of paused) write(table.record(number));
  return copy;
}

function asPruned(record: TrialRecord): TrialRecord {
  const value = record.reports?.values.at(-1);
  const hasValue = value !== undefined && !Number.isNaN(value);
  return { ...record, state: 'pruned', ...(hasValue && { values: [value] }) };
}
