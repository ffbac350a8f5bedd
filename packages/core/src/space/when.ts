import { InvalidSpaceError } from '../errors.ts';
import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';
import { isJsonValue, show, type JsonValue } from '../json.ts';
import { checkOptions } from '../options.ts';
import type { SpaceNode, When } from './node.ts';

/** On which values of another parameter something depends: one value, a list of them, or a range of whole numbers. */
export type WhenValues =
  | JsonValue
  | {
      /** The smallest value, included. Default: no bound. */
      readonly min?: number;
      /** The largest value, included. Default: no bound. */
      readonly max?: number;
    };

/**
 * Something that a configuration holds only for some values of a parameter beside it, and otherwise lacks (it is
 * undefined). Names stay flat, as in a program that asks for its parameters one by one; where the alternatives are
 * known beforehand, `choice` gives types that tell them apart.
 *
 * @param condition one name, declared before in the same space, and the values: a category, the branch of a choice, a
 *   list of such that stand next to one another, or `{ min, max }` of a whole number.
 * @param node what is there then: a hyperparameter, a choice, a list or a nested space.
 * @throws {InvalidSpaceError} a condition of another form. That it fits the other parameter is checked by `space`.
 * @example space({ optimizer: categorical(['adam', 'sgd']), beta: when({ optimizer: 'adam' }, float(0.8, 0.99)) })
 * @example space({ depth: int(1, 3), width2: when({ depth: { min: 2 } }, int(8, 64)) })
 */
export function when<const N extends SpaceNode>(
  condition: { readonly [name: string]: WhenValues },
  node: N,
): When<N> {
  const [entry, ...others] = Object.entries(condition ?? {});
  if (entry === undefined || others.length > 0) {
    throw new InvalidSpaceError(
      `when: expected one name and its values, as in when({ optimizer: 'adam' }, float(0, 1)), not ${show(condition)}`,
    );
  }
  const [parent, values] = entry;
  if (!isRange(values)) return { kind: 'when', parent, values: checkValues(parent, values), node };
  const { min, max } = values;
  checkOptions(`when({ ${parent} })`, values, ['min', 'max'], (message) => new InvalidSpaceError(message));
  if ([min, max].every((bound) => bound === undefined) || !isBound(min) || !isBound(max)) {
    throw new InvalidSpaceError(
      `when: expected { min, max } with numbers for '${parent}', not ${show(values)}`,
    );
  }
  return {
    kind: 'when',
    parent,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    node,
  };
}

/**
 * The numbers of `parameter` for which a condition holds.
 *
 * @param path what depends on it, for messages.
 * @throws {InvalidSpaceError} values that it does not have, that do not stand together, or that are all of none of its values.
 */
export function numbersOf(
  path: string,
  { parent, values, min, max }: Omit<When, 'node'>,
  parameter: Hyperparameter,
): { low: number; high: number } {
  if (parameter.cardinality === Infinity) {
    throw new InvalidSpaceError(
      `${path}: it depends on '${parent}', which is ${parameter.describe()}; only whole numbers and categories can decide what is there`,
    );
  }
  if (values === undefined) {
    if (parameter.kind === 'categorical') {
      throw new InvalidSpaceError(
        `${path}: '${parent}' is ${parameter.describe()}; list the values, as in ['a', 'b']`,
      );
    }
    const [low, high] = [min ?? parameter.fromUnit(0), max ?? parameter.fromUnit(1)];
    if (low <= high && low <= parameter.fromUnit(1) && high >= parameter.fromUnit(0)) return { low, high };
    throw new InvalidSpaceError(
      `${path}: '${parent}' is ${parameter.describe()}, never from ${low} to ${high}`,
    );
  }
  if (parameter.kind !== 'categorical' && values.length > 1) {
    throw new InvalidSpaceError(
      `${path}: '${parent}' is ${parameter.describe()}; give { min, max } instead of a list`,
    );
  }
  const numbers = values.map((value) => parameter.encode(value));
  const unknown = numbers.findIndex(Number.isNaN);
  if (unknown !== -1) {
    throw new InvalidSpaceError(
      `${path}: '${parent}' is ${parameter.describe()}, never ${show(values[unknown])}`,
    );
  }
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (high - low + 1 === new Set(numbers).size) return { low, high };
  throw new InvalidSpaceError(
    `${path}: the values ${values.map(show).join(', ')} of '${parent}' do not stand together; it is ${parameter.describe()}: list these next to one another`,
  );
}

function checkValues(parent: string, values: JsonValue): readonly JsonValue[] {
  const list = Array.isArray(values) ? (values as readonly JsonValue[]) : [values];
  if (list.length > 0 && list.every(isJsonValue)) return list;
  throw new InvalidSpaceError(`when: expected the values of '${parent}', not ${show(values)}`);
}

function isRange(values: WhenValues): values is { readonly min?: number; readonly max?: number } {
  return typeof values === 'object' && values !== null && !Array.isArray(values);
}

function isBound(bound: unknown): boolean {
  return bound === undefined || (typeof bound === 'number' && Number.isFinite(bound));
}
