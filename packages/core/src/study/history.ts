import { isActive, type Leaf } from '../space/leaf.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { isFinished, type TrialRecord, type TrialState } from '../storage/trial-record.ts';
import { lossSign, type Direction } from './direction.ts';
import { insertSorted, StepIndex, type StepReports } from './step-index.ts';

export type { StepReports };

/** The codes in `History.states`. */
export const STATE_CODES: { readonly [S in TrialState]: number } = {
  running: 0,
  complete: 1,
  pruned: 2,
  failed: 3,
  waiting: 4,
};

/**
 * What a study knows, in columns: the read-only view that optimizers and pruners get.
 *
 * The arrays are at least `size` long (they grow by doubling, so take them afresh for every suggestion) and are
 * indexed by trial number. Nobody but the study writes to them.
 */
export interface History {
  /** The space of the study; its leaves number the columns. */
  readonly space: SearchSpace;
  /** One direction per objective. */
  readonly directions: readonly Direction[];
  /** Trials known, of any state; their numbers are 0 .. size-1. */
  readonly size: number;
  /** The state of each trial: 0 running, 1 complete, 2 pruned, 3 failed, 4 waiting. */
  readonly states: Uint8Array;
  /** Numbers of the finished trials (complete, pruned or failed) in the order in which they finished. */
  readonly finished: readonly number[];
  /** Numbers of the running trials, ascending. */
  readonly running: readonly number[];
  /** How many trials are complete. */
  readonly completeCount: number;
  /** How many of those were in truth stopped, and have the finite loss with which they would probably have ended; see `Pruner.forecast`. */
  readonly forecastCount: number;
  /** How many constraint values trials have; 0 when none was ever told. */
  readonly constraintCount: number;
  /**
   * The number encoding (see `Hyperparameter`) of a leaf in each trial; NaN where inactive or not yet chosen. A finished trial
   * has a number wherever the leaf is active, if need be the default.
   */
  column(leaf: number): Float64Array;
  /** The unit encoding of a leaf in each trial; NaN where inactive or not yet chosen. */
  units(leaf: number): Float64Array;
  /** An objective's value times -1 if it is maximized, so that smaller is better; NaN where there is none. */
  losses(objective: number): Float64Array;
  /** Total violation, the sum of the positive constraint values: 0 where feasible, NaN where unknown. */
  readonly violations: Float64Array;
  /** The values of one constraint; NaN where unknown. */
  constraint(index: number): Float64Array;
  /** The record of a trial, with everything that has no column. */
  record(trial: number): TrialRecord;
  /** What trials reported of the first objective at `step`; undefined when none did. */
  reportsAt(step: number): StepReports | undefined;
  /** The steps at which any trial reported it, ascending. */
  readonly steps: readonly number[];
}

/** The one implementation of {@link History}; the study writes to it through {@link upsert}. */
export class TrialTable implements History {
  readonly space: SearchSpace;
  readonly directions: readonly Direction[];
  readonly finished: number[] = [];
  readonly running: number[] = [];
  states: Uint8Array = new Uint8Array(16);
  violations: Float64Array = newColumn(16);
  completeCount = 0;
  /** Written by whoever makes a history with forecasts. */
  forecastCount = 0;
  readonly #records: TrialRecord[] = [];
  readonly #columns: Float64Array[];
  readonly #units: Float64Array[];
  readonly #losses: Float64Array[];
  readonly #constraints: Float64Array[] = [];
  readonly #signs: readonly number[];
  readonly #firstIndex: StepIndex;
  /** The index above, and those of other series that were asked for, by name. */
  readonly #indexes: Map<string, StepIndex>;
  /** By trial: its place in `finished`. */
  readonly #finishRanks: number[] = [];
  /** By place in `finished`: the best trial among those up to there, or -1. */
  readonly #bestSoFar: number[] = [];

  constructor(space: SearchSpace, directions: readonly Direction[]) {
    this.space = space;
    this.directions = directions;
    this.#signs = directions.map(lossSign);
    this.#columns = space.leaves.map(() => newColumn(16));
    this.#units = space.leaves.map(() => newColumn(16));
    this.#losses = directions.map(() => newColumn(16));
    this.#firstIndex = new StepIndex(this.#signs[0] as number, (reports) => reports);
    this.#indexes = new Map([['objective 0', this.#firstIndex]]);
  }

  get size(): number {
    return this.#records.length;
  }

  get constraintCount(): number {
    return this.#constraints.length;
  }

  column(leaf: number): Float64Array {
    return this.#columns[leaf] as Float64Array;
  }

  units(leaf: number): Float64Array {
    return this.#units[leaf] as Float64Array;
  }

  losses(objective: number): Float64Array {
    return this.#losses[objective] as Float64Array;
  }

  constraint(index: number): Float64Array {
    return this.#constraints[index] as Float64Array;
  }

  record(trial: number): TrialRecord {
    return this.#records[trial] as TrialRecord;
  }

  get steps(): readonly number[] {
    return this.#firstIndex.steps;
  }

  reportsAt(step: number): StepReports | undefined {
    return this.#firstIndex.at(step);
  }

