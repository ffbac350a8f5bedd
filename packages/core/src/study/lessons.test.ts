import { expect, test } from 'vitest';

import { float } from '../hyperparameter/float.ts';
import { space } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import { STATE_CODES, TrialTable, type History } from './history.ts';
import { lessons } from './lessons.ts';

const reports = { steps: [0, 1], values: [5, 4] };

/** Finished in the order 2, 0, 1; trial 3 is paused, 4 runs, 5 waits. */
function table(): TrialTable {
  const made = new TrialTable(space({ x: float(0, 1) }), ['maximize']);
  const record = (number: number, rest: Partial<TrialRecord>): TrialRecord => ({
    number,
    state: 'running',
    row: Float64Array.of(number / 10),
    attempt: 1,
    ...rest,
  });
  for (let number = 0; number < 5; number++) made.upsert(record(number, number === 4 ? {} : { reports }));
  made.upsert(record(5, { state: 'waiting' }));
  made.upsert(record(2, { state: 'complete', values: [7], reports }));
  made.upsert(record(0, { state: 'pruned', values: [4], reports }));
  made.upsert(record(1, { state: 'failed' }));
  return made;
}

function finished(history: History): string[] {
  return history.finished.map((n) => `${n} ${history.record(n).state} ${history.losses(0)[n]}`);
}

test('shows paused trials as pruned ones, behind those that have finished', () => {
  const history = table();
  const copy = lessons(history, [3]);
  expect(finished(copy)).toEqual(['2 complete -7', '0 pruned -4', '1 failed NaN', '3 pruned -4']);
  expect(copy.running).toEqual([4]);
  expect(copy.states[5]).toBe(STATE_CODES.waiting);
  expect(Array.from(copy.column(0).slice(0, 5))).toEqual(Array.from(history.column(0).slice(0, 5)));
  expect(history.running).toEqual([3, 4]);
});

test('with forecasts, shows them as complete, and those without one not at all', () => {
  expect(finished(lessons(table(), [3], new Map([[3, -9]])))).toEqual([
    '2 complete -7',
    '1 failed NaN',
    '3 complete -9',
  ]);
  expect(finished(lessons(table(), [3], new Map([[0, -1]])))).toEqual([
    '2 complete -7',
    '0 complete -1',
    '1 failed NaN',
  ]);
});
