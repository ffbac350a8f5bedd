import { StorageError } from '../errors.ts';
import { memory } from '../storage/memory.ts';
import type { Storage, StudyStore } from '../storage/storage.ts';
import type { TrialRecord } from '../storage/trial-record.ts';

/** A storage in memory that has leases, as those that processes share. Each store opened stands for a process. */
export interface LeasedMemory extends Storage {
  /** While true, every call throws a `StorageError`. */
  isDown: boolean;
  /** While true, calls wait. */
  isSilent: boolean;
  /** While true, `tell` writes, and then throws a `StorageError`: the answer was lost. */
  losesAnswers: boolean;
}

interface SharedStudy {
  readonly leases: Map<number, { attempt: number; until: number }>;
  readonly prune: Set<number>;
  readonly listeners: Set<() => void>;
  stops: number;
  /** Puts back what is lost, so that everybody else hears of it. */
  readonly keeper: StudyStore;
  readonly records: Map<number, TrialRecord>;
  last: Promise<unknown>;
}

const MAX_ATTEMPTS = 3;

/** @param leaseMs how long a lease lasts; heartbeats come four times as often. */
export function leasedMemory(leaseMs: number): LeasedMemory {
  const inner = memory();
  const studies = new Map<string, SharedStudy>();
  const share = async (name: string): Promise<SharedStudy> => {
    const known = studies.get(name);
    if (known !== undefined) return known;
    const study: SharedStudy = {
      leases: new Map(),
      prune: new Set(),
      listeners: new Set(),
      stops: 0,
      keeper: await inner.open(name),
      records: new Map(),
      last: Promise.resolve(),
    };
    studies.set(name, study);
    return study;
  };
  const storage: LeasedMemory = {
    ...inner,
    name: 'leased memory',
    isDown: false,
    isSilent: false,
    losesAnswers: false,
    async create(header, records) {
      const store = await inner.create(header, records);
      return leasedStore(store, await share(header.name), storage, leaseMs);
    },
    async open(name) {
      return leasedStore(await inner.open(name), await share(name), storage, leaseMs);
    },
  };
  return storage;
}

function leasedStore(
  store: StudyStore,
  study: SharedStudy,
  storage: LeasedMemory,
  leaseMs: number,
): StudyStore {
  /** Calls of all stores run one after another, as transactions do. */
  const transaction = <T>(work: () => Promise<T>): Promise<T> => {
    const result = study.last.then(async () => {
      while (storage.isSilent) await new Promise((resolve) => setTimeout(resolve, 5));
      if (storage.isDown) throw new StorageError('the storage is down');
      return work();
    });
    study.last = result.catch(() => undefined);
    return result;
  };
  const renew = ({ number, attempt }: Pick<TrialRecord, 'number' | 'attempt'>): void =>
    void study.leases.set(number, { attempt, until: Date.now() + leaseMs });
  const look = async (): Promise<void> => {
    for (const record of await study.keeper.pull()) study.records.set(record.number, record);
  };
  const expire = async (): Promise<void> => {
    await look();
    for (const [number, lease] of study.leases) {
      if (lease.until > Date.now()) continue;
      study.leases.delete(number);
      const { reports: _, startedAt: __, ...record } = study.records.get(number) as TrialRecord;
      const message = `the worker of attempt ${lease.attempt} was lost`;
      const put: TrialRecord =
        record.attempt < MAX_ATTEMPTS
          ? { ...record, state: 'waiting' }
          : {
              ...record,
              state: 'failed',
              failure: { name: 'LostTrialError', message },
              finishedAt: Date.now(),
            };
      study.records.set(number, put);
      await (put.state === 'waiting' ? study.keeper.release(put) : study.keeper.tell(put));
    }
  };
  return {
    heartbeatMs: leaseMs / 4,
    get header() {
      return store.header;
    },
    pull: () => transaction(() => store.pull()),
    ask: (propose) =>
      transaction(async () => {
        await expire();
        const record = await store.ask(propose);
        if (record !== null) renew(record);
        return record;
      }),
    add: (record) => transaction(() => store.add(record)),
    report: (record, step) =>
      transaction(async () => {
        await store.report(record, step);
        renew(record);
      }),
    tell: (record) =>
      transaction(async () => {
        await store.tell(record);
        study.leases.delete(record.number);
        if (storage.losesAnswers) throw new StorageError('the answer was lost');
      }),
    release: (record) =>
      transaction(async () => {
        await store.release(record);
        study.leases.delete(record.number);
      }),
    setAttributes: (attributes, trial) => transaction(() => store.setAttributes(attributes, trial)),
    setSpace: (space) => transaction(async () => store.setSpace?.(space)),
    beat: (running) =>
      transaction(async () => {
        await look();
        const isMine = ({ number, attempt }: Pick<TrialRecord, 'number' | 'attempt'>): boolean => {
          const record = study.records.get(number);
          return record?.state === 'running' && record.attempt === attempt;
        };
        const mine = running.filter(isMine);
        for (const trial of mine) renew(trial);
        return {
          lost: running.filter((trial) => !isMine(trial)).map(({ number }) => number),
          prune: mine.map(({ number }) => number).filter((number) => study.prune.has(number)),
          stops: study.stops,
          others: study.leases.size - mine.length,
        };
      }),
    request: (request) =>
      transaction(async () => {
        if ('stop' in request) study.stops++;
        else study.prune.add(request.prune);
        for (const listener of study.listeners) listener();
      }),
    onRequest(listener) {
      study.listeners.add(listener);
      return () => void study.listeners.delete(listener);
    },
    close: () => store.close(),
  };
}