  /** What trials reported of one objective. */
  objectiveReports(objective: number): StepIndex {
    return this.#index(`objective ${objective}`, () => {
      const sign = this.#signs[objective] as number;
      return new StepIndex(sign, ({ furtherObjectives }) => furtherObjectives?.[objective - 1]);
    });
  }

  /** What trials reported of one metric. */
  metricReports(name: string, direction: Direction): StepIndex {
    return this.#index(`${direction} ${name}`, () => {
      return new StepIndex(lossSign(direction), ({ metrics }) =>
        metrics !== undefined && Object.hasOwn(metrics, name) ? metrics[name] : undefined,
      );
    });
  }

  /** A trial's place in `finished`; infinite while it is not finished. */
  finishRank(trial: number): number {
    return this.#finishRanks[trial] ?? Infinity;
  }

  /**
   * The complete, feasible trial with the lowest first loss among the first `horizon` finished trials (all, if
   * undefined); of equal ones the one with the lowest number. Undefined when there is none.
   */
  bestOf(horizon: number = this.finished.length): number | undefined {
    const best = this.#bestSoFar[Math.min(horizon, this.#bestSoFar.length) - 1] ?? -1;
    return best === -1 ? undefined : best;
  }

  /**
   * Adds a trial or brings a known one up to date. A finished trial never changes. Numbers without gaps: when a saved
   * study is read in another order, there are gaps until all of it is read.
   */
  upsert(record: TrialRecord): void {
    const { number, state, row } = record;
    const previous = this.#records[number];
    if (previous === undefined) this.#reserve(number + 1);
    if (previous?.reports !== undefined && record.reports === undefined) {
      for (const index of this.#indexes.values()) index.forget(number);
    }
    this.#records[number] = record;
    this.states[number] = STATE_CODES[state];
    const whole = isFinished(state) ? fillGaps(this.space, row) : row;
    if (previous?.row !== whole) this.#writeRow(number, whole);
    if (record.reports !== undefined) {
      for (const index of this.#indexes.values()) index.add(number, record.reports);
    }
    if (previous?.state === state) return;
    if (state === 'running') insertSorted(this.running, number);
    else if (previous?.state === 'running') this.running.splice(this.running.indexOf(number), 1);
    if (isFinished(state)) this.#writeOutcome(record);
  }

  /** The index of that name, made when first asked for: a series that nobody judges by costs nothing. */
  #index(name: string, make: () => StepIndex): StepIndex {
    let index = this.#indexes.get(name);
    if (index !== undefined) return index;
    this.#indexes.set(name, (index = make()));
    for (const { number, reports } of this.#records) if (reports !== undefined) index.add(number, reports);
    return index;
  }

  #writeRow(number: number, row: Float64Array): void {
    const { leaves } = this.space;
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      const x = row[leaf] as number;
      (this.#columns[leaf] as Float64Array)[number] = x;
      (this.#units[leaf] as Float64Array)[number] = Number.isNaN(x)
        ? x
        : (leaves[leaf] as Leaf).parameter.toUnit(x);
    }
  }

  #writeOutcome({ number, state, values, constraints }: TrialRecord): void {
    this.#finishRanks[number] = this.finished.length;
    this.finished.push(number);
    if (state === 'complete') this.completeCount++;
    if (values !== undefined) {
      for (const [objective, sign] of this.#signs.entries()) {
        (this.#losses[objective] as Float64Array)[number] = sign * (values[objective] as number);
      }
    }
    if (constraints !== undefined) {
      let total = 0;
      for (const [index, value] of constraints.entries()) {
        this.#constraints[index] ??= newColumn(this.states.length);
        this.#constraints[index][number] = value;
        total += Math.max(0, value);
      }
      this.violations[number] = total;
    } else if (state === 'complete') {
      this.violations[number] = this.constraintCount === 0 ? 0 : Number.NaN;
    }
    const best = this.bestOf() ?? -1;
    this.#bestSoFar.push(state === 'complete' && this.#isBetter(number, best) ? number : best);
  }

  #isBetter(trial: number, best: number): boolean {
    if (this.violations[trial] !== 0) return false;
    const loss = this.losses(0)[trial] as number;
    if (best === -1) return !Number.isNaN(loss);
    const bestLoss = this.losses(0)[best] as number;
    return loss < bestLoss || (loss === bestLoss && trial < best);
  }

  #reserve(size: number): void {
    if (size <= this.states.length) return;
    const capacity = Math.max(size, 2 * this.states.length);
    const states = new Uint8Array(capacity);
    states.set(this.states);
    this.states = states;
    this.violations = grown(this.violations, capacity);
    for (const columns of [this.#columns, this.#units, this.#losses, this.#constraints]) {
      for (let i = 0; i < columns.length; i++) columns[i] = grown(columns[i] as Float64Array, capacity);
    }
  }
}

/**
 * A finished trial of another program may lack numbers that this space has (it failed before it chose them, or does not know the
 * parameter). Optimizers, which count on them, see the default or the middle there; the record stays as it is.
 */
function fillGaps(space: SearchSpace, row: Float64Array): Float64Array {
  let whole = row;
  for (const leaf of space.leaves) {
    const { index, parameter } = leaf;
    if (!Number.isNaN(row[index]) || !isActive(leaf, whole)) continue;
    if (whole === row) whole = row.slice();
    const declared = parameter.defaultNumber;
    whole[index] = Number.isNaN(declared) ? parameter.fromUnit(parameter.isNominal ? 0 : 0.5) : declared;
  }
  return whole;
}

function newColumn(capacity: number): Float64Array {
  return new Float64Array(capacity).fill(Number.NaN);
}

function grown(column: Float64Array, capacity: number): Float64Array {
  const larger = newColumn(capacity);
  larger.set(column);
  return larger;
}
