import { createPermutation } from '../math/permutation.ts';
import type { Random } from '../math/random.ts';
import { enumerateSpace } from './enumerate.ts';
import type { SearchSpace } from './search-space.ts';

/** How many configurations are looked at before the search is given up: about a second. */
const MAX_VISITS = 1_000_000;

/**
 * A configuration of a finite space that is wanted, each equally likely: they are visited in a random order, without a
 * list of them. For wanted ones too rare to be met by drawing.
 *
 * @param space a finite space.
 * @param random the order derives from it.
 * @param isWanted whether a row will do.
 * @returns undefined when none is wanted, or none of the first million.
 */
export function findRow(
  space: SearchSpace,
  random: Random,
  isWanted: (row: Float64Array) => boolean,
): Float64Array | undefined {
  if (space.cardinality > Number.MAX_SAFE_INTEGER) return undefined;
  const configurations = enumerateSpace(space);
  const permutation = createPermutation(configurations.size, random.integer(2 ** 31));
  for (let i = 0; i < Math.min(configurations.size, MAX_VISITS); i++) {
    const row = configurations.rowAt(permutation(i));
    if (isWanted(row)) return row;
  }
  return undefined;
}
