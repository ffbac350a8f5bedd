import { nonDominatedRanks } from '../analysis/pareto.ts';
import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';
import type { Random } from '../math/random.ts';
import type { EarlierStudy } from '../optimizer/optimizer.ts';
import { isActive, type Leaf } from '../space/leaf.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { withoutConstraints } from '../space/translate-rows.ts';
import { completeRow } from './proposal.ts';
import type { EarlierResults } from './warm-start.ts';

/** How many configurations are run first: of one earlier study at most, and of all together. */
const FIRST_OF_ONE = 3;
const FIRST_OF_ALL = 5;

/** Configurations closer than this in every parameter (in units of its range) teach too little to be run both. */
const NEAR = 0.1;

/**
 * What optimizers learn from earlier studies of one objective, in terms of a new space. Parameters are matched by name. Those
 * that only an earlier study had are left out; a trial is left out if it has a category or a value that the new space
 * lacks.
 */
export function earlierStudies(results: readonly EarlierResults[], space: SearchSpace): EarlierStudy[] {
  const studies: EarlierStudy[] = [];
  for (const result of results) {
    if (result.losses[0]?.length !== 1) continue;
    const translate = translator(result, space);
    const rows: Float64Array[] = [];
    const losses: number[] = [];
    for (const [trial, numbers] of result.rows.entries()) {
      const { row, fits } = translate(numbers);
      if (!fits) continue;
      rows.push(row);
      losses.push((result.losses[trial] as readonly number[])[0] as number);
    }
    if (rows.length === 0) continue;
    const knows = space.leaves.map(({ index }) => rows.some((row) => !Number.isNaN(row[index])));
    studies.push({ name: result.study, knows, rows, losses: Float64Array.from(losses) });
  }
  return studies;
}

/** A configuration to begin with, and the earlier study in which it was found. */
export interface Beginning {
  readonly row: Float64Array;
  readonly study: string;
}

/**
 * The best configurations of earlier studies, at most five: of each study the best, then of each the second best, and so on,
 * but for those that lie close to one chosen already. Numbers beyond the bounds of the new space move to the bound; a
 * new parameter takes its default, else a random value; a configuration with a category that is gone, or one that a
 * constraint of the new space forbids, is passed over.
 *
 * @param random fills what the earlier studies did not have.
 */
export function beginnings(
  results: readonly EarlierResults[],
  space: SearchSpace,
  random: Random,
): Beginning[] {
  const chosen: Beginning[] = [];
  const queues = results.map((result) => candidates(result, space, random));
  for (let place = 0; place < FIRST_OF_ONE; place++) {
    for (const queue of queues) {
      const next = queue.find(({ row }) => chosen.every((other) => !areNear(space, row, other.row)));
      if (next !== undefined && chosen.length < FIRST_OF_ALL) chosen.push(next);
    }
  }
  return chosen;
}

/** The fifth of an earlier study that was best (three trials at least), best first, as far as it can be run. */
function candidates(result: EarlierResults, space: SearchSpace, random: Random): Beginning[] {
  const { study, rows, losses } = result;
  const translate = translator(result, space);
  const objectives = losses[0]?.length ?? 1;
  const ranks = nonDominatedRanks(Float64Array.from(losses.flat()), objectives);
  const order = Array.from(rows.keys()).toSorted(
    (a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b,
  );
  const best: Beginning[] = [];
  for (const trial of order.slice(0, Math.max(FIRST_OF_ONE, Math.ceil(rows.length / 5)))) {
    const { row, isRunnable } = translate(rows[trial] as readonly (number | null)[]);
    const whole = isRunnable ? completeRow(space, row, random.fork(trial)) : undefined;
    if (whole !== undefined && space.allows(whole)) best.push({ row: whole, study });
  }
  return best;
}

interface Translation {
  /** NaN where a leaf is inactive, or unknown to the earlier study. */
  readonly row: Float64Array;
  /** Whether it is a configuration of the new space, as far as it goes. */
  readonly isRunnable: boolean;
  /** Whether nothing had to be moved to a bound. */
  readonly fits: boolean;
}

/** @returns a function from rows of the earlier space to rows of the new one. */
function translator(
  { space: json }: EarlierResults,
  space: SearchSpace,
): (numbers: readonly (number | null)[]) => Translation {
  const places = new Map(withoutConstraints(json).leaves.map((leaf) => [leaf.name, leaf]));
  const pairs: (readonly [Leaf, Leaf])[] = [];
  for (const leaf of space.leaves) {
    const source = places.get(leaf.name);
    if (source !== undefined) pairs.push([leaf, source]);
  }
  return (numbers) => {
    const row = new Float64Array(space.leaves.length).fill(Number.NaN);
    let isRunnable = pairs.length > 0;
    let fits = isRunnable;
    for (const [leaf, source] of pairs) {
      const number = numbers[source.index];
      if (number === null || number === undefined || !isActive(leaf, row)) continue;
      const value = source.parameter.decode(number);
      const near = nearest(leaf.parameter, value);
      row[leaf.index] = near;
      isRunnable &&= !Number.isNaN(near);
      fits &&= isWithin(leaf.parameter, value);
    }
    return { row, isRunnable, fits };
  };
}

/** The number of a value, or of the value of the domain that is nearest; NaN where there is none. */
function nearest(parameter: Hyperparameter, value: unknown): number {
  const exact = parameter.encode(value);
  const domain = parameter.toJSON();
  if (!Number.isNaN(exact) || typeof value !== 'number' || !('low' in domain)) return exact;
  const clamped = Math.min(domain.high, Math.max(domain.low, value));
  return parameter.fromUnit(parameter.toUnit(clamped));
}

function isWithin(parameter: Hyperparameter, value: unknown): boolean {
  if (!Number.isNaN(parameter.encode(value))) return true;
  const domain = parameter.toJSON();
  return typeof value === 'number' && 'low' in domain && value >= domain.low && value <= domain.high;
}

function areNear({ leaves }: SearchSpace, a: Float64Array, b: Float64Array): boolean {
  return leaves.every(({ index, parameter }) => {
    const [x, y] = [a[index] as number, b[index] as number];
    if (Object.is(x, y)) return true;
    return !parameter.isNominal && Math.abs(parameter.toUnit(x) - parameter.toUnit(y)) < NEAR;
  });
}
