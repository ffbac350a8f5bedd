import { StudyError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { SpaceJSON } from '../space/to-json.ts';
import { translateRows } from '../space/translate-rows.ts';
import { admits } from './admits.ts';
import { spaceHasGrown } from './space-has-grown.ts';
import type { Storage, StudyHeader, StudyStore } from './storage.ts';
import { isFinished, type TrialRecord } from './trial-record.ts';

/**
 * Keeps studies in memory, for the life of this object. The default of `createStudy`. Several `Study` objects of one
 * process may share a study through one memory storage.
 */
export function memory(): Storage {
  const studies = new Map<string, MemoryStudy>();
  const find = (name: string): MemoryStudy => {
    const study = studies.get(name);
    if (study !== undefined) return study;
    const names = [...studies.keys()].map((known) => `'${known}'`).join(', ') || 'none';
    throw new StudyError(
      'study_not_found',
      `there is no study '${name}' in this memory storage; the studies are: ${names}`,
    );
  };
  return {
    name: 'memory',
    async create(header, records = []) {
      if (studies.has(header.name)) {
        throw new StudyError(
          'study_exists',
          `a study '${header.name}' exists already; open it with openStudy, or choose another name`,
        );
      }
      const study = new MemoryStudy(header, records);
      studies.set(header.name, study);
      return new MemoryStore(study);
    },
    async open(name) {
      return new MemoryStore(find(name));
    },
    async list() {
      return [...studies.values()].map((study) => study.header);
    },
    async delete(name) {
      find(name);
      studies.delete(name);
    },
  };
}

/** What all stores of one study share. */
class MemoryStudy {
  header: StudyHeader;
  readonly records: TrialRecord[] = [];
  readonly waiting: number[] = [];
  /** Numbers of the finished trials, in the order in which they finished. */
  readonly finished: number[] = [];
  readonly stores = new Set<MemoryStore>();

  constructor(header: StudyHeader, records: readonly TrialRecord[]) {
    this.header = header;
    for (const record of records) this.write(record);
    for (const { number, state } of this.records) if (state === 'waiting') this.waiting.push(number);
  }

  /** Rows are kept in the numbers of the newest space. */
  setSpace(space: SpaceJSON): void {
    const translate = translateRows(this.header.space, space);
    const { isSpaceInferred: _, ...rest } = this.header;
    this.header = { ...rest, space };
    for (const [number, record] of this.records.entries())
      this.records[number] = { ...record, row: translate(record.row) };
  }

  write(record: TrialRecord, by?: MemoryStore): void {
    const { number, state } = record;
    if (isFinished(state) && this.records[number]?.state !== state) this.finished.push(number);
    this.records[number] = record;
    for (const store of this.stores) if (store !== by) store.news.add(number);
  }
}

class MemoryStore implements StudyStore {
  readonly #study: MemoryStudy;
  /** Numbers of trials that other stores have changed since this one last looked. */
  news: Set<number>;
  /** How many of the finished trials were there when it last looked. */
  #seen = 0;
  /** The space of the study, as far as it knows. */
  #space: SpaceJSON;
  /** The space into which the study is to grow, in whose rows it speaks. */
  #growth: { readonly space: SpaceJSON; readonly translate: (row: Float64Array) => Float64Array } | undefined;

  constructor(study: MemoryStudy) {
    this.#study = study;
    this.#space = study.header.space;
    this.news = new Set(study.records.keys());
    study.stores.add(this);
  }

  get header(): StudyHeader {
    if (this.#growth === undefined) return this.#study.header;
    const { isSpaceInferred: _, ...rest } = this.#study.header;
    return { ...rest, space: this.#growth.space };
  }

  async pull(): Promise<readonly TrialRecord[]> {
    this.#checkSpace();
    return this.#takeNews();
  }

  async ask(propose: Parameters<StudyStore['ask']>[0]): Promise<TrialRecord | null> {
    this.#grow();
    const { records, waiting } = this.#study;
    const number = waiting[0];
    const slot =
      number === undefined ? { number: records.length } : { number, waiting: records[number] as TrialRecord };
    const record = propose(this.#takeNews(), slot);
    if (record === null) return null;
    if (number !== undefined) waiting.shift();
    this.#study.write(record, this);
    return record;
  }

  async add(record: Omit<TrialRecord, 'number'>): Promise<TrialRecord> {
    this.#grow();
    const numbered = { ...record, number: this.#study.records.length };
    this.#study.write(numbered, this);
    if (record.state === 'waiting') this.#study.waiting.push(numbered.number);
    return numbered;
  }

  async report(record: TrialRecord): Promise<void> {
    this.#change(record);
  }

  async tell(record: TrialRecord): Promise<void> {
    this.#change(record);
  }

  async release(record: TrialRecord): Promise<void> {
    if (!this.#change(record)) return;
    this.#study.waiting.push(record.number);
    this.#study.waiting.sort((a, b) => a - b);
  }

  #change(record: TrialRecord): boolean {
    const kept = this.#study.records[record.number];
    const isChange = admits(kept, record);
    // The row is that of the start, which may have been translated since.
    const { row } = kept ?? record;
    if (isChange) this.#study.write(row === record.row ? record : { ...record, row }, this);
    return isChange;
  }

  async setSpace(space: SpaceJSON): Promise<void> {
    this.#checkSpace();
    this.#growth = { space, translate: translateRows(this.#space, space) };
    this.news = new Set(this.#study.records.keys());
    this.#seen = 0;
  }

  #grow(): void {
    this.#checkSpace();
    if (this.#growth === undefined) return;
    const { space } = this.#growth;
    this.#study.setSpace(space);
    this.#space = space;
    this.#growth = undefined;
  }

  #checkSpace(): void {
    const { name, space } = this.#study.header;
    if (space === this.#space) return;
    const known = this.#growth?.space ?? this.#space;
    if (JSON.stringify(space) !== JSON.stringify(known)) throw spaceHasGrown(name, known, space);
    // Somebody else has come first with the same.
    this.#space = space;
    this.#growth = undefined;
  }

  async setAttributes(attributes: { readonly [name: string]: JsonValue }, trial?: number): Promise<void> {
    if (trial === undefined) {
      const { header } = this.#study;
      this.#study.header = { ...header, attributes: { ...header.attributes, ...attributes } };
    } else {
      const record = this.#study.records[trial] as TrialRecord;
      this.#study.write({ ...record, attributes: { ...record.attributes, ...attributes } }, this);
    }
  }

  async close(): Promise<void> {
    this.#study.stores.delete(this);
  }

  #takeNews(): readonly TrialRecord[] {
    const { news } = this;
    const { records, finished } = this.#study;
    if (news.size === 0) return [];
    // Trials that finished earlier are news too when their attributes have changed.
    const late = finished.slice(this.#seen).filter((number) => news.delete(number));
    this.#seen = finished.length;
    const numbers = [...late, ...[...news].toSorted((a, b) => a - b)];
    news.clear();
    const translate = this.#growth?.translate;
    return numbers.map((number) => {
      const record = records[number] as TrialRecord;
      return translate === undefined ? record : { ...record, row: translate(record.row) };
    });
  }
}
