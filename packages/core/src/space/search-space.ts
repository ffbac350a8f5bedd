import { InvalidArgumentError, InvalidParameterError, InvalidSpaceError } from '../errors.ts';
import { drawNumber } from '../hyperparameter/draw.ts';
import { show } from '../json.ts';
import { createRandom, type Random } from '../math/random.ts';
import { checkOptions } from '../options.ts';
import { planCardinality } from './cardinality.ts';
import { decodePlan, encodePlan, planAllows } from './codec.ts';
import { findRow } from './find-row.ts';
import { isActive, type Leaf } from './leaf.ts';
import type { Infer, Shape, Where } from './node.ts';
import { compile, type GroupPlan } from './plan.ts';
import { nodeToJSON, type SpaceJSON } from './to-json.ts';

/** Options of {@link space}. */
export interface SpaceOptions<P> {
  /**
   * Constraints between parameters; a configuration is proposed only if all hold. They should accept a fair share
   * of the space (one in a thousand at the very least), since they are met by drawing again.
   * @example where: [(p) => p.minDepth <= p.maxDepth]
   */
  where?: readonly Where<P>[];
}

/**
 * A search space: named hyperparameters, nested spaces, choices and lists.
 *
 * @param shape names and what stands under them.
 * @param options `where`, constraints between parameters.
 * @throws {InvalidSpaceError} two leaves of one name, or something that is not a hyperparameter.
 */
export function space<const S extends Shape>(shape: S, options: SpaceOptions<Infer<S>> = {}): SearchSpace<S> {
  checkOptions('space', options, ['where'], (m) => new InvalidSpaceError(m));
  const { where = [] } = options;
  if (!Array.isArray(where) || where.some((w) => typeof w !== 'function')) {
    throw new InvalidSpaceError(
      `space: where must be a list of functions from a configuration to true or false, not ${show(where)}`,
    );
  }
  return new SearchSpace(shape, where);
}

/** How many rows share memory, which is freed when none of them is used any more. */
const ROWS_PER_SLAB = 64;

/** How many draws `sampleRow` tries before it concludes that `where` rejects everything. */
const MAX_DRAWS = 10_000;

/**
 * A flattened space. A configuration is also a *row*: one number per leaf (see {@link Leaf}), NaN where the leaf is
 * inactive. Optimizers read and write rows; objectives get configurations.
 */
export class SearchSpace<S extends Shape = Shape> {
  /** Tells a space from the other nodes. */
  readonly kind = 'space';
  /** The declaration. */
  readonly shape: S;
  /** The constraints declared on this space itself (nested spaces keep their own). */
  readonly where: readonly Where[];
  /** Every place that varies, parents before their children. */
  readonly leaves: readonly Leaf[];
  /** How many configurations there are, constraints not considered; `Infinity` with any continuous leaf. */
  readonly cardinality: number;
  /** Whether any constraint is declared, here or in a nested space. */
  readonly isConstrained: boolean;
  readonly #plan: GroupPlan;
  /** Memory for the next rows; see `#newRow`. */
  #slab: Float64Array = new Float64Array(0);
  #used = 0;

  /** Use {@link space}. */
  constructor(shape: S, where: readonly Where[]) {
    const { plan, leaves } = compile(shape, where);
    this.shape = shape;
    this.where = where;
    this.leaves = leaves;
    this.#plan = plan;
    this.cardinality = planCardinality(plan);
    this.isConstrained = hasWhere(plan);
  }

