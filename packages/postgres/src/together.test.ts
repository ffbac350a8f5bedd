import { setTimeout as sleep } from 'node:timers/promises';

import { createStudy, float, space, type StudyStore, type TrialRecord } from '@tunable/core';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { absent, execute, freshDatabase } from './fixtures/database.ts';
import { postgres } from './postgres.ts';

/** A study without trials. */
async function emptyStudy(): Promise<string> {
  const url = await freshDatabase();
  await (await createStudy({ name: 's', space: space({ x: float(0, 1) }), storage: postgres(url) })).close();
  return url;
}

async function start(store: StudyStore): Promise<TrialRecord> {
  await store.pull();
  return (await store.ask((_, { number }) => ({
    number,
    state: 'running',
    row: Float64Array.of(0.5),
    attempt: 1,
    startedAt: 1,
  }))) as TrialRecord;
}

const completed = (record: TrialRecord): TrialRecord => ({
  ...record,
  state: 'complete',
  values: [record.number],
  reports: { steps: [], values: [], metrics: { loss: { steps: [0], values: [1] } } },
  finishedAt: 2,
});

const orderOf = (records: readonly TrialRecord[]): number[] =>
  records.filter(({ state }) => state === 'complete').map(({ number }) => number);

/** Gives the first trial a report that goes when it is told, last of all. */
async function addReport(url: string): Promise<void> {
  await execute(
    url,
    `INSERT INTO tunable_reports (trial_id, series, step, value, value_type)
      SELECT MIN(trial_id), 'metric:loss', 0, 1, 'FINITE' FROM trials`,
  );
}

/** Waits until `n` statements wait for locks. */
async function waitForLocks(url: string, n: number): Promise<void> {
  for (;;) {
    const rows = await execute(
      url,
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (rows.length >= n) return;
    await sleep(20);
  }
}

describe.skipIf(absent !== undefined)('workers at one study', () => {
  it('learn of finished trials in one order, whoever commits first', async () => {
    const url = await emptyStudy();
    const open = (): Promise<StudyStore> => postgres(url).open('s');
    const [slow, quick, looking] = await Promise.all([open(), open(), open()]);
    const [first, second] = [await start(slow), await start(quick)];
    await looking.pull();
    await addReport(url);
    const other = new Client(url);
    await other.connect();
    try {
      // The first trial has its place once its worker comes to the end of its transaction, and waits there.
      await other.query('BEGIN');
      await other.query('SELECT 1 FROM tunable_reports FOR UPDATE');
      const telling = [slow.tell(completed(first))];
      await waitForLocks(url, 1);
      telling.push(quick.tell(completed(second)));
      await Promise.race([telling[1], waitForLocks(url, 2)]);
      const learnt = orderOf(await looking.pull());
      await other.query('COMMIT');
      await Promise.all(telling);
      learnt.push(...orderOf(await looking.pull()));
      const late = await open();
      expect(learnt).toEqual(orderOf(await late.pull()));
      expect(learnt).toHaveLength(2);
      await Promise.all([slow, quick, looking, late].map((store) => store.close()));
    } finally {
      await other.end();
    }
  });

  it('end a trial, or hear that the study is gone, while somebody deletes it', async () => {
    const url = await emptyStudy();
    const storage = postgres(url);
    const [first, second] = [await storage.open('s'), await postgres(url).open('s')];
    const [told, late] = [await start(first), await start(second)];
    await addReport(url);
    const other = new Client(url);
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT 1 FROM tunable_reports FOR UPDATE');
      const telling = first.tell(completed(told));
      await waitForLocks(url, 1);
      const deleting = storage.delete('s');
      await waitForLocks(url, 2);
      await other.query('COMMIT');
      await Promise.all([telling, deleting]);
    } finally {
      await other.end();
    }
    expect(await execute(url, 'SELECT 1 FROM trials')).toEqual([]);
    await expect(second.tell(completed(late))).rejects.toMatchObject({ code: 'study_not_found' });
    await Promise.all([first.close(), second.close()]);
  });
});
