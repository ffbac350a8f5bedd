import {
  admits,
  spaceHasGrown,
  StudyError,
  TrialStateError,
  translateRows,
  withoutConstraints,
  type Heartbeat,
  type JsonValue,
  type SpaceJSON,
  type StudyHeader,
  type StudyRequest,
  type StudyStore,
  type TrialRecord,
} from '@tunable/core';

import type { Connection, Database, TransactionMode } from './database.ts';
import { beat, loseExpired } from './leases.ts';
import { KnownTrials } from './known-trials.ts';
import { grownColumns, printColumns } from './optuna/columns-json.ts';
import type { CodecColumn, ParamCodec } from './optuna/trial-params.ts';
import { passFence, setState } from './record/change-trial.ts';
import { readTrial } from './record/read-trials.ts';
import { nextSlot, startTrial } from './record/start-trial.ts';
import {
  deleteReports,
  insertReports,
  insertResults,
  insertTrials,
  replaceOwnRow,
  writeAttributes,
  type KeptRows,
  type Scope,
} from './record/write-trials.ts';
import { replaceSpace, storeSpace } from './replace-space.ts';
import {
  knownSpace,
  readStudyAttributes,
  readVersions,
  type StudyRow,
  type StudyVersions,
} from './study-row.ts';
import { request, setStudyAttributes, setTrialAttributes } from './study-writes.ts';

/** For how long trials run without a sign of life, and how often they may begin. */
export interface LeaseOptions {
  /** How often workers give a sign of life, in milliseconds. */
  readonly heartbeatMs: number;
  /** After which time without one a trial counts as lost. */
  readonly leaseMs: number;
  /** How often a trial is begun, if its workers die, until it counts as failed. */
  readonly maxAttempts: number;
}

/** How a study is to grow, once the first trial of its new space is added. */
interface Growth extends KeptRows {
  /** The space in the database. */
  readonly from: SpaceJSON;
  /** As of `storeSpace`. */
  readonly columns: readonly CodecColumn[] | undefined;
}

/** How far an `ask` looks into the queue, which may be long. */
const WAITING_LOOKED_AT = 16;

/** The trials of one study in a relational database. */
export class RdbStore implements StudyStore {
  readonly #database: Database;
  readonly #options: LeaseOptions;
  readonly #onClose: () => Promise<void>;
  #isClosed = false;
  readonly #study: number;
  #known = new KnownTrials();
  /** Tells the calls of this store from those of all others. */
  readonly #name: string = globalThis.crypto.randomUUID();
  #calls = 0;
  #header: StudyHeader;
  #codec: ParamCodec;
  #versions: StudyVersions;
  #growth: Growth | undefined;
  /** The last of the calls that must not overtake one another; see `#inTurn`. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param onClose is called when the store is closed. */
  constructor(
    database: Database,
    { id, header, codec, versions }: StudyRow,
    options: LeaseOptions,
    onClose: () => Promise<void>,
  ) {
    this.#database = database;
    this.#onClose = onClose;
    this.#study = id;
    this.#header = header;
    this.#codec = codec;
    this.#versions = versions;
    this.#options = options;
  }

  get header(): StudyHeader {
    return this.#header;
  }

  get heartbeatMs(): number {
    return this.#options.heartbeatMs;
  }

