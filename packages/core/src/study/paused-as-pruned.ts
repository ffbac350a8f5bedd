import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import { TrialTable } from './history.ts';

/**
 * A copy of a history in which paused trials are pruned ones with their last report as value, behind all that have
 * finished: what an optimizer is shown, so that it learns from them. A copy, because a paused trial may go on and end
 * otherwise, while in a history a finished trial never changes.
 */
export function pausedAsPruned(table: TrialTable, paused: readonly number[]): TrialTable {
  const copy = new TrialTable(table.space, table.directions);
  for (let number = 0; number < table.size; number++) {
    const record = table.record(number);
    const isOpen = isFinished(record.state) || paused.includes(number);
    // A state that no list holds, until the trials are ended in their order.
    copy.upsert(isOpen ? { ...record, state: 'waiting' } : record);
  }
  for (const number of table.finished) copy.upsert(table.record(number));
  for (const number of paused) copy.upsert(asPruned(table.record(number)));
  return copy;
}

function asPruned(record: TrialRecord): TrialRecord {
  const value = record.reports?.values.at(-1);
  const hasValue = value !== undefined && !Number.isNaN(value);
  return { ...record, state: 'pruned', ...(hasValue && { values: [value] }) };
}
