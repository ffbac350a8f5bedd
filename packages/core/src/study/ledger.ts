import { isActive } from '../space/leaf.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import type { Direction } from './direction.ts';
import { TrialTable } from './history.ts';
import { agrees, KnownConfigurations } from './proposal.ts';
import type { StudyProgress } from './stop-rules.ts';

/** Everything a study knows, kept up to date record by record. */
export class Ledger {
  readonly table: TrialTable;
  readonly known: KnownConfigurations;
  readonly #improvements: { value: number; finishedCount: number }[] = [];
  #totalCost = 0;

  /** @param isNoisy whether evaluating a configuration twice is worth while. */
  constructor(space: SearchSpace, directions: readonly Direction[], isNoisy: boolean) {
    this.table = new TrialTable(space, directions);
    this.known = new KnownConfigurations(space, isNoisy);
  }

  /** Takes a new or changed record into account. */
  learn(news: TrialRecord): void {
    const { table } = this;
    const record = withDefaults(table.space, news);
    const best = table.bestOf();
    const wasFinished = table.finishRank(record.number) < Infinity;
    table.upsert(record);
    this.known.add(record);
    if (wasFinished || !isFinished(record.state)) return;
    const seconds = ((record.finishedAt ?? 0) - (record.startedAt ?? record.finishedAt ?? 0)) / 1000;
    this.#totalCost += record.cost ?? seconds;
    const now = table.bestOf();
    if (table.directions.length > 1 || now === undefined || now === best) return;
    const [value] = table.record(now).values as readonly [number];
    this.#improvements.push({ value, finishedCount: table.finished.length });
  }

  /** What stop rules look at. */
  get progress(): StudyProgress {
    return {
      directions: this.table.directions,
      finishedCount: this.table.finished.length,
      bestValue: this.#improvements.at(-1)?.value,
      improvements: this.#improvements,
      totalCost: this.#totalCost,
    };
  }

  /** How many finished trials there are in each state. */
  get counts(): { readonly complete: number; readonly pruned: number; readonly failed: number } {
    const counts = { complete: 0, pruned: 0, failed: 0 };
    for (const number of this.table.finished)
      counts[this.table.record(number).state as keyof typeof counts]++;
    return counts;
  }

  /** Whether any trial, waiting ones included, has the numbers that `partial` gives. */
  hasMatch(partial: Float64Array): boolean {
    for (let number = 0; number < this.table.size; number++) {
      if (agrees(this.table.record(number).row, partial)) return true;
    }
    return false;
  }
}

/** What a trial from before a parameter was added lacks: its default. */
function withDefaults(space: SearchSpace, record: TrialRecord): TrialRecord {
  if (record.state === 'waiting') return record;
  let row = record.row;
  for (const leaf of space.leaves) {
    const { defaultNumber } = leaf.parameter;
    if (!Number.isNaN(row[leaf.index]) || Number.isNaN(defaultNumber) || !isActive(leaf, row)) continue;
    if (row === record.row) row = row.slice();
    row[leaf.index] = defaultNumber;
  }
  return row === record.row ? record : { ...record, row };
}
