import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createStudy, deleteStudy, float, space, type StudyStore, type TrialRecord } from '@tunable/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sqlite } from './sqlite.ts';

const SPACE = space({ x: float(0, 1) });

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-again-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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
  values: [1],
  finishedAt: 2,
});

/** A study that is made again, under the same ids, while a worker has the one that was deleted open. */
async function madeAgain(): Promise<{ old: StudyStore; running: TrialRecord; fresh: StudyStore }> {
  const path = join(folder, `${count++}.db`);
  const create = async (): Promise<void> =>
    (await createStudy({ name: 's', space: SPACE, storage: sqlite(path) })).close();
  await create();
  const old = await sqlite(path).open('s');
  const running = await start(old);
  await deleteStudy(sqlite(path), 's');
  await create();
  const fresh = await sqlite(path).open('s');
  await start(fresh);
  return { old, running, fresh };
}

describe('a study that was deleted and made again', () => {
  it.each<[string, (old: StudyStore, running: TrialRecord) => Promise<unknown>]>([
    ['pull', (old) => old.pull()],
    ['ask', (old) => start(old)],
    ['add', (old, running) => old.add(completed(running))],
    ['report', (old, running) => old.report({ ...running, reports: { steps: [1], values: [1] } }, 1)],
    ['tell', (old, running) => old.tell(completed(running))],
    ['release', (old, running) => old.release({ ...running, state: 'waiting' })],
    ['setAttributes', (old) => old.setAttributes({ a: 1 })],
    ['setAttributes of a trial', (old, { number }) => old.setAttributes({ a: 1 }, number)],
    ['request', (old, { number }) => old.request?.({ prune: number }) as Promise<void>],
  ])('%s does nothing to it by who has the old one open', async (_, work) => {
    const { old, running, fresh } = await madeAgain();
    await expect(work(old, running)).rejects.toMatchObject({
      code: 'study_not_found',
      message: expect.stringMatching(/^the study 's' that was opened here has been deleted from .*open it$/),
    });
    const same = await sqlite(join(folder, `${count - 1}.db`)).open('s');
    expect(await same.pull()).toMatchObject([{ number: 0, state: 'running', attempt: 1 }]);
    expect(same.header.attributes).toEqual({});
    await fresh.tell(completed(running));
    expect(await same.pull()).toMatchObject([{ number: 0, state: 'complete' }]);
    await Promise.all([old, fresh, same].map((store) => store.close()));
  });

  it('has taken the trials with it that ran in the old one', async () => {
    const { old, running, fresh } = await madeAgain();
    expect(await old.beat?.([running])).toEqual({ lost: [0], prune: [], stops: 0, others: 0 });
    expect(await fresh.beat?.([running])).toEqual({ lost: [], prune: [], stops: 0, others: 0 });
    await Promise.all([old, fresh].map((store) => store.close()));
  });
});
