import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import { TrialTable } from './history.ts';

/**
 * A copy of a history as an optimizer should see it: paused trials are pruned ones with their last report as value, behind
 * all that have finished; those that mislead are nowhere. A copy, because a paused trial may go on and end otherwise, while
 * in a history a finished trial never changes.
 *
 * @param paused numbers of running trials.
 * @param misleading numbers of paused and pruned trials to leave out.
 */
export function lessons(
  table: TrialTable,
  paused: readonly number[],
  misleading: ReadonlySet<number>,
): TrialTable {
  const copy = new TrialTable(table.space, table.directions);
  for (let number = 0; number < table.size; number++) {
    const record = table.record(number);
    const ends = isFinished(record.state) || paused.includes(number);
    // A state that no list holds: until the trials are ended in their order, and for good where they mislead.
    copy.upsert(ends ? { ...record, state: 'waiting' } : record);
  }
  for (const number of table.finished) if (!misleading.has(number)) copy.upsert(table.record(number));
  for (const number of paused) if (!misleading.has(number)) copy.upsert(asPruned(table.record(number)));
  return copy;
}

function asPruned(record: TrialRecord): TrialRecord {
  const value = record.reports?.values.at(-1);
  const hasValue = value !== undefined && !Number.isNaN(value);
  return { ...record, state: 'pruned', ...(hasValue && { values: [value] }) };
}
