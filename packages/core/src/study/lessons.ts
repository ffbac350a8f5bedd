import type { Pruner } from '../pruner/pruner.ts';
import { type TrialRecord } from '../storage/trial-record.ts';
import { lossSign } from './direction.ts';
import { STATE_CODES, TrialTable } from './history.ts';
import { reportedTrials } from './reported-trials.ts';

/**
 * The history of a study as its optimizer should see it: with what stopped trials (paused ones, and pruned ones that
 * reported) teach.
 *
 * If the pruner forecasts, stopped trials are complete, with the forecast loss, and those without a forecast are nowhere;
 * not so once trials have constraints, which no forecast knows. Otherwise they are pruned ones, with their last report as
 * value.
 *
 * Forecasts move with every report, and a paused trial may go on and end otherwise, but in a history a finished trial never
 * changes: optimizers count on it, and keep what they derive from one. So they get a copy, which grows as trials end, and is made anew when
 * the number of ended trials has grown by a quarter; until then its forecasts are told from the trials that had ended
 * by the time it was due. So what optimizers derive from a copy is of use for long enough, and a copy is a function of the
 * finished trials, in their order.
 *
 * That is, while none is paused. Those that are stand where they were paused, until they end. A copy is also made anew when one of
 * them is complete or failed, or when many have come further.
 */
export class Lessons {
  readonly #table: TrialTable;
  readonly #pruner: Pruner;
  readonly #seed: number;
  #copy: GrowingCopy | undefined;
  /** How many finished trials are known not to have been pruned after a report. */
  #unstopped = 0;

  /** @param seed the seed of the study. */
  constructor(table: TrialTable, pruner: Pruner, seed: number) {
    this.#table = table;
    this.#pruner = pruner;
    this.#seed = seed;
  }

  /** @param paused numbers of the paused trials: running ones that reported. */
  history(paused: readonly number[]): TrialTable {
    if (paused.length === 0 && !this.#needsForecasts) return this.#table;
    if (this.#copy?.isCurrent(paused) !== true) {
      this.#copy = new GrowingCopy(this.#table, paused, this.#forecastFrom(paused));
    }
    this.#copy.grow(paused);
    return this.#copy.history;
  }

  get #needsForecasts(): boolean {
    const { finished, directions, constraintCount } = this.#table;
    if (this.#pruner.forecast === undefined || directions.length > 1 || constraintCount > 0) return false;
    while (this.#unstopped < finished.length && !hasStopped(this.#table, finished[this.#unstopped]!))
      this.#unstopped++;
    return this.#unstopped < finished.length;
  }

  /** What forecasts the losses of stopped trials from now on, if that is possible; see {@link Pruner.forecast}. */
  #forecastFrom(paused: readonly number[]): Forecast | undefined {
    const table = this.#table;
    const pruner = this.#pruner;
    if (pruner.forecast === undefined || table.directions.length > 1 || table.constraintCount > 0)
      return undefined;
    // Paused trials hold most of what is known, and are no part of what can be repeated.
    const horizon = paused.length > 0 ? undefined : dueSize(table.finished.length);
    const others = reportedTrials(table, this.#seed, -1, horizon);
    return (trials) => (pruner.forecast as NonNullable<Pruner['forecast']>)(trials, others);
  }
}

type Forecast = (trials: readonly number[]) => ReadonlyMap<number, number>;

/** A copy of a history that takes in what happens from then on. */
class GrowingCopy {
  readonly history: TrialTable;
  readonly #table: TrialTable;
  readonly #forecast: Forecast | undefined;
  readonly #sign: number;
  readonly #isConstrained: boolean;
  /** How many trials had ended by the time it was due. */
  readonly #size: number;
  /** How many of the finished trials are in it. */
  #seen = 0;
  /** Trials that came here paused, with how many reports they had. */
  readonly #held = new Map<number, number>();

  constructor(table: TrialTable, paused: readonly number[], forecast: Forecast | undefined) {
    this.history = new TrialTable(table.space, table.directions);
    this.#table = table;
    this.#forecast = forecast;
    this.#sign = lossSign(table.directions[0] as 'minimize');
    this.#isConstrained = table.constraintCount > 0;
    this.#size = dueSize(table.finished.length + paused.length);
  }

  /** Whether it needs only to grow. */
  isCurrent(paused: readonly number[]): boolean {
    const { finished, states, constraintCount } = this.#table;
    if (dueSize(finished.length + paused.length) > this.#size) return false;
    if (constraintCount > 0 !== this.#isConstrained) return false;
    if (this.#held.size === 0) return true;
    if (paused.length === 0) return false;
    for (let i = this.#seen; i < finished.length; i++) {
      const trial = finished[i]!;
      if (this.#held.has(trial) && states[trial] !== STATE_CODES.pruned) return false;
    }
    const further = paused.filter((trial) => {
      const held = this.#held.get(trial);
      return held !== undefined && held !== countReports(this.#table, trial);
    });
    return further.length * 8 < this.#held.size;
  }

  grow(paused: readonly number[]): void {
    const { history } = this;
    const { finished, running, size } = this.#table;
    for (let trial = history.size; trial < size; trial++) {
      const record = this.#table.record(trial);
      // A state that no list holds: until the trials are ended in their order, and for good where they tell nothing.
      history.upsert(record.state === 'running' ? record : { ...record, state: 'waiting' });
    }
    // Those that were put back, or have finished and may tell nothing.
    const left = history.running.filter((trial) => this.#table.states[trial] !== STATE_CODES.running);
    for (const trial of left) history.upsert({ ...this.#table.record(trial), state: 'waiting' });
    const ended = finished.slice(this.#seen).filter((trial) => !this.#held.has(trial));
    this.#seen = finished.length;
    for (const trial of paused) {
      if (this.#held.has(trial)) continue;
      this.#held.set(trial, countReports(this.#table, trial));
      ended.push(trial);
    }
    this.#end(ended);
    for (const trial of running) {
      if (!this.#held.has(trial)) history.upsert(this.#table.record(trial));
    }
  }

  #end(trials: readonly number[]): void {
    const { history } = this;
    const stopped = new Set(
      trials.filter((trial) => this.#held.has(trial) || hasStopped(this.#table, trial)),
    );
    const forecasts = stopped.size === 0 ? undefined : this.#forecast?.([...stopped]);
    for (const trial of trials) {
      const record = this.#table.record(trial);
      const loss = forecasts?.get(trial);
      if (!stopped.has(trial)) history.upsert(record);
      else if (this.#forecast === undefined) history.upsert(asPruned(record));
      else if (loss === undefined) history.upsert({ ...record, state: 'waiting' });
      else {
        history.upsert({ ...record, state: 'complete', values: [this.#sign * loss] });
        if (Number.isFinite(loss)) history.forecastCount++;
      }
    }
  }
}

/** The largest of a series of sizes, each greater than the last by a quarter, that is at most `count`. */
function dueSize(count: number): number {
  let due = 0;
  for (let next = 1; next <= count; next = Math.ceil(next * 1.25)) due = next;
  return due;
}

function hasStopped(table: TrialTable, trial: number): boolean {
  return table.states[trial] === STATE_CODES.pruned && table.record(trial).reports !== undefined;
}

function countReports(table: TrialTable, trial: number): number {
  return table.record(trial).reports?.steps.length ?? 0;
}

function asPruned(record: TrialRecord): TrialRecord {
  const value = record.reports?.values.at(-1);
  const hasValue = value !== undefined && !Number.isNaN(value);
  return { ...record, state: 'pruned', ...(hasValue && { values: [value] }) };
}
