import {
  categorical,
  choice,
  createStudy,
  float,
  int,
  openStudy,
  space,
  StudyError,
  TrialStateError,
  type Storage,
  type TrialRecord,
} from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';

const SPACE = space({
  x: float(-5, 5),
  n: int(1, 9),
  c: choice({ a: { p: float(0, 1) }, b: { q: categorical(['u', 'v']) } }),
});

/**
 * Checks that a storage keeps the contract of `Storage`.
 *
 * @param make makes an empty storage; called once per check.
 * @param reopen another object for the same data, as a second process would have it; the same object by default.
 */
export function storageChecks(
  make: () => Storage | Promise<Storage>,
  reopen: (storage: Storage) => Storage | Promise<Storage> = (storage) => storage,
): readonly Check[] {
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
    await rejectsWith(createStudy({ space: SPACE, storage, name: 'one' }), StudyError, 'study_exists');
    await rejectsWith(openStudy({ storage, name: 'two' }), StudyError, 'study_not_found');
    await rejectsWith(storage.delete('two'), StudyError, 'study_not_found');
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
    await rejectsWith(
      store.tell({ ...(record as TrialRecord), values: [2] }),
      TrialStateError,
      'trial_state',
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
    await rejectsWith(store.report(running, 0), TrialStateError, 'trial_state');
    await rejectsWith(store.release({ ...running, state: 'waiting' }), TrialStateError, 'trial_state');
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
  return checks;
}

function withoutStack(record: TrialRecord): unknown {
  const { failure, ...rest } = record;
  return Object.fromEntries(
    Object.entries({
      ...rest,
      ...(failure === undefined ? {} : { failure: [failure.name, failure.message] }),
    }).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function rejectsWith(
  promise: Promise<unknown>,
  type: new (...args: never[]) => Error,
  code: string,
): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  ensure(
    error instanceof type && (error as { code?: string }).code === code,
    () => `expected a ${type.name} with code ${code}, got ${String(error)}`,
  );
}
