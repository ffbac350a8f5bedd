import { InvalidSpaceError } from '../errors.ts';
import { show } from '../json.ts';
import { checkOptions } from '../options.ts';
import type { List, SpaceNode } from './node.ts';

/** Options of {@link list}. */
export interface ListOptions {
  /** Fewest items; a whole number of at least 0. Default 1. */
  min?: number;
  /** Most items; a whole number, at least `min` and 1. */
  max: number;
  /** The length one would use without tuning. */
  default?: number;
}

/**
 * A variable number of like items, such as the layers of a network; a configuration holds an array.
 *
 * @param item what each item is: a hyperparameter, a shape, a choice or a space.
 * @param options the range of lengths, and the default length.
 * @throws {InvalidSpaceError} lengths that are reversed or not whole.
 * @example list({ units: int(8, 256, { scale: 'log' }), dropout: float(0, 0.5) }, { min: 1, max: 4 })
 */
export function list<const N extends SpaceNode>(item: N, options: ListOptions): List<N> {
  const fail = (message: string) => new InvalidSpaceError(message);
  checkOptions('list', options, ['min', 'max', 'default'], fail);
  const { min = 1, max } = options;
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || max < 1 || min > max) {
    throw fail(
      `list: min and max must be whole numbers with 0 <= min <= max and max >= 1, not ${show(min)} and ${show(max)}`,
    );
  }
  const length = options.default;
  if (length !== undefined && (!Number.isInteger(length) || length < min || length > max)) {
    throw fail(`list: the default length must be a whole number from ${min} to ${max}, not ${show(length)}`);
  }
  return {
    kind: 'list',
    item,
    minLength: min,
    maxLength: max,
    ...(length === undefined ? {} : { defaultLength: length }),
  };
}
