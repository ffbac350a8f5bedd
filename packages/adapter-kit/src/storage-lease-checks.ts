import { openStudy, type Heartbeat, type Storage, type StudyStore, type TrialRecord } from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';
import {
  completed,
  ensureRefused,
  headerOf,
  released,
  start,
  type LeaseSettings,
} from './storage-support.ts';

/** Long enough that a busy machine does not miss it, short enough to wait for. */
const SETTINGS: LeaseSettings = { leaseMs: 800, heartbeatMs: 200, maxAttempts: 2 };

/** What holds for leases and requests: trials whose worker is lost are run again, and workers hear what others want. */
export function leaseChecks(
  make: (settings: LeaseSettings) => Storage | Promise<Storage>,
  reopen: (storage: Storage) => Storage | Promise<Storage>,
): Check[] {
  const checks: Check[] = [];
  const add = (
    name: string,
    run: (store: StudyStore, other: StudyStore, reopened: Storage) => Promise<void>,
  ): void =>
    void checks.push({
      name,
      run: async () => {
        const storage = await make(SETTINGS);
        const store = await storage.create(headerOf('s'));
        const reopened = await reopen(storage);
        const other = await reopened.open('s');
        ensureEqual(
          [store.heartbeatMs, other.heartbeatMs],
          [SETTINGS.heartbeatMs, SETTINGS.heartbeatMs],
          'heartbeatMs',
        );
        await run(store, other, reopened);
        await store.close();
        await other.close();
      },
    });

  add('gives a trial whose lease has run out to somebody else', async (store, other) => {
    const lost = await start(store);
    await store.report({ ...lost, reports: { steps: [0], values: [1] } }, 0);
    await sleep(1.5 * SETTINGS.leaseMs);
    let seen: unknown;
    const next = await other.ask((news, { waiting }) => {
      const record = news.find(({ number }) => number === lost.number);
      seen = [record?.state, record?.attempt, record?.reports ?? null, waiting?.number, waiting?.row];
      return waiting === undefined
        ? null
        : { ...waiting, state: 'running', attempt: waiting.attempt + 1, startedAt: 1 };
    });
    ensureEqual(seen, ['waiting', 1, null, 0, lost.row], 'the news of the lost trial');
    ensureEqual([next?.number, next?.attempt], [0, 2], 'the trial that runs again');
    ensureEqual(
      await beat(store, [lost]),
      { lost: [0], prune: [], stops: 0, others: 1 },
      'the answer to the old worker',
    );
    await ensureRefused(store.tell(completed(lost, 1)), 'stale_trial', 'the result of the old worker');
    await other.tell(completed(next as TrialRecord, 2));
    ensureEqual((await store.pull())[0]?.values, [2], 'the result');
  });

  add('keeps what runs out even when nothing is proposed', async (store, other) => {
    await start(store);
    await sleep(1.5 * SETTINGS.leaseMs);
    await other.ask(() => null);
    ensureEqual(
      (await store.pull()).map(({ number, state }) => [number, state]),
      [[0, 'waiting']],
      'the news of the worker that was taken for lost',
    );
  });

  add('keeps a trial for as long as its lease is renewed', async (store, other) => {
    const [renewed, reported] = [await start(store), await start(store)];
    const steps: number[] = [];
    for (let i = 0; i < 8; i++) {
      await sleep(SETTINGS.heartbeatMs);
      ensureEqual((await beat(store, [renewed])).lost, [], 'what is lost');
      steps.push(i);
      await store.report({ ...reported, reports: { steps: [...steps], values: [...steps] } }, i);
    }
    ensureEqual((await start(other)).number, 2, 'the next trial');
    await store.tell(completed(renewed, 1));
    await store.tell(completed(reported, 1));
  });

  add('fails a trial that was lost too often', async (store, other) => {
    await start(store);
    await sleep(1.5 * SETTINGS.leaseMs);
    const second = await start(other);
    ensureEqual([second.number, second.attempt], [0, 2], 'the trial that runs again');
    await sleep(1.5 * SETTINGS.leaseMs);
    let seen: TrialRecord | undefined;
    await store.ask((news) => {
      seen = news.find(({ number }) => number === 0);
      return null;
    });
    ensureEqual(
      [seen?.state, seen?.attempt, seen?.failure?.name],
      ['failed', 2, 'LostTrialError'],
      'the news',
    );
    ensure(
      typeof seen?.finishedAt === 'number',
      () => `finishedAt of the failed trial: expected a time, got ${String(seen?.finishedAt)}`,
    );
    await ensureRefused(other.tell(completed(second, 1)), 'trial_state', 'a result afterwards');
    ensureEqual((await start(store)).number, 1, 'the next trial');
  });

  add('knows what becomes of the trials of a worker', async (store, other) => {
    const [ended, running, waiting] = [await start(store), await start(store), await start(store)];
    await store.tell(completed(ended, 1));
    await store.release(released(waiting));
    ensureEqual(
      await beat(store, [ended, running, waiting]),
      { lost: [0, 2], prune: [], stops: 0, others: 0 },
      'the answer',
    );
    ensureEqual((await beat(other, [])).others, 1, 'the trials that others run');
    const theirs = await start(other);
    ensureEqual([theirs.number, theirs.attempt], [2, 2], 'the trial released');
    ensureEqual((await beat(other, [theirs])).others, 1, 'the trials that others run');
    await store.tell(completed(running, 1));
    await other.tell(completed(theirs, 1));
    ensureEqual((await beat(store, [])).others, 0, 'the trials that others run');
  });

  add('counts trials of others whose lease has run out', async (store, other) => {
    await start(store);
    await sleep(1.5 * SETTINGS.leaseMs);
    ensureEqual((await beat(other, [])).others, 1, 'the trials that others run');
  });

  add('leaves leases as they are when it is closed', async (store, other) => {
    await start(store);
    await store.close();
    ensureEqual((await start(other)).number, 1, 'the trial that comes next at once');
    await sleep(1.5 * SETTINGS.leaseMs);
    const again = await start(other);
    ensureEqual(
      [again.number, again.attempt],
      [0, 2],
      'the trial that comes next when the lease has run out',
    );
  });

  add('passes on requests', async (store, other) => {
    const [first, second] = [await start(store), await start(store)];
    await other.request?.({ prune: 1 });
    ensureEqual(
      await beat(store, [first, second]),
      { lost: [], prune: [1], stops: 0, others: 0 },
      'the answer',
    );
    ensureEqual((await beat(store, [first])).prune, [], 'what to prune of another trial');
    await other.request?.({ stop: true });
    await store.request?.({ stop: true });
    ensureEqual(
      [(await beat(store, [])).stops, (await beat(other, [])).stops],
      [2, 2],
      'the number of stops',
    );
    await store.tell({ ...second, state: 'pruned', finishedAt: Date.now() });
    await store.tell(completed(first, 1));
  });

  add('passes a request to prune on to whoever runs the trial next', async (store, other) => {
    await start(store);
    await other.request?.({ prune: 0 });
    await sleep(1.5 * SETTINGS.leaseMs);
    const again = await start(other);
    ensureEqual((await beat(other, [again])).prune, [0], 'what to prune');
  });

  add('workers take over from one that is lost', async (store, _, reopened) => {
    await start(store);
    const studies = await Promise.all([1, 2].map(() => openStudy({ storage: reopened, name: 's' })));
    const results = await Promise.all(studies.map((study) => study.optimize(() => 1, { trials: 6 })));
    ensureEqual(
      results.reduce((sum, { finished }) => sum + finished, 0),
      6,
      'the trials finished',
    );
    for (const study of studies) {
      ensureEqual(
        study.trials.map(({ number, state, attempt }) => [number, state, attempt]),
        [0, 1, 2, 3, 4, 5].map((number) => [number, 'complete', number === 0 ? 2 : 1]),
        'the trials',
      );
      await study.close();
    }
  });
  return checks;
}

async function beat(store: StudyStore, trials: readonly TrialRecord[]): Promise<Heartbeat> {
  const reply = await store.beat?.(trials.map(({ number, attempt }) => ({ number, attempt })));
  ensure(reply !== undefined, () => 'beat: a storage with leases must have it');
  const { lost, prune, stops, others } = reply;
  return { lost: lost.toSorted((a, b) => a - b), prune, stops, others };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