  pull(): Promise<readonly TrialRecord[]> {
    return this.#inTurn(async () => {
      const { news, attributes } = await this.#transaction('read', async (scope) => {
        const { attributes: version } = await this.#currentVersions(scope);
        const read = await this.#known.read(scope, await this.#known.look(scope), version);
        return { news: read, attributes: await readStudyAttributes(scope.connection, this.#study) };
      });
      this.#header = { ...this.#header, attributes };
      this.#known.take(news);
      return this.#known.handOver();
    });
  }

  ask(propose: Parameters<StudyStore['ask']>[0]): Promise<TrialRecord | null> {
    return this.#inTurn(async () => {
      // On its own, so that what is read with the question is read in one space.
      if (this.#growth !== undefined) await this.#transaction('write', (scope) => this.#grow(scope));
      for (;;) {
        const asked = await this.#ask(propose);
        if ('error' in asked) throw asked.error;
        if ('hasLost' in asked) continue;
        if (asked.started === undefined) return null;
        const { id, record, revision } = asked.started;
        this.#known.wrote(id, record, revision);
        return record;
      }
    });
  }

  #ask(propose: Parameters<StudyStore['ask']>[0]): Promise<Asked> {
    const token = this.#newToken();
    const beginning = { token, leaseMs: this.#options.leaseMs };
    let proposed: TrialRecord | undefined;
    return this.#transaction('ask', async (scope): Promise<Asked> => {
      if (proposed !== undefined) {
        const id = await this.#findToken(scope, token);
        if (id !== undefined) return { started: { id, record: proposed, revision: 0 } };
      }
      const newId = await this.#takeNews(scope);
      if (newId === undefined) return { hasLost: true };
      const slot = await nextSlot(scope, this.#known.waiting, { number: this.#known.size, id: newId });
      let record: TrialRecord | null;
      try {
        record = propose(this.#known.handOver(), slot.given);
      } catch (error) {
        return { error };
      }
      if (record === null) return {};
      proposed = record;
      return { started: { record, ...(await startTrial(scope, record, slot, beginning)) } };
    });
  }

  add(record: Omit<TrialRecord, 'number'>): Promise<TrialRecord> {
    return this.#inTurn(async () => {
      const token = this.#newToken();
      let isRepeated = false;
      const { id, added } = await this.#transaction('write', async (scope) => {
        const found = isRepeated ? await this.#findToken(scope, token) : undefined;
        isRepeated = true;
        await this.#grow(scope);
        if (found !== undefined) {
          const sql = 'SELECT number FROM trials WHERE trial_id = ?';
          const [row] = await scope.connection.query<[number]>(sql, [found]);
          return { id: found, added: { ...record, number: (row as [number])[0] } };
        }
        const [[count] = [0]] = await scope.connection.query<[number]>(
          'SELECT COALESCE(MAX(number) + 1, 0) FROM trials WHERE study_id = ?',
          [this.#study],
        );
        const numbered: TrialRecord = { ...record, number: count };
        const [newId] = await insertTrials(scope, [numbered], { token, leaseMs: null });
        return { id: newId as number, added: numbered };
      });
      // If others have added trials before this one, it is news with them.
      if (added.number === this.#known.size) this.#known.wrote(id, added, 0);
      return added;
    });
  }

  async report(record: TrialRecord, step?: number): Promise<void> {
    await this.#change('write', record, (scope, id) => {
      if (step === undefined) deleteReports(scope.connection, id);
      else insertReports(scope.connection, [{ id, record }], [step]);
    });
  }

  async tell(record: TrialRecord, unkept: readonly number[] = []): Promise<void> {
    await this.#change('write', record, (scope, id) => {
      const { connection } = scope;
      const { furtherObjectives, metrics } = record.reports ?? {};
      setState(scope, id, record);
      writeAttributes(connection, [{ id, record }]);
      insertReports(connection, [{ id, record }], unkept);
      insertResults(scope, [{ id, record }]);
      // The result holds them.
      if (furtherObjectives !== undefined || metrics !== undefined)
        connection.send('DELETE FROM tunable_reports WHERE trial_id = ?', [id]);
    });
  }

  async release(record: TrialRecord): Promise<void> {
    await this.#change('write', record, (scope, id) => {
      setState(scope, id, record);
      if (record.reports === undefined) deleteReports(scope.connection, id);
    });
  }

  async setAttributes(attributes: { readonly [name: string]: JsonValue }, trial?: number): Promise<void> {
    if (trial === undefined) {
      await this.#transaction('write', async (scope) => {
        await this.#presentVersions(scope);
        await setStudyAttributes(scope, this.#header, attributes);
      });
      this.#header = { ...this.#header, attributes: { ...this.#header.attributes, ...attributes } };
      return;
    }
    await this.#transaction('write', async (scope) => {
      await this.#presentVersions(scope);
      const id = await this.#idOf(scope.connection, trial);
      if (id === undefined) throw new TrialStateError(`trial ${trial} is unknown to the storage`);
      await setTrialAttributes(scope, this.#header, id, attributes);
    });
  }

  setSpace(space: SpaceJSON): Promise<void> {
    return this.#inTurn(async () => {
      await this.#transaction('read', (scope) => this.#currentVersions(scope));
      const { isSpaceInferred: _, space: from, ...header } = this.#header;
      const columns = grownColumns(this.#codec, withoutConstraints(space));
      const { length } = this.#codec.space.leaves;
      this.#growth = { from, columns, length, translate: translateRows(from, space) };
      this.#header = { ...header, space };
      this.#codec = knownSpace(space, columns && printColumns(columns)).codec;
      // All rows read otherwise now.
      this.#known = new KnownTrials();
    });
  }

  beat(running: readonly Pick<TrialRecord, 'number' | 'attempt'>[]): Promise<Heartbeat> {
    return this.#transaction('ask', async (scope) => {
      const ids = new Map<number, Pick<TrialRecord, 'number' | 'attempt'>>();
      for (const trial of running) {
        const id = await this.#idOf(scope.connection, trial.number);
        if (id !== undefined) ids.set(id, trial);
      }
      return beat(scope, ids, this.#options.leaseMs, this.#versions.token);
    });
  }

  async request(wish: StudyRequest): Promise<void> {
    await this.#transaction('write', async (scope) => {
      const { connection } = scope;
      await this.#presentVersions(scope);
      const id = 'prune' in wish ? await this.#idOf(connection, wish.prune) : undefined;
      if ('prune' in wish && id === undefined)
        throw new TrialStateError(`trial ${wish.prune} is unknown to the storage`);
      await request(scope, this.#header, id);
      await this.#database.signals?.send(connection, this.#topic);
    });
  }

  onRequest(listener: () => void): () => void {
    const ending = this.#database.signals?.listen(this.#topic, listener).catch(() => undefined);
    return () => void ending?.then((end) => end?.()).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#last;
    await this.#onClose();
  }

  get #topic(): string {
    return `tunable_study_${this.#study}`;
  }

  #transaction<T>(mode: TransactionMode, work: (scope: Scope) => Promise<T>): Promise<T> {
    const { dialect } = this.#database;
    const growth = (): Growth | undefined => this.#growth;
    return this.#database.transaction(mode, (connection) =>
      work({
        connection,
        dialect,
        study: this.#study,
        codec: this.#codec,
        get kept() {
          return growth();
        },
      }),
    );
  }

  /** What reads or writes news waits for one another: news must be learnt in the order in which they were read. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #newToken(): string {
    return `${this.#name}:${this.#calls++}`;
  }

  /** The trial that a call of this store has added before its answer was lost. */
  async #findToken({ connection }: Scope, token: string): Promise<number | undefined> {
    const [row] = await connection.query<[number]>(
      'SELECT trial_id FROM tunable_trials WHERE token = ? AND trial_id >= ?',
      [token, Math.min(this.#known.lastId, ...this.#known.waiting.map(({ id }) => id))],
    );
    return row?.[0];
  }

  /** Lets nobody else number trials until the end of the transaction. */
  async #lock({ connection, dialect }: Scope): Promise<void> {
    if (dialect.forUpdate === '') return;
    await connection.query(`SELECT study_id FROM studies WHERE study_id = ?${dialect.forUpdate}`, [
      this.#study,
    ]);
  }

  /** @throws {StudyError} `study_not_found` when it has been deleted, even if another study has its id since. */
  async #presentVersions({ connection }: Scope): Promise<StudyVersions> {
    const versions = await readVersions(connection, this.#study);
    const { token, space } = this.#versions;
    // The version of a space only grows.
    if (versions !== undefined && versions.token === token && versions.space >= space) return versions;
    throw new StudyError(
      'study_not_found',
      `the study '${this.#header.name}' that was opened here has been deleted from ${this.#database.place}; if there is another of that name now, open it`,
    );
  }

  /**
   * @throws {StudyError} `study_not_found` when it has been deleted, `study_mismatch` when its space has been replaced.
   */
  async #currentVersions(scope: Scope): Promise<StudyVersions> {
    const versions = await this.#presentVersions(scope);
    if (versions.space !== this.#versions.space) {
      const { name, space } = this.#header;
      const [[text] = ['']] = await scope.connection.query<[string]>(
        'SELECT space FROM tunable_studies WHERE study_id = ?',
        [this.#study],
      );
      if (text !== JSON.stringify(space)) throw spaceHasGrown(name, space, JSON.parse(text) as SpaceJSON);
      // This store, or somebody else, has entered the very same.
      this.#growth = undefined;
    }
    this.#versions = versions;
    return versions;
  }

  /**
   * Sees to it that the rows that are written from here on can be read: enters the space into which the study is to grow, or one
   * that was inferred, if nobody else has.
   */
  async #settleSpace(scope: Scope): Promise<StudyVersions> {
    const versions = await this.#currentVersions(scope);
    // Not noted before the transaction is kept: the next one finds it.
    if (this.#growth !== undefined) {
      const { from, columns } = this.#growth;
      return { ...versions, space: await replaceSpace(scope, this.#header, from, columns) };
    }
    if (versions.space > 0) return versions;
    const space = await storeSpace(scope, this.#header, this.#header.space, this.#codec.columns);
    return { ...versions, space };
  }

  async #grow(scope: Scope): Promise<void> {
    await this.#lock(scope);
    await this.#settleSpace(scope);
  }

  /**
   * Reads the news.
   *
   * @returns an id for a new trial; undefined if there were trials whose workers are lost: what became of them is news only
   *   once it is kept, as this transaction may yet be undone.
   */
  async #takeNews(scope: Scope): Promise<number | undefined> {
    // Statements that do not wait for one another travel together.
    const [, { attributes }, first, [[newId] = [0]]] = await Promise.all([
      this.#lock(scope),
      this.#settleSpace(scope),
      this.#known.look(scope, WAITING_LOOKED_AT),
      scope.connection.query<[number]>(scope.dialect.newTrialId),
    ]);
    const isQueueSeen =
      first.some(({ state }) => state === 'waiting') || this.#known.waiting.length <= WAITING_LOOKED_AT;
    const looked = isQueueSeen ? first : await this.#known.look(scope);
    const lost = looked.filter((row) => row.isExpired && row.state === 'running');
    if (lost.length > 0) {
      await loseExpired(scope, lost, this.#options.maxAttempts);
      return undefined;
    }
    this.#known.take(await this.#known.read(scope, looked, attributes));
    return newId;
  }

  /** Changes a trial that runs, if its attempt still does, and leaves it as it is if that was done already. */
  async #change(
    mode: TransactionMode,
    record: TrialRecord,
    write: (scope: Scope, id: number) => void,
  ): Promise<void> {
    const changed = await this.#transaction(mode, async (scope) => {
      const id = await this.#idOf(scope.connection, record.number);
      const revision =
        id === undefined
          ? undefined
          : await passFence(scope, id, record, this.#options.leaseMs, this.#versions.token);
      if (id !== undefined && revision !== undefined) {
        write(scope, id);
        return { id, revision };
      }
      await this.#presentVersions(scope);
      const kept = id === undefined ? undefined : await readTrial(scope, id);
      if (!admits(kept, record)) return undefined;
      // It runs, but not with us: from here on it does.
      await this.#settleSpace(scope);
      const written = { id: id as number, record };
      const leaseMs = record.state === 'running' ? this.#options.leaseMs : null;
      const newRevision = await replaceOwnRow(scope, written, { token: this.#newToken(), leaseMs });
      write(scope, written.id);
      return { id: written.id, revision: newRevision };
    });
    if (changed !== undefined) this.#known.changed(changed.id, record, changed.revision);
  }

  async #idOf(connection: Connection, number: number): Promise<number | undefined> {
    const known = this.#known.idOf(number);
    if (known !== undefined) return known;
    const [row] = await connection.query<[number]>(
      'SELECT trial_id FROM trials WHERE study_id = ? AND number = ?',
      [this.#study, number],
    );
    return row?.[0];
  }
}

type Asked =
  | { readonly error: unknown }
  | { readonly hasLost: true }
  | { readonly started?: { readonly id: number; readonly record: TrialRecord; readonly revision: number } };
