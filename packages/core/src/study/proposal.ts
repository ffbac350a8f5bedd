import { UnsupportedError } from '../errors.ts';
import { createRandom, type Random } from '../math/random.ts';
import type { EarlierStudy, Optimizer, Suggestion } from '../optimizer/optimizer.ts';
import { findRow } from '../space/find-row.ts';
import { isActive } from '../space/leaf.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { TrialTable } from './history.ts';

/** Which configurations of a finite space were evaluated or are running; empty for infinite spaces and with noise. */
export class KnownConfigurations {
  readonly #space: SearchSpace;
  readonly #keys: Set<string> | undefined;

  constructor(space: SearchSpace, isNoisy: boolean) {
    this.#space = space;
    this.#keys = space.cardinality === Infinity || isNoisy ? undefined : new Set();
  }

  add(record: TrialRecord): void {
    if (this.#keys !== undefined && record.state !== 'waiting') this.#keys.add(this.#space.key(record.row));
  }

  has(row: Float64Array): boolean {
    return this.#keys?.has(this.#space.key(row)) ?? false;
  }
}

/**
 * The configuration that trial `number` should run: the optimizer's suggestion, replaced by a random one when it
 * violates a constraint or is known already; null when nothing is left to try.
 *
 * @throws {UnsupportedError} when the optimizer returns a row that is none of this space.
 */
export function propose(
  optimizer: Optimizer,
  history: TrialTable,
  known: KnownConfigurations,
  seed: number,
  number: number,
  earlier: readonly EarlierStudy[],
): Suggestion | null {
  const { space, directions } = history;
  const random = createRandom(seed, number);
  const accepts = (row: Float64Array): boolean => space.allows(row) && !known.has(row);
  const context = { number, space, directions, history, seed, random, accepts, earlier };
  const suggestion = optimizer.suggest(context);
  if (suggestion === null) return null;
  const row = space.deactivate(suggestion.row);
  checkRow(optimizer, space, row);
  if (accepts(row)) return { by: optimizer.name, ...suggestion };
  const fresh = freshRow(space, accepts, random.fork(1));
  return fresh === null
    ? null
    : { row: fresh, by: 'random', why: `${optimizer.name} proposed a known configuration` };
}

/**
 * Completes an enqueued configuration: a leaf left open takes its declared default, else a random value. A whole one is
 * returned as it is, constraints or not.
 *
 * @returns undefined when the constraints of the space allow no way of completing it.
 */
export function completeRow(
  space: SearchSpace,
  partial: Float64Array,
  random: Random,
): Float64Array | undefined {
  if (isWhole(space, partial)) return partial;
  const first = space.complete(partial, random, { defaults: true });
  if (space.allows(first)) return first;
  for (let draw = 0; draw < 1000; draw++) {
    const row = space.complete(partial, random);
    if (space.allows(row)) return row;
  }
  if (space.cardinality === Infinity) return undefined;
  return findRow(space, random, (row) => agrees(row, partial) && space.allows(row));
}

/** Whether a row has the numbers that another one gives. */
export function agrees(row: Float64Array, partial: Float64Array): boolean {
  return partial.every((x, leaf) => Number.isNaN(x) || x === row[leaf]);
}

/** Whether every active leaf of `row` has a value. */
export function isWhole(space: SearchSpace, row: Float64Array): boolean {
  return space.leaves.every((leaf) => !Number.isNaN(row[leaf.index]) || !isActive(leaf, row));
}

function checkRow(optimizer: Optimizer, space: SearchSpace, row: Float64Array): void {
  for (const leaf of space.leaves) {
    if (!isActive(leaf, row)) continue;
    const { index, name, parameter } = leaf;
    const x = row[index] as number;
    if (row.length !== space.leaves.length || Number.isNaN(parameter.encode(parameter.decode(x)))) {
      throw new UnsupportedError(
        `the optimizer '${optimizer.name}' proposed ${x} for '${name}', which is not ${parameter.describe()}; this is a mistake in the optimizer`,
      );
    }
  }
}

function freshRow(
  space: SearchSpace,
  accepts: (row: Float64Array) => boolean,
  random: Random,
): Float64Array | null {
  for (let draw = 0; draw < 200; draw++) {
    const row = space.drawRow(random);
    if (accepts(row)) return row;
  }
  // In an infinite space nothing is known twice: only constraints can have rejected the draws.
  if (space.cardinality === Infinity) return space.sampleRow(random);
  return findRow(space, random, accepts) ?? null;
}
