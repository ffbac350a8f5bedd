import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createStudy, float, openStudy, random, space, type Storage, type TrialRecord } from '@tunable/core';
import { rdbStorage, type Database } from '@tunable/rdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { change } from './fixtures/raw.ts';
import { libsqlEngine } from './libsql-engine.ts';
import { sqliteDatabase } from './sqlite-database.ts';

/** What happens to a transaction at its end, before it is run again. */
type Mishap = 'undone' | 'kept';

const LEASE = { heartbeatMs: 100, leaseMs: 200 };

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-repeated-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A storage whose next transaction that writes can be made to meet a mishap. */
function unlucky(maxAttempts = 3): { path: string; storage: Storage; next(mishap: Mishap): void } {
  const path = join(folder, `${count++}.db`);
  const database = sqliteDatabase({ path, load: libsqlEngine, busyTimeoutMs: 30_000 });
  let mishap: Mishap | undefined;
  const again = new Error('again');
  const transaction: Database['transaction'] = async (mode, work) => {
    const now = mode === 'read' ? undefined : mishap;
    if (now === undefined) return database.transaction(mode, work);
    mishap = undefined;
    const first = database.transaction(mode, async (connection) => {
      await work(connection);
      if (now === 'undone') throw again;
    });
    await first.catch((error: unknown) => {
      if (error !== again) throw error;
    });
    return database.transaction(mode, work);
  };
  const storage = rdbStorage({ ...database, transaction }, { ...LEASE, maxAttempts });
  return { path, storage, next: (one) => (mishap = one) };
}

const SPACE = space({ x: float(0, 1) });

describe('a transaction that was undone, and is run again', () => {
  it('finds trials that were lost for the last time once more', async () => {
    const { storage, next } = unlucky(1);
    await createStudy({ name: 's', storage, space: SPACE });
    const [dead, store] = [await storage.open('s'), await storage.open('s')];
    await store.pull();
    await dead.ask((_, { number }) => ({ number, state: 'running', row: Float64Array.of(0.5), attempt: 1 }));
    await store.pull();
    await sleep(2 * LEASE.leaseMs);
    next('undone');
    const seen: TrialRecord[] = [];
    await store.ask((news) => {
      seen.push(...news);
      return null;
    });
    expect(seen.map(({ state }) => state)).toEqual(['failed']);
    expect((await store.beat?.([]))?.others).toBe(0);
    expect((await (await storage.open('s')).pull()).map(({ state }) => state)).toEqual(['failed']);
  });

  it('enters the space of a study of Optuna that it has inferred', async () => {
    const { path, storage, next } = unlucky();
    const theirs = await createStudy({ name: 's', storage, space: space({ x: float(0, 1) }) });
    await theirs.addTrial({ x: 0.5 }, 0);
    await theirs.close();
    change(path, 'DELETE FROM tunable_studies; DELETE FROM tunable_trials; DELETE FROM tunable_results');
    const study = await openStudy({ name: 's', storage, optimizer: random() });
    next('undone');
    await study.addTrial({ x: 0.25 }, 1);
    await study.addTrial({ x: 0.75 }, 2);
    expect(study.trials.map(({ params, value }) => [params, value])).toEqual([
      [{ x: 0.5 }, 0],
      [{ x: 0.25 }, 1],
      [{ x: 0.75 }, 2],
    ]);
  });

  it.each(['undone', 'kept'] as const)('lets a space grow once (%s)', async (fate) => {
    const { storage, next } = unlucky();
    const small = await createStudy({ name: 's', storage, space: space({ x: float(0, 1) }), seed: 1 });
    await small.addTrial({ x: 0.5 }, 0);
    await small.enqueue({ x: 0.25 });
    await small.close();
    const wide = space({ y: float(0, 1, { default: 0.75 }), x: float(-1, 1) });
    const added = await openStudy({ name: 's', storage, space: wide });
    next(fate);
    await added.addTrial({ x: -0.5, y: 0 }, 1);
    await added.close();
    const wider = space({ x: float(-2, 2), y: float(0, 2, { default: 0.75 }) });
    const asked = await openStudy({ name: 's', storage, space: wider });
    next(fate);
    const trial = await asked.ask();
    await asked.tell(trial, 2);
    expect(trial.params.x).toBe(0.25);
    const again = await openStudy({ name: 's', storage, space: wider });
    for (const { trials } of [asked, again]) {
      expect(trials.map(({ params, value }) => [params, value])).toEqual([
        [{ x: 0.5, y: 0.75 }, 0],
        [trial.params, 2],
        [{ x: -0.5, y: 0 }, 1],
      ]);
    }
  });
});

describe('a transaction that was kept, and is run again as its answer was lost', () => {
  it('keeps each report once', async () => {
    const { storage, next } = unlucky();
    const study = await createStudy({
      name: 's',
      storage,
      space: SPACE,
      directions: ['minimize', 'minimize'],
    });
    const trial = await study.ask();
    next('kept');
    await trial.report(3, { values: [1, 2], metrics: { m: 4 } });
    const [record] = await (await storage.open('s')).pull();
    const series = { steps: [3], values: [4] };
    expect(record?.reports).toEqual({
      steps: [3],
      values: [1],
      furtherObjectives: [{ steps: [3], values: [2] }],
      metrics: { m: series },
    });
  });

  it('finds a study that it has deleted gone, as it should be', async () => {
    const { storage, next } = unlucky();
    for (const name of ['s', 't']) await (await createStudy({ name, storage, space: SPACE })).close();
    next('kept');
    await storage.delete('s');
    expect((await storage.list()).map(({ name }) => name)).toEqual(['t']);
    await expect(storage.delete('s')).rejects.toMatchObject({ code: 'study_not_found' });
  });
});
