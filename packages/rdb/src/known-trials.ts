import type { TrialRecord } from '@tunable/core';

import type { Connection } from './database.ts';
import { isEnded } from './record/is-ended.ts';
import { fingerprint, lookAtTrials, type TrialRow } from './record/look-at-trials.ts';
import { readRecords } from './record/read-trials.ts';
import type { Scope } from './record/write-trials.ts';

/** What has changed since the last look, not yet taken as known. */
interface News {
  readonly records: readonly TrialRecord[];
  readonly rows: readonly TrialRow[];
  readonly attributesVersion: number;
}

interface Unfinished {
  readonly number: number;
  readonly isWaiting: boolean;
  readonly fingerprint: string;
}

/**
 * What a store knows of the trials of its study, so that it reads but what is new: trials with larger ids than any before, and
 * those that had not finished. A finished trial is read once in its life, unless its attributes change.
 */
export class KnownTrials {
  readonly #ids: number[] = [];
  readonly #unfinished = new Map<number, Unfinished>();
  #lastId = 0;
  #attributesVersion = 0;
  /** Records that were read and not handed over yet. */
  #news: TrialRecord[] = [];

  /** How many trials are known. */
  get size(): number {
    return this.#ids.length;
  }

  /** The largest id that is known. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The id of a trial, if it is known. */
  idOf(number: number): number | undefined {
    return this.#ids[number];
  }

  /** The waiting trials, the smallest numbers first. */
  get waiting(): { readonly id: number; readonly number: number }[] {
    const found: { id: number; number: number }[] = [];
    for (const [id, { number, isWaiting }] of this.#unfinished) if (isWaiting) found.push({ id, number });
    return found.toSorted((a, b) => a.number - b.number);
  }

  /**
   * Looks at what may have changed.
   *
   * @param waiting at how many of the waiting trials at most: as the first of them are started first, whoever starts them,
   *   those behind a waiting one wait as well.
   */
  look({ connection, dialect, study }: Scope, waiting: number = Infinity): Promise<TrialRow[]> {
    const ids = this.waiting.slice(0, waiting).map(({ id }) => id);
    for (const [id, { isWaiting }] of this.#unfinished) if (!isWaiting) ids.push(id);
    return lookAtTrials(connection, dialect, study, ids, this.#lastId);
  }

  /** Reads what has changed among the trials that were looked at, and finished trials with new attributes. */
  async read(scope: Scope, looked: readonly TrialRow[], attributesVersion: number): Promise<News> {
    const rows = looked.filter(({ id, fingerprint: now }) => this.#unfinished.get(id)?.fingerprint !== now);
    if (attributesVersion > this.#attributesVersion && this.size > 0) {
      const { connection, dialect, study } = scope;
      const read = new Set(rows.map(({ id }) => id));
      const late = (await this.#withNewAttributes(connection, study)).filter((id) => !read.has(id));
      rows.push(...(await lookAtTrials(connection, dialect, study, late)));
    }
    const sorted = inOrder(rows);
    const records = await readRecords(scope, sorted);
    return { records, rows: sorted, attributesVersion };
  }

  /** Takes news as known, but those of trials that this store has ended since they were read. */
  take({ records, rows, attributesVersion }: News): void {
    for (const [i, { id, number, state, fingerprint: now }] of rows.entries()) {
      const wasEnded = this.#ids[number] !== undefined && !this.#unfinished.has(id);
      if (wasEnded && !isEnded(state)) continue;
      this.#news.push(records[i] as TrialRecord);
      this.#ids[number] = id;
      this.#lastId = Math.max(this.#lastId, id);
      if (isEnded(state)) this.#unfinished.delete(id);
      else this.#unfinished.set(id, { number, isWaiting: state === 'waiting', fingerprint: now });
    }
    this.#attributesVersion = Math.max(this.#attributesVersion, attributesVersion);
  }

  /** The news that nobody has been given yet: finished trials as they finished, then the others by number. */
  handOver(): readonly TrialRecord[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Takes a trial as known that this store has added or started. */
  wrote(id: number, { number, state, attempt }: TrialRecord, revision: number): void {
    this.#ids[number] = id;
    this.#lastId = Math.max(this.#lastId, id);
    if (isEnded(state)) return;
    const isWaiting = state === 'waiting';
    this.#unfinished.set(id, { number, isWaiting, fingerprint: fingerprint(state, attempt, revision) });
  }

  /** Takes a change as known that this store has made, unless somebody else has changed the trial before. */
  changed(id: number, { number, state, attempt }: TrialRecord, revision: number): void {
    if (isEnded(state)) {
      this.#unfinished.delete(id);
      return;
    }
    const known = this.#unfinished.get(id)?.fingerprint;
    const before = [attempt, attempt - 1].map((one) => fingerprint('running', one, revision - 1));
    if (known === undefined || !before.includes(known)) return;
    const isWaiting = state === 'waiting';
    this.#unfinished.set(id, { number, isWaiting, fingerprint: fingerprint(state, attempt, revision) });
  }

  async #withNewAttributes(connection: Connection, study: number): Promise<number[]> {
    const rows = await connection.query<[number]>(
      `SELECT o.trial_id FROM tunable_trials o JOIN trials t ON t.trial_id = o.trial_id
        WHERE t.study_id = ? AND o.attributes_version > ?`,
      [study, this.#attributesVersion],
    );
    return rows.map(([id]) => id);
  }
}

/** Finished trials as they finished, then the others by number. */
function inOrder(rows: readonly TrialRow[]): TrialRow[] {
  const unfinished = rows.filter(({ state }) => !isEnded(state)).toSorted((a, b) => a.number - b.number);
  const told = rows.filter(({ order }) => order !== null);
  told.sort((a, b) => (a.order as number) - (b.order as number));
  const foreign = rows.filter(({ state, order }) => isEnded(state) && order === null);
  foreign.sort((a, b) => timeOf(a) - timeOf(b) || a.number - b.number);
  // Trials that other programs have ended stand where the clock puts them.
  const finished: TrialRow[] = [];
  for (const row of told) {
    while (foreign.length > 0 && timeOf(foreign[0] as TrialRow) < timeOf(row))
      finished.push(foreign.shift() as TrialRow);
    finished.push(row);
  }
  return [...finished, ...foreign, ...unfinished];
}

function timeOf({ finishedAt }: TrialRow): number {
  return finishedAt ?? 0;
}
