import { createRandom, memory, type Pruner, type Storage, type StudyStore } from '@tunable/core';
import { expect, test } from 'vitest';
import { CheckError, type Check } from './check.ts';
import { prunerChecks } from './pruner-checks.ts';
import { storageChecks } from './storage-checks.ts';

/** The names of the checks that an implementation fails. */
async function failures(checks: readonly Check[]): Promise<string[]> {
  const failed: string[] = [];
  for (const check of checks) {
    await check.run().catch(() => failed.push(check.name));
  }
  return failed;
}

test('a pruner that prunes good trials, or by chance, is found out', async () => {
  const eager = (): Pruner => ({ name: 'eager', shouldPrune: ({ steps }) => steps.length > 3 });
  expect(await failures(prunerChecks(eager))).toContain(
    'minimize: never prunes a trial that is better than all before at every step',
  );
  const random = createRandom(1);
  const moody = (): Pruner => ({ name: 'moody', shouldPrune: () => random.uniform() < 0.05 });
  expect(await failures(prunerChecks(moody, { compares: false, prunes: false }))).toContain(
    'is a function of the reports: equal runs are pruned alike',
  );
});

/** A storage in memory, but for what its stores do otherwise. */
function spoilt(change: (store: StudyStore) => Partial<StudyStore>): () => Storage {
  const spoil = (store: StudyStore): StudyStore =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get({ ...change(target) }, name) ?? Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
  return () => {
    const storage = memory();
    return {
      ...storage,
      create: async (header, records) => spoil(await storage.create(header, records)),
      open: async (name) => spoil(await storage.open(name)),
    };
  };
}

test.each<[string, (store: StudyStore) => Partial<StudyStore>, string]>([
  [
    'that gives finished trials by number',
    (store) => ({ pull: async () => (await store.pull()).toSorted((a, b) => a.number - b.number) }),
    'gives finished trials in the order in which they finished, then the others',
  ],
  [
    'that tells nobody of a new attempt',
    (store) => ({
      report: async (record, step) => (step === undefined ? undefined : store.report(record, step)),
    }),
    'a new attempt forgets what the one before reported',
  ],
  [
    'that lets attributes be forgotten',
    () => ({ setAttributes: async () => {} }),
    'sets attributes of a trial in any state',
  ],
  [
    'that swallows refusals',
    (store) => ({ tell: async (record) => store.tell(record).catch(() => undefined) }),
    'refuses what an earlier attempt sends',
  ],
  [
    'that keeps the rows of a space that has grown',
    (store) => ({ setSpace: async () => void (await store.pull()) }),
    'gives earlier trials in the numbers of a space that has grown',
  ],
])('a storage %s is found out', async (_, change, name) => {
  expect(await failures(storageChecks(spoilt(change)))).toContain(name);
});

test('errors say what was seen', () => {
  expect(new CheckError('5 pending trials have 3 different configurations').name).toBe('CheckError');
});
