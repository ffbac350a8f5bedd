import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { createStudy, grid, int, openStudy, space, type Storage } from '@tunable/core';

import { startWorker, type Worker } from './crew.ts';
import { POINTS, type Plan, type WorkerEvent } from './plan.ts';
import { verify, type Outcome } from './verify.ts';

/** A place for studies that several processes share. */
export interface Site {
  /** As workers are told of it. */
  readonly storage: Plan['storage'];
  /** The storage in this process. */
  open(): Storage;
}

/** A rule, as a sentence, with the experiment that shows it. */
export interface Proof {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The options of a storage with which a dead worker is noticed soon. */
export const IMPATIENT = { leaseMs: 1500, heartbeatMs: 300 } as const;

/**
 * What must hold of any storage that processes share, shown with processes that are really killed and suspended.
 *
 * @param makeSite makes an empty place; given the options that its storage is to have.
 * @param workers how many share the large study.
 */
export function proofs(
  makeSite: (options: NonNullable<Plan['storage']['options']>) => Promise<Site>,
  workers: number,
): readonly Proof[] {
  const list: Proof[] = [];
  const add = (
    name: string,
    run: (site: Site, plan: Plan) => Promise<void>,
    options: NonNullable<Plan['storage']['options']> = IMPATIENT,
  ): void =>
    void list.push({
      name,
      run: async () => {
        const site = await makeSite(options);
        await run(site, { storage: site.storage, study: 'shared', trials: 6 });
      },
    });

  add(
    `${workers} workers share a study of ${POINTS} trials: every number, point and enqueued trial once`,
    async (site, plan) => {
      const study = await createStudy({
        name: plan.study,
        storage: site.open(),
        space: space({ a: int(0, 24), b: int(0, 19) }),
        seed: 1,
        optimizer: grid(),
      });
      const enqueued = Array.from({ length: 10 }, (_, i) => ({ a: 2 * i, b: i }));
      for (const point of enqueued) await study.enqueue(point);
      await study.close();
      const crew = Array.from({ length: workers }, () =>
        startWorker({ ...plan, trials: POINTS, optimizer: 'grid' }),
      );
      const outcome = await outcomeOf(site, plan, crew);
      assert.equal(outcome.complete, POINTS);
      assert.equal(new Set(outcome.points).size, POINTS);
      assert.deepEqual(
        outcome.points.slice(0, 10).toSorted(),
        enqueued.map(({ a, b }) => `${a},${b}`).toSorted(),
      );
      assert.deepEqual(
        outcome.by.map((by) => by === 'enqueued'),
        outcome.points.map((_, number) => number < 10),
      );
      assert.deepEqual(new Set(outcome.attempts), new Set([1]));
      for (const { events } of crew) assert.equal(events.at(-1)?.event, 'ended');
    },
    {},
  );

  add('two processes that create a study at once share it', async (site, plan) => {
    const crew = [1, 2].map(() => startWorker({ ...plan, trials: 20, pauseMs: 20 }));
    const outcome = await outcomeOf(site, plan, crew);
    assert.equal(outcome.complete, 20);
    assert.deepEqual(
      (await site.open().list()).map(({ name }) => name),
      [plan.study],
    );
  });

  add(
    'a trial whose worker is killed is run again; the study does not need the process that created it',
    async (site, plan) => {
      const killed = startWorker({ ...plan, hangAt: 2 });
      const { number } = await killed.until('hanging');
      killed.signal('SIGKILL');
      await killed.gone;
      const outcome = await outcomeOf(site, plan, [startWorker(plan)], [killed.events]);
      assert.equal(outcome.complete, plan.trials);
      assert.deepEqual(outcome.attempts, [1, 1, 1, 1, 1, 1].with(number, 2));
    },
  );

  for (const moment of ['before', 'during', 'after'] as const) {
    add(
      `a worker that is killed ${moment === 'during' ? 'while it writes' : `${moment} it has written`} a result leaves one result`,
      async (site, plan) => {
        const killed = startWorker({ ...plan, dieAt: { trial: 2, moment } });
        await killed.gone;
        assert.equal(killed.events.filter(({ event }) => event === 'acknowledged').length, 2);
        const outcome = await outcomeOf(site, plan, [startWorker(plan)], [killed.events]);
        assert.equal(outcome.complete, plan.trials);
        const attempts = outcome.attempts[2] as number;
        assert.deepEqual(outcome.attempts, [1, 1, attempts, 1, 1, 1]);
        if (moment !== 'during') assert.equal(attempts, moment === 'before' ? 2 : 1);
      },
    );
  }

  add('a worker that sleeps past its lease is refused when it wakes, and goes on', async (site, plan) => {
    const sleeper = startWorker({ ...plan, trials: 8, hangAt: 1 });
    const { number } = await sleeper.until('hanging');
    sleeper.signal('SIGSTOP');
    const other = startWorker(plan);
    await other.gone;
    assert.equal(other.events.at(-1)?.event, 'ended');
    sleeper.signal('SIGCONT');
    sleeper.goOn();
    const outcome = await outcomeOf(site, plan, [sleeper], [other.events]);
    assert.equal(outcome.complete, 8);
    assert.deepEqual(outcome.attempts, [1, 1, 1, 1, 1, 1, 1, 1].with(number, 2));
    assert.ok(!sleeper.events.some((event) => event.event === 'acknowledged' && event.number === number));
    assert.ok(other.events.some((event) => event.event === 'acknowledged' && event.number === number));
    assert.equal(sleeper.events.at(-1)?.event, 'ended');
  });

  add(
    'a trial that takes its workers with it fails in the end, and the study goes on',
    async (site, plan) => {
      const dead: (readonly WorkerEvent[])[] = [];
      for (let attempt = 1; attempt <= 2; attempt++) {
        const killed = startWorker({ ...plan, hangAt: 0 });
        assert.equal((await killed.until('hanging')).number, 0);
        killed.signal('SIGKILL');
        dead.push(await killed.gone);
        await sleep(IMPATIENT.leaseMs + 100);
      }
      const outcome = await outcomeOf(site, plan, [startWorker(plan)], dead);
      assert.equal(outcome.complete, plan.trials - 1);
      const study = await openStudy({ name: plan.study, storage: site.open() });
      const [first] = study.trials;
      assert.equal(first?.state, 'failed');
      assert.equal(first.failure?.name, 'LostTrialError');
      await study.close();
    },
    { ...IMPATIENT, maxAttempts: 2 },
  );
  return list;
}

/** What the study holds once these workers are through, and those others had their part in it. */
export async function outcomeOf(
  site: Site,
  plan: Plan,
  crew: readonly Worker[],
  others: readonly (readonly WorkerEvent[])[] = [],
): Promise<Outcome> {
  const events = await Promise.all(crew.map(({ gone }) => gone));
  const outcome = await verify(site.open(), plan.study, [...events, ...others]);
  const failures = events.flat().filter(({ event }) => event === 'failed');
  assert.deepEqual({ failures, faults: outcome.faults }, { failures: [], faults: [] });
  return outcome;
}
