import { setTimeout as sleep } from 'node:timers/promises';

import { createStudy, float, openStudy, random, space } from '@tunable/core';
import {
  dismissWorkers,
  IMPATIENT,
  outcomeOf,
  startWorker,
  type Plan,
  type Site,
  type Worker,
} from '@tunable/rdb/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../fixtures/database.ts';
import { startProxy } from '../fixtures/proxy.ts';
import { startServer, type TestServer } from '../fixtures/server.ts';
import { postgres } from '../postgres.ts';

let server: TestServer;

beforeAll(async () => {
  // With its default durability, unlike the server that other tests share.
  if (absent === undefined) server = (await startServer()) as TestServer;
});
afterAll(async () => {
  dismissWorkers();
  await server?.close();
});

/** A study in a schema of its own, and what workers are told of it. */
function plan(schema: string, url: string = server.url, options: object = IMPATIENT): [Site, Plan] {
  const all = { ...options, schema };
  const storage = { module: '@tunable/postgres', place: url, options: all } as const;
  return [
    { storage, open: () => postgres(server.url, all) },
    { storage, study: 'shared', trials: 8 },
  ];
}

function acknowledges({ events }: Worker, number: number): boolean {
  return events.some((event) => event.event === 'acknowledged' && event.number === number);
}

describe.skipIf(absent !== undefined)('when the server fails, or the way to it', () => {
  it('a server that crashes and recovers under load loses nothing that was acknowledged', async () => {
    const [site, task] = plan('crash');
    const crew = Array.from({ length: 4 }, () => startWorker({ ...task, trials: 120, pauseMs: 20 }));
    await Promise.all(crew.map((worker) => worker.until('acknowledged')));
    for (let crash = 0; crash < 2; crash++) {
      await server.command('restart');
      await sleep(300);
    }
    const outcome = await outcomeOf(site, task, crew);
    expect(outcome.complete).toBe(120);
  }, 60_000);

  it('a result that a worker has while the server is away is kept until it is back', async () => {
    const [site, task] = plan('away', server.url, {});
    const worker = startWorker({ ...task, hangAt: 3 });
    await worker.until('hanging');
    await server.command('stop');
    worker.goOn();
    await sleep(500);
    await server.command('start');
    const outcome = await outcomeOf(site, task, [worker]);
    expect([outcome.complete, outcome.attempts]).toEqual([8, [1, 1, 1, 1, 1, 1, 1, 1]]);
  }, 60_000);

  it('a worker that is cut off for longer than its lease is refused, and goes on', async () => {
    const proxy = await startProxy(server.url);
    try {
      const [site, direct] = plan('cut');
      const [, remote] = plan('cut', proxy.url);
      const cutOff = startWorker({ ...remote, trials: 10, hangAt: 2 });
      const { number } = await cutOff.until('hanging');
      await proxy.cut();
      const other = startWorker(direct);
      await other.gone;
      expect(other.events.at(-1)?.event).toBe('ended');
      cutOff.goOn();
      await sleep(200);
      await proxy.mend();
      const outcome = await outcomeOf(site, direct, [cutOff], [other.events]);
      expect([outcome.complete, outcome.attempts[number]]).toEqual([10, 2]);
      expect(acknowledges(cutOff, number)).toBe(false);
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('what was committed while the connection broke is done once', async () => {
    const proxy = await startProxy(server.url);
    try {
      const options = { schema: 'unanswered' };
      const storage = postgres(proxy.url, options);
      await storage.list();
      const breaking = <T>(work: () => Promise<T>): Promise<T> => {
        proxy.loseAnswerTo('COMMIT');
        return work();
      };
      const study = await breaking(() =>
        createStudy({ name: 'once', storage, space: space({ x: float(0, 1) }), optimizer: random() }),
      );
      await breaking(() => study.enqueue({ x: 0.5 }));
      const [first, second] = [await breaking(() => study.ask()), await breaking(() => study.ask())];
      await breaking(() => first.report(0, 1));
      await breaking(() => study.tell(first, 1));
      await breaking(() => study.tell(second, 2));
      await breaking(() => study.setAttribute('a', 1));
      expect(proxy.answersLost).toBe(8);
      const same = await openStudy({ name: 'once', storage: postgres(server.url, options) });
      expect(same.attributes).toEqual({ a: 1 });
      expect(same.trials.map(({ number, state, value, by }) => ({ number, state, value, by }))).toEqual([
        { number: 0, state: 'complete', value: 1, by: 'enqueued' },
        { number: 1, state: 'complete', value: 2, by: 'random' },
      ]);
      expect(same.history.record(0).attempt).toBe(1);
      expect(same.waitingCount).toBe(0);
      await Promise.all([study.close(), same.close()]);
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('a network that swallows everything for longer than the lease does no harm either', async () => {
    const proxy = await startProxy(server.url);
    try {
      const [site, direct] = plan('swallowed');
      const [, remote] = plan('swallowed', proxy.url);
      const cutOff = startWorker({ ...remote, trials: 10, hangAt: 2 });
      const { number } = await cutOff.until('hanging');
      proxy.freeze();
      cutOff.goOn();
      const other = startWorker(direct);
      await other.gone;
      expect(other.events.at(-1)?.event).toBe('ended');
      proxy.thaw();
      const outcome = await outcomeOf(site, direct, [cutOff], [other.events]);
      expect([outcome.complete, outcome.attempts[number]]).toEqual([10, 2]);
      expect(acknowledges(cutOff, number)).toBe(false);
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('a server that stays away ends the run with a clear error, and the study can go on later', async () => {
    const [site, task] = plan('gone', server.url, { retryMs: 500 });
    const worker = startWorker({ ...task, hangAt: 2 });
    await worker.until('hanging');
    await server.command('stop');
    worker.goOn();
    const events = await worker.gone;
    expect(events.at(-1)).toMatchObject({
      event: 'failed',
      name: 'StorageError',
      code: 'storage',
      message: expect.stringMatching(/cannot reach PostgreSQL at 127\.0\.0\.1:\d+\/postgres/) as unknown,
    });
    await server.command('start');
    await createStudy({ name: 'another', storage: site.open(), space: space({ x: float(0, 1) }) });
    expect((await site.open().list()).map(({ name }) => name)).toEqual(['shared', 'another']);
  }, 60_000);

  it('a request to stop reaches a worker whose next heartbeat is far away', async () => {
    const [site, task] = plan('stop', server.url, { leaseMs: 4_000_000, heartbeatMs: 1_000_000 });
    const worker = startWorker({ ...task, trials: 1_000_000, pauseMs: 20 });
    await worker.until('acknowledged');
    const study = await site.open().open('shared');
    await study.request?.({ stop: true });
    await study.close();
    expect((await worker.until('ended')).reason).toMatch(/stop/);
    await outcomeOf(site, task, [worker]);
  }, 60_000);
});