  /** The configuration of a row. */
  decode(row: Float64Array): Infer<S> {
    return decodePlan(this.#plan, row) as Infer<S>;
  }

  /**
   * The row of a configuration, which is checked whole.
   *
   * @param params a configuration; names it must have, and no others.
   * @param options `partial: true` also accepts missing names, and leaves NaN for them.
   * @throws {InvalidParameterError} an unknown or missing name, a value outside its domain, a `where` that is false.
   */
  encode(params: unknown, options: { partial?: boolean } = {}): Float64Array {
    const row = new Float64Array(this.leaves.length).fill(Number.NaN);
    encodePlan(this.#plan, params, '', row, options.partial === true);
    if (options.partial !== true && !this.allows(row)) {
      throw new InvalidParameterError(`${show(params)} violates a constraint (where) of the search space`);
    }
    return row;
  }

  /** Whether `row` satisfies every active constraint. */
  allows(row: Float64Array): boolean {
    return !this.isConstrained || planAllows(this.#plan, row);
  }

  /** Writes NaN to the leaves of `row` that the others make inactive; returns `row`. */
  deactivate(row: Float64Array): Float64Array {
    for (const leaf of this.leaves) if (!isActive(leaf, row)) row[leaf.index] = Number.NaN;
    return row;
  }

  /**
   * A copy of `row` in which every active leaf has a number and no other has: those that lack one are drawn.
   *
   * @param options `defaults: true` takes a leaf's declared default, if there is one, instead of drawing.
   */
  complete(row: Float64Array, random: Random, options: { defaults?: boolean } = {}): Float64Array {
    const whole = row.slice();
    for (const leaf of this.leaves) {
      const { index, parameter } = leaf;
      if (!isActive(leaf, whole)) whole[index] = Number.NaN;
      else if (Number.isNaN(whole[index])) {
        const isDefault = options.defaults === true && !Number.isNaN(parameter.defaultNumber);
        whole[index] = isDefault ? parameter.defaultNumber : drawNumber(parameter, random);
      }
    }
    return whole;
  }

  /** A row drawn uniformly in the unit encoding of each leaf; `where` not considered. One draw per leaf, always. */
  drawRow(random: Random): Float64Array {
    const row = this.#newRow();
    for (const { index, parameter } of this.leaves) {
      row[index] = drawNumber(parameter, random);
    }
    return this.deactivate(row);
  }

  /** A row of zeros. Rows share memory: a buffer of its own costs a small row ten times as much as its numbers. */
  #newRow(): Float64Array {
    const { length } = this.leaves;
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Float64Array(length * ROWS_PER_SLAB);
      this.#used = 0;
    }
    this.#used += length;
    return this.#slab.subarray(this.#used - length, this.#used);
  }

  /**
   * A row drawn uniformly among those that satisfy the constraints.
   *
   * @throws {InvalidSpaceError} when none is found: by 10,000 draws and, in a finite space, by looking at a million
   *   configurations.
   */
  sampleRow(random: Random): Float64Array {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const row = this.drawRow(random);
      if (this.allows(row)) return row;
    }
    const row = findRow(this, random, (candidate) => this.allows(candidate));
    if (row !== undefined) return row;
    throw new InvalidSpaceError(
      `the constraints (where) rejected ${MAX_DRAWS} random configurations in a row; loosen them, or build the dependency into the parameters`,
    );
  }

  /**
   * A random configuration, the same for the same seed.
   *
   * @param seed an integer.
   */
  sample(seed: number): Infer<S> {
    if (!Number.isSafeInteger(seed))
      throw new InvalidArgumentError(`sample: seed must be an integer, not ${show(seed)}`);
    return this.decode(this.sampleRow(createRandom(seed)));
  }

  /**
   * The row of declared defaults; a leaf without one takes the middle of its range, a category the first choice.
   */
  defaultRow(): Float64Array {
    const row = new Float64Array(this.leaves.length);
    for (const { index, parameter } of this.leaves) {
      const declared = parameter.defaultNumber;
      row[index] = Number.isNaN(declared) ? parameter.fromUnit(parameter.isNominal ? 0 : 0.5) : declared;
    }
    return this.deactivate(row);
  }

  /** Whether every leaf that is active in {@link defaultRow} has a declared default. */
  get hasDefaults(): boolean {
    const row = this.defaultRow();
    return this.leaves.every(
      ({ index, parameter }) => Number.isNaN(row[index]) || !Number.isNaN(parameter.defaultNumber),
    );
  }

  /** A text that is equal for equal rows and different for different ones. */
  key(row: Float64Array): string {
    return row.join(',');
  }

  /** The declaration as plain data. Constraints are functions: only their number is kept. */
  toJSON(): SpaceJSON {
    return nodeToJSON(this) as SpaceJSON;
  }
}

function hasWhere(plan: GroupPlan): boolean {
  const pending: unknown[] = [plan];
  while (pending.length > 0) {
    const next = pending.pop() as Partial<{
      where: unknown[];
      members: unknown[];
      branches: unknown[];
      items: unknown[];
      member: unknown;
    }>;
    if (next.where !== undefined && next.where.length > 0) return true;
    pending.push(...(next.members ?? []), ...(next.branches ?? []), ...(next.items ?? []));
    if (next.member !== undefined) pending.push(next.member);
  }
  return false;
}
