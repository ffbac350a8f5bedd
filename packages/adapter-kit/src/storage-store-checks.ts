import {
  float,
  int,
  space,
  categorical,
  choice,
  openStudy,
  type Storage,
  type StudyStore,
  type TrialRecord,
} from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';
import {
  completed,
  ensureRefused,
  headerOf,
  released,
  rowOf,
  sortedText,
  SPACE,
  start,
} from './storage-support.ts';

/** A study of two processes: `store` has created it, `other` has opened it. */
interface Pair {
  readonly store: StudyStore;
  readonly other: StudyStore;
  readonly storage: Storage;
  readonly reopened: Storage;
}

/** What holds for the stores of a study: `StudyStore`, call by call. */
export function storeChecks(
  make: () => Storage | Promise<Storage>,
  reopen: (storage: Storage) => Storage | Promise<Storage>,
  growth: boolean,
): Check[] {
  const checks: Check[] = [];
  const add = (name: string, run: (pair: Pair) => Promise<void>): void =>
    void checks.push({
      name,
      run: async () => {
        const storage = await make();
        const store = await storage.create(headerOf('s'));
        const reopened = await reopen(storage);
        const other = await reopened.open('s');
        await run({ store, other, storage, reopened });
        await store.close();
        await other.close();
      },
    });

  add('gives news once, and never what a store wrote itself', async ({ store, other }) => {
    const first = await start(store);
    ensureEqual(await store.pull(), [], 'its own news');
    ensureEqual(numbers(await other.pull()), [0], 'the news');
    ensureEqual(await other.pull(), [], 'the news once more');
    await other.tell(completed(first, 1));
    await other.add({ state: 'waiting', row: rowOf(1), attempt: 0 });
    ensureEqual(await other.pull(), [], 'its own news');
    ensureEqual(
      (await store.pull()).map(({ number, state }) => [number, state]),
      [
        [0, 'complete'],
        [1, 'waiting'],
      ],
      'the news of others',
    );
  });

  add(
    'gives finished trials in the order in which they finished, then the others',
    async ({ store, other, reopened }) => {
      const records: TrialRecord[] = [];
      for (let i = 0; i < 5; i++) records.push(await start(store));
      const end = async (number: number, by: StudyStore): Promise<void> =>
        // One time for all: the clock does not decide.
        by.tell({ ...completed(records[number] as TrialRecord, number), finishedAt: 1e12 });
      await end(3, store);
      await other.pull();
      await end(0, other);
      await end(4, store);
      await end(2, other);
      const fresh = await reopened.open('s');
      ensureEqual(numbers(await fresh.pull()), [3, 0, 4, 2, 1], 'all trials');
      ensureEqual(numbers(await other.pull()), [4], 'the news');
      await fresh.close();
    },
  );

  add('gives the news to ask, with the trial to start', async ({ store, other }) => {
    await other.add({ state: 'waiting', row: rowOf(0), attempt: 0 });
    await other.add({ state: 'waiting', row: rowOf(1), attempt: 0, attributes: { a: 1 } });
    let seen: unknown;
    await store.ask((news, { number, waiting }) => {
      seen = [numbers(news), number, waiting?.state];
      return null;
    });
    ensureEqual(seen, [[0, 1], 0, 'waiting'], 'the news and the slot');
    ensureEqual((await start(store)).number, 0, 'the first trial');
    const second = await start(store);
    ensureEqual([second.number, second.attributes], [1, { a: 1 }], 'the second trial');
    ensureEqual((await start(store)).number, 2, 'a new trial');
  });

  add('writes nothing when nothing is proposed', async ({ store, other }) => {
    ensureEqual(await store.ask(() => null), null, 'what ask returns');
    const failed = await store
      .ask(() => {
        throw new RangeError('on purpose');
      })
      .catch((error: unknown) => error);
    ensure(failed instanceof RangeError, () => `ask: expected the error of propose, got ${String(failed)}`);
    ensureEqual(await other.pull(), [], 'the trials');
    ensureEqual((await start(store)).number, 0, 'the first trial');
  });

  add('shows a report to others at once', async ({ store, other }) => {
    const record = { ...(await start(store)), reports: { steps: [3], values: [0.5] } };
    await store.report(record, 3);
    ensureEqual((await other.pull())[0]?.reports, record.reports, 'the reports');
  });

  add('takes a call that is repeated because its answer was lost', async ({ store, other }) => {
    const running = await start(store);
    const reported = { ...running, reports: { steps: [0], values: [1] } };
    await store.report(reported, 0);
    await store.report(reported, 0);
    const again = { ...running, attempt: 2 };
    await store.report(again);
    await store.report(again);
    const ended = completed({ ...again, reports: { steps: [0], values: [4] } }, 5);
    await store.report({ ...again, reports: { steps: [0], values: [4] } }, 0);
    await store.tell(ended);
    await store.tell(ended);
    await ensureRefused(store.tell({ ...ended, values: [6] }), 'trial_state', 'another result');
    const second = await start(store);
    await store.release(released(second));
    await store.release(released(second));
    const [first, waiting] = await other.pull();
    ensureEqual(
      [first?.values, first?.attempt, first?.reports],
      [[5], 2, { steps: [0], values: [4] }],
      'the finished trial',
    );
    ensureEqual([waiting?.state, waiting?.attempt], ['waiting', 1], 'the released trial');
    ensureEqual((await start(other)).attempt, 2, 'the attempt that runs next');
  });

  add(
    'keeps what a trial that is put back reported, if it shall, until it begins anew',
    async ({ store, other }) => {
      const running = await start(store);
      const reports = { steps: [0, 2], values: [1, 4], metrics: { m: { steps: [2], values: [8] } } };
      await store.report({ ...running, reports: { steps: [0], values: [1] } }, 0);
      await store.report({ ...running, reports }, 2);
      const paused = { ...released(running), reports };
      await store.release(paused);
      await store.release(paused);
      const [waiting] = await other.pull();
      ensureEqual([waiting?.state, waiting?.reports], ['waiting', reports], 'the waiting trial');
      const again = await other.ask((_, slot) => ({
        ...(slot.waiting as TrialRecord),
        state: 'running',
        attempt: 2,
        startedAt: 2,
      }));
      ensureEqual(again?.reports, reports, 'the trial that goes on');
      const [seen] = await store.pull();
      ensureEqual(
        [seen?.attempt, seen?.reports],
        [2, reports],
        'the trial that goes on, as the other store sees it',
      );
      await other.release({ ...released(again as TrialRecord), reports });
      await store.pull();
      await store.ask((_, slot) => {
        const { reports: __, ...rest } = slot.waiting as TrialRecord;
        return { ...rest, state: 'running', attempt: 3, startedAt: 3 };
      });
      const [anew] = await other.pull();
      ensureEqual([anew?.attempt, anew?.reports ?? null], [3, null], 'the trial that began anew');
    },
  );

  add('refuses what an earlier attempt sends', async ({ store, other }) => {
    const stale = await start(store);
    await store.release(released(stale));
    await ensureRefused(store.tell(completed(stale, 1)), 'stale_trial', 'a result while the trial waits');
    const running = await start(other);
    ensureEqual([running.number, running.attempt], [0, 2], 'the new attempt');
    await ensureRefused(store.tell(completed(stale, 1)), 'stale_trial', 'a result');
    await ensureRefused(store.release(released(stale)), 'stale_trial', 'a release');
    await ensureRefused(
      store.report({ ...stale, reports: { steps: [0], values: [1] } }, 0),
      'stale_trial',
      'a report',
    );
    await other.tell(completed(running, 2));
    await ensureRefused(store.tell(completed(stale, 1)), 'stale_trial', 'a result after the end');
    await store.pull();
    ensureEqual(await other.pull(), [], 'what the other store sees of this');
  });

  add('a new attempt forgets what the one before reported', async ({ store, other }) => {
    const running = await start(store);
    await store.report(
      { ...running, reports: { steps: [0], values: [1], metrics: { m: { steps: [0], values: [2] } } } },
      0,
    );
    await store.report({ ...running, attempt: 2 });
    const [record] = await other.pull();
    ensureEqual([record?.attempt, record?.reports ?? null], [2, null], 'the attempt and the reports');
  });

  add('keeps with the result what reports could not be kept before', async ({ store, other }) => {
    const running = await start(store);
    const reports = {
      steps: [0, 1, 2],
      values: [3, 2, 1],
      metrics: { m: { steps: [1], values: [0.5] } },
    };
    await store.report({ ...running, reports: { steps: [0], values: [3] } }, 0);
    await store.tell(completed({ ...running, reports }, 0), [1, 2]);
    ensureEqual((await other.pull())[0]?.reports, reports, 'the reports');
  });

  add('sets attributes of a trial in any state', async ({ store, other }) => {
    const first = await start(store);
    await store.tell(completed(first, 1));
    await start(store);
    await store.add({ state: 'waiting', row: rowOf(2), attempt: 0 });
    await other.pull();
    for (let trial = 0; trial < 3; trial++) await store.setAttributes({ note: `trial ${trial}` }, trial);
    await store.setAttributes({ note: 'again' }, 0);
    const news = (await other.pull()).toSorted((a, b) => a.number - b.number);
    ensureEqual(
      news.map(({ number, attributes }) => [number, attributes]),
      [
        [0, { note: 'again' }],
        [1, { note: 'trial 1' }],
        [2, { note: 'trial 2' }],
      ],
      'the attributes',
    );
  });

  add('begins a study with the trials that it is given', async ({ storage, reopened }) => {
    const running: TrialRecord = { number: 0, state: 'running', row: rowOf(0), attempt: 1, startedAt: 1 };
    const records: TrialRecord[] = [
      completed({ ...running, number: 2, row: rowOf(2) }, 2),
      { ...running, number: 0, state: 'failed', failure: { name: 'E', message: 'm' }, finishedAt: 5 },
      { ...running, number: 1, state: 'waiting', row: rowOf(1), attempt: 3 },
    ];
    const store = await storage.create({ ...headerOf('whole'), seed: 77 }, records);
    for (const one of [store, await reopened.open('whole')]) {
      ensureEqual(
        (await one.pull()).map(({ number, state, attempt, row }) => [number, state, attempt, row]),
        records.map(({ number, state, attempt, row }) => [number, state, attempt, row]),
        'the trials',
      );
    }
    const next = await start(store);
    ensureEqual([next.number, next.attempt], [1, 4], 'the next trial');
    ensureEqual((await start(store)).number, 3, 'the trial after it');
  });

  add('can be closed more than once', async ({ store }) => {
    await store.close();
    await store.close();
  });

  if (!growth) return checks;
  const wider = space({
    c: choice({ z: {}, b: { q: categorical(['v', 'w', 'u']) }, a: { p: float(0, 2) } }),
    y: int(1, 3, { default: 2 }),
    x: float(-9, 9),
    n: int(0, 20),
  });
  add('gives earlier trials in the numbers of a space that has grown', async ({ store, other, reopened }) => {
    const configurations = [
      { x: 0.5, n: 3, c: { type: 'a', p: 0.25 } },
      { x: -5, n: 9, c: { type: 'b', q: 'u' } },
    ] as const;
    const [first, second] = [SPACE.encode(configurations[0]), SPACE.encode(configurations[1])];
    const running = await other.ask((_, { number }) => ({
      number,
      state: 'running',
      row: first,
      attempt: 1,
    }));
    await other.add({ state: 'waiting', row: second, attempt: 0 });
    await store.setSpace?.(wider.toJSON());
    const rows = (await store.pull()).toSorted((a, b) => a.number - b.number).map(({ row }) => row);
    const ensureConfigurations = (found: readonly Float64Array[], what: string): void =>
      ensureEqual(
        found.map((row) => sortedText(wider.decode(row))),
        configurations.map(sortedText),
        what,
      );
    ensureConfigurations(rows, 'the configurations');
    ensureEqual(sortedText(store.header.space), sortedText(wider.toJSON()), 'the space of the header');
    const added = wider.leaves.findIndex(({ name }) => name === 'y');
    ensureEqual(
      rows.map((row) => row[added]),
      [Number.NaN, Number.NaN],
      'the numbers of a new parameter',
    );
    const keptSpace = async (): Promise<string> => sortedText((await reopened.open('s')).header.space);
    ensureEqual(await keptSpace(), sortedText(SPACE.toJSON()), 'the space before a trial of the new one');
    await other.pull();
    const row = wider.encode({ x: 7, n: 20, y: 3, c: { type: 'z' } });
    await store.add({ state: 'waiting', row, attempt: 0 });
    ensureEqual(await keptSpace(), sortedText(wider.toJSON()), 'the space');
    const all = await (await reopened.open('s')).pull();
    const kept = all.toSorted((a, b) => a.number - b.number).map((record) => record.row);
    ensureConfigurations(kept.slice(0, 2), 'the configurations once it has grown');
    ensureEqual(kept[2], row, 'the row of the new space');
    // The other store has its space from before.
    await ensureRefused(other.pull(), 'study_mismatch', 'pull of a store that is out of date');
    await ensureRefused(start(other), 'study_mismatch', 'ask of a store that is out of date');
    await ensureRefused(
      other.add({ state: 'waiting', row: rowOf(1), attempt: 0 }),
      'study_mismatch',
      'add of such a store',
    );
    await other.tell(completed(running as TrialRecord, 7));
    const told = (await store.pull()).find(({ number }) => number === 0);
    ensureEqual([told?.values, told?.row], [[7], rows[0]], 'the trial that ended afterwards');
  });

  add('lets one of two processes replace a space, and both go on', async ({ store, other, storage }) => {
    await store.tell(completed(await start(store), 1));
    const twin = await storage.open('s');
    const row = wider.encode({ x: 7, n: 20, y: 3, c: { type: 'z' } });
    await store.setSpace?.(wider.toJSON());
    await twin.setSpace?.(wider.toJSON());
    await store.add({ state: 'waiting', row, attempt: 0 });
    // The very same space.
    const started = await start(twin);
    ensureEqual(started.row, row, 'what the other one starts');
    await twin.tell(completed(started, 2));
    await ensureRefused(
      other.setSpace?.(wider.toJSON()) ?? Promise.resolve(),
      'study_mismatch',
      'the second setSpace',
    );
    const study = await openStudy({ storage, name: 's', space: wider });
    ensureEqual(study.trials[0]?.params.y, 2, 'the default of the new parameter');
    await study.optimize(({ x }) => x, { trials: 4 });
    ensureEqual(study.progress.finishedCount, 4, 'the finished trials');
  });
  return checks;
}

function numbers(records: readonly TrialRecord[]): number[] {
  return records.map(({ number }) => number);
}
