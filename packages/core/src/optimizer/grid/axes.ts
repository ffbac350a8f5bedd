import { InvalidArgumentError } from '../../errors.ts';
import type { Hyperparameter } from '../../hyperparameter/hyperparameter.ts';
import { show } from '../../json.ts';
import { checkNumber } from '../../options.ts';
import { allValues, listedValues, type Axis } from '../../space/enumerate.ts';
import type { Leaf } from '../../space/leaf.ts';
import type { SearchSpace } from '../../space/search-space.ts';

/** How many values of each continuous parameter, or for parameters by name a number of values or the values. */
export type GridPoints = number | { readonly [name: string]: number | readonly unknown[] };

/** How many values a continuous parameter takes unless the user says so. */
const DEFAULT_COUNT = 5;

/**
 * The values that a grid takes of a leaf: the user's for its name (or for the name with `*` for the places in lists), else
 * all of a finite domain, else a number of them spread evenly over the range in unit encoding, both ends included.
 */
export function gridAxis(leaf: Leaf, points: GridPoints | undefined): Axis {
  const { parameter, name } = leaf;
  const chosen = typeof points === 'object' ? (points[name] ?? points[starred(name)]) : undefined;
  if (Array.isArray(chosen)) return listedValues(encodeAll(name, parameter, chosen));
  if (chosen !== undefined) {
    const count = checkNumber('grid', `points of '${name}'`, chosen, { min: 1, integer: true });
    if (parameter.isNominal) {
      throw new InvalidArgumentError(`grid: the choices of '${name}' have no order; list the ones to try`);
    }
    return count < parameter.cardinality ? listedValues(spread(parameter, count)) : allValues(leaf);
  }
  if (parameter.cardinality < Infinity) return allValues(leaf);
  return listedValues(spread(parameter, typeof points === 'number' ? points : DEFAULT_COUNT));
}

/** Rejects `points` of names that the space does not have. */
export function checkNames(space: SearchSpace, points: GridPoints | undefined): void {
  if (typeof points !== 'object') return;
  const names = space.leaves.flatMap(({ name }) => (name === starred(name) ? [name] : [name, starred(name)]));
  for (const name of Object.keys(points)) {
    if (!names.includes(name)) {
      throw new InvalidArgumentError(
        `grid: points are given for '${name}', which is no parameter of this space; the names are ${names.join(', ')}`,
      );
    }
  }
}

/** `layers.0.units` as `layers.*.units`. */
function starred(name: string): string {
  return name.replaceAll(/\.\d+(?=\.|$)/g, '.*');
}

function encodeAll(name: string, parameter: Hyperparameter, values: readonly unknown[]): number[] {
  if (values.length === 0) throw new InvalidArgumentError(`grid: the list of points of '${name}' is empty`);
  const numbers = values.map((value) => {
    const x = parameter.encode(value);
    if (Number.isNaN(x)) {
      throw new InvalidArgumentError(
        `grid: the point ${show(value)} of '${name}' is not ${parameter.describe()}`,
      );
    }
    return x;
  });
  return [...new Set(numbers)];
}

/** `count` values of an ordered domain, evenly spaced from the lowest to the highest; one value is the middle. */
function spread(parameter: Hyperparameter, count: number): number[] {
  const low = parameter.toUnit(parameter.fromUnit(0));
  const high = parameter.toUnit(parameter.fromUnit(1));
  const numbers = Array.from({ length: count }, (_, k) => {
    const x = parameter.fromUnit(count === 1 ? 0.5 : low + (k / (count - 1)) * (high - low));
    // 0.001 rather than 0.0010000000000000002, where it lies inside the bounds.
    const rounded = Number(x.toPrecision(12));
    return Number.isNaN(parameter.encode(rounded)) ? x : rounded;
  });
  return [...new Set(numbers)];
}
