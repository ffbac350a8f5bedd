import {
  copyStudy,
  createStudy,
  float,
  memory,
  openStudy,
  space,
  type Storage,
  type TrialRecord,
} from '@tunable/core';
import { ensureEqual, type Check } from './check.ts';
import { leaseChecks } from './storage-lease-checks.ts';
import { storeChecks } from './storage-store-checks.ts';
import { ensureRefused, sortedText, SPACE, type StorageSupport } from './storage-support.ts';

/**
 * Checks that a storage keeps the contract of `Storage`.
 *
 * @param make makes an empty storage; called once per check.
 * @param support what the storage can do beyond the least. What it does not declare is left out.
 */
export function storageChecks(
  make: () => Storage | Promise<Storage>,
  support: StorageSupport = {},
): readonly Check[] {
  const { leases, reopen = (storage: Storage) => storage } = support;
  return [
    ...studyChecks(make, reopen),
    ...storeChecks(make, reopen, support.growth ?? true),
    ...(leases === undefined ? [] : leaseChecks(leases, reopen)),
  ];
}

/** What holds for studies that are kept in the storage. */
function studyChecks(
  make: () => Storage | Promise<Storage>,
  reopen: (storage: Storage) => Storage | Promise<Storage>,
): Check[] {
  const checks: Check[] = [];
  const add = (name: string, run: (storage: Storage) => Promise<void>): void =>
    void checks.push({ name, run: async () => run(await make()) });

  add('keeps the header of a study', async (storage) => {
    const study = await createStudy({
      space: SPACE,
      storage,
      name: "it's a 'név' \u{1F600}",
      seed: 2 ** 40 + 1,
      directions: ['minimize', 'maximize'],
      attributes: { tags: ['a', null, 1.5], nested: { ok: true } },
    });
    const same = await openStudy({ space: SPACE, storage: await reopen(storage), name: study.name });
    ensureEqual(
      [same.name, same.seed, same.directions, same.attributes],
      [study.name, study.seed, study.directions, study.attributes],
      'the header',
    );
    ensureEqual(
      (await storage.list()).map((header) => header.name),
      [study.name],
      'the list of studies',
    );
  });

  add('refuses a name that is taken, and one that is unknown', async (storage) => {
    await createStudy({ space: SPACE, storage, name: 'one' });
    await ensureRefused(
      createStudy({ space: SPACE, storage, name: 'one' }),
      'study_exists',
      'a second study',
    );
    await ensureRefused(openStudy({ storage, name: 'two' }), 'study_not_found', 'an unknown study');
    await ensureRefused(storage.delete('two'), 'study_not_found', 'deleting an unknown study');
    await storage.delete('one');
    ensureEqual(await storage.list(), [], 'the studies after deleting the only one');
    await createStudy({ space: SPACE, storage, name: 'one' });
  });

  add('keeps everything a trial knows, exactly', async (storage) => {
    const study = await createStudy({ space: SPACE, storage, name: 's', seed: 1 });
    await study.enqueue({ x: 0.1 + 0.2, n: 3 }, { attributes: { from: 'user' } });
    const values = [0.1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -1.7976931348623157e308];
    await study.optimize(
      async (_, trial) => {
        await trial.report(0, Number.NaN);
        await trial.report(5, Number.NEGATIVE_INFINITY);
        if (trial.number === 3) throw new RangeError('out of "memory"');
        return {
          value: values[trial.number] as number,
          constraints: [-1, 0.5],
          metrics: { f1: 1 / 3 },
          attributes: { text: 'ü\n', list: [1, null] },
          cost: 2.5,
        };
      },
      { trials: 5 },
    );
    const same = await openStudy({ space: SPACE, storage: await reopen(storage), name: 's' });
    for (let number = 0; number < 5; number++) {
      ensureEqual(
        withoutStack(same.history.record(number)),
        withoutStack(study.history.record(number)),
        `trial ${number}`,
      );
    }
  });

  add('a restart continues with the suggestion that would have come next', async (storage) => {
    const whole = await createStudy({ space: SPACE, storage: await make(), name: 's', seed: 4 });
    await whole.optimize(({ x, n }) => x * x + n, { trials: 20 });
    const first = await createStudy({ space: SPACE, storage, name: 's', seed: 4 });
    await first.optimize(({ x, n }) => x * x + n, { trials: 12 });
    await first.close();
    const second = await openStudy({ space: SPACE, storage: await reopen(storage), name: 's' });
    await second.optimize(({ x, n }) => x * x + n, { trials: 20 });
    ensureEqual(
      second.trials.map((trial) => trial.params),
      whole.trials.map((trial) => trial.params),
      'the configurations',
    );
  });

  add('numbers the trials of several workers without gap or repeat', async (storage) => {
    const first = await createStudy({ space: SPACE, storage, name: 's', seed: 4 });
    const others = await Promise.all(
      [1, 2, 3].map(async () => openStudy({ space: SPACE, storage: await reopen(storage), name: 's' })),
    );
    for (let i = 0; i < 6; i++) await first.enqueue({ n: 1 + i });
    await Promise.all(
      [first, ...others].map((study) =>
        study.optimize(async ({ x }) => Promise.resolve(x), { trials: 40, concurrency: 2 }),
      ),
    );
    await first.refresh();
    const numbers = first.trials.map((trial) => trial.number);
    ensureEqual(numbers.length, 40, 'the number of trials');
    ensureEqual(
      numbers,
      numbers.map((_, i) => i),
      'the numbers',
    );
    ensureEqual(
      first.trials
        .filter((trial) => trial.by === 'enqueued')
        .map((trial) => trial.params.n)
        .toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6],
      'the enqueued trials',
    );
  });

  add('the first result of a trial stands', async (storage) => {
    const study = await createStudy({ space: SPACE, storage, name: 's' });
    await study.tell(await study.ask(), 1);
    const store = await (await reopen(storage)).open('s');
    const [record] = await store.pull();
    await ensureRefused(
      store.tell({ ...(record as TrialRecord), values: [2] }),
      'trial_state',
      'another result',
    );
    const same = await openStudy({ space: SPACE, storage, name: 's' });
    ensureEqual(same.best.value, 1, 'the value');
  });

  add('a finished trial never changes', async (storage) => {
    const study = await createStudy({ space: SPACE, storage, name: 's' });
    const trial = await study.ask();
    await trial.report(0, 1);
    await study.tell(trial, 1);
    const store = await (await reopen(storage)).open('s');
    const [record] = await store.pull();
    const running: TrialRecord = { ...(record as TrialRecord), state: 'running' };
    await ensureRefused(store.report(running, 0), 'trial_state', 'a late report');
    await ensureRefused(store.release({ ...running, state: 'waiting' }), 'trial_state', 'a late release');
    const same = await openStudy({ space: SPACE, storage, name: 's' });
    ensureEqual(same.best.value, 1, 'the value');
  });

  add('a released trial is run again under its number', async (storage) => {
    const study = await createStudy({ space: SPACE, storage, name: 's', seed: 3 });
    const controller = new AbortController();
    const seen: unknown[] = [];
    await study.optimize(
      (params) => {
        seen.push(params);
        controller.abort();
        return new Promise(() => {});
      },
      { signal: controller.signal },
    );
    const same = await openStudy({ space: SPACE, storage: await reopen(storage), name: 's' });
    const again = await same.ask();
    ensureEqual([again.number, again.params], [0, seen[0]], 'the trial that runs again');
  });

  add('keeps attributes set later', async (storage) => {
    const study = await createStudy({ space: SPACE, storage, name: 's', attributes: { a: 1 } });
    await study.setAttribute('b', ['x']);
    const same = await openStudy({ space: SPACE, storage: await reopen(storage), name: 's' });
    ensureEqual(same.attributes, { a: 1, b: ['x'] }, 'the attributes');
  });

  add('lists studies, oldest first, and deletes one without touching another', async (storage) => {
    for (const name of ['b', 'a', 'c']) {
      const study = await createStudy({ space: SPACE, storage, name });
      await study.optimize(({ x }) => x, { trials: 2 });
    }
    await storage.delete('a');
    const other = await reopen(storage);
    ensureEqual(
      (await other.list()).map(({ name }) => name),
      ['b', 'c'],
      'the studies',
    );
    ensureEqual(
      (await openStudy({ storage: other, name: 'b' })).trials.length,
      2,
      'the trials of another study',
    );
  });

  add('lets one of several create a study that they name alike', async (storage) => {
    const storages = await Promise.all([1, 2, 3, 4].map(async () => reopen(storage)));
    const results = await Promise.allSettled(
      storages.map((one) => createStudy({ space: SPACE, storage: one, name: 's' })),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    ensureEqual(
      refused.map(({ reason }) => (reason as { code?: string }).code),
      Array(3).fill('study_exists'),
      'the errors',
    );
    const studies = await Promise.all(
      storages.map((one) => createStudy({ space: SPACE, storage: one, name: 's', openIfExists: true })),
    );
    ensureEqual(new Set(studies.map(({ seed }) => seed)).size, 1, 'the number of seeds');
  });

  add('keeps reports of several objectives and of metrics while the trial runs', async (storage) => {
    const study = await createStudy({
      space: SPACE,
      storage,
      name: 's',
      directions: ['minimize', 'maximize'],
    });
    const trial = await study.ask();
    await trial.report(0, {
      values: [1, Number.NaN],
      metrics: { a: 0.5, 'b "c"': Number.POSITIVE_INFINITY },
    });
    await trial.report(2, { metrics: { a: 0.25 } });
    await trial.report(7, [3, Number.NEGATIVE_INFINITY]);
    const other = await openStudy({ space: SPACE, storage: await reopen(storage), name: 's' });
    ensureEqual(other.history.record(0).reports, study.history.record(0).reports, 'the reports');
    await study.tell(trial, [1, 2]);
    await other.refresh();
    ensureEqual(other.history.record(0).reports, study.history.record(0).reports, 'the reports afterwards');
  });

  add('takes and gives whole studies', async (storage) => {
    const study = await createStudy({
      space: SPACE,
      storage: memory(),
      name: 's',
      seed: 5,
      attributes: { a: [1] },
    });
    await study.enqueue({ n: 3 });
    await study.optimize(
      async ({ x }, trial) => {
        await trial.report(0, x);
        await new Promise((resolve) => setTimeout(resolve, 5 * Math.abs(x)));
        if (trial.number === 4) throw new RangeError('on purpose');
        return { value: x, constraints: [x], metrics: { m: x }, attributes: { of: trial.number }, cost: 2 };
      },
      { trials: 12, concurrency: 4 },
    );
    await study.enqueue({ n: 4 });
    const source = memory();
    const saved = study.toJSON();
    await source.create(saved.study, [
      ...study.history.finished.map((number) => study.history.record(number)),
      study.history.record(12),
    ]);
    await copyStudy({ from: source, to: storage, name: 's' });
    const target = memory();
    await copyStudy({ from: await reopen(storage), to: target, name: 's', as: 'copy' });
    const copy = await openStudy({ space: SPACE, storage: target, name: 'copy' });
    ensureEqual(sortedText({ ...copy.toJSON().study, name: 's' }), sortedText(saved.study), 'the definition');
    ensureEqual(copy.history.finished, study.history.finished, 'the order of finishing');
    ensureEqual(copy.toJSON().trials.map(sortedText), saved.trials.map(sortedText), 'the trials');
  });

  add('keeps text of any kind', async (storage) => {
    const text = `'); DROP TABLE trials; -- "\\ \u0001 \n \u{1F600} ü ${'long '.repeat(2000)}`;
    const study = await createStudy({
      space: SPACE,
      storage,
      name: 's',
      attributes: { [text.slice(0, 60)]: text },
    });
    await study.optimize(() => ({ value: 1, attributes: { text }, metrics: { "it's": 1 } }), { trials: 1 });
    const same = await openStudy({ space: SPACE, storage: await reopen(storage), name: 's' });
    ensureEqual(same.attributes, study.attributes, 'the attributes of the study');
    ensureEqual([same.best.attributes, same.best.metrics], [{ text }, { "it's": 1 }], 'what the trial keeps');
  });

  add('keeps the values of parameters exactly', async (storage) => {
    const wide = space({ x: float(-1e300, 1e300), small: float(5e-324, 1, { scale: 'log' }) });
    const study = await createStudy({ space: wide, storage, name: 's', seed: 2 });
    await study.enqueue({ x: 0.1 + 0.2, small: 5e-324 });
    await study.enqueue({ x: -1e300, small: 1 / 3 });
    await study.optimize(() => 1, { trials: 10 });
    const same = await openStudy({ space: wide, storage: await reopen(storage), name: 's' });
    ensureEqual(
      same.trials.map(({ params }) => params),
      study.trials.map(({ params }) => params),
      'the parameters',
    );
  });
  return checks;
}

function withoutStack({ failure, ...rest }: TrialRecord): unknown {
  const record = { ...rest, ...(failure === undefined ? {} : { failure: [failure.name, failure.message] }) };
  // With its members in one order: storages need not keep it.
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
