import { InvalidParameterError, InvalidSpaceError } from '../errors.ts';
import { show } from '../json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Learner } from './learner.ts';

/** Params by name, of a learner of unknown type. */
export interface Params {
  readonly [name: string]: unknown;
}

/**
 * The params with the learner's defaults for the names that are missing.
 *
 * @throws {InvalidParameterError} a name that the learner does not have; lists those it has.
 */
export function completeParams(learner: Learner, params: Params): Params {
  const { shape } = learner.space;
  const unknown = Object.keys(params).find((name) => !Object.hasOwn(shape, name));
  if (unknown !== undefined) {
    throw new InvalidParameterError(
      `${learner.name} has no parameter '${unknown}'; its parameters are ${Object.keys(shape).join(', ')}`,
    );
  }
  return { ...defaultParams(learner), ...params };
}

/** The configuration one would use without tuning: the defaults that the learner's space declares. */
function defaultParams(learner: Learner): Params {
  return learner.space.decode(learner.space.defaultRow());
}

/**
 * Rejects a user's space with names that the learner does not have.
 *
 * @throws {InvalidSpaceError} lists the names it has.
 */
export function checkSpace(learner: Learner, space: SearchSpace): void {
  if (typeof (space as Partial<SearchSpace> | null)?.shape !== 'object') {
    throw new InvalidSpaceError(`tune: space must be made by space({ ... }), not ${show(space)}`);
  }
  const names = Object.keys(learner.space.shape);
  const unknown = Object.keys(space.shape).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InvalidSpaceError(
      `tune: the space has a parameter '${unknown}', and ${learner.name} does not; its parameters are ${names.join(', ')}`,
    );
  }
}

/**
 * The learner's defaults as a configuration of `space`, or undefined if they lie outside it. Defaults that `space` itself
 * declares for all its parameters come first.
 */
export function defaultsWithin(learner: Learner, space: SearchSpace): Params | undefined {
  if (space.hasDefaults) return space.decode(space.defaultRow());
  const defaults = defaultParams(learner);
  const params = Object.fromEntries(Object.keys(space.shape).map((name) => [name, defaults[name]]));
  try {
    space.encode(params);
    return params;
  } catch (error) {
    if (error instanceof InvalidParameterError) return undefined;
    throw error;
  }
}
