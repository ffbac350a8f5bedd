import { InvalidSpaceError } from '../errors.ts';
import { show } from '../json.ts';
import { categorical } from './categorical.ts';
import { constant } from './constant.ts';
import { float } from './float.ts';
import type { Hyperparameter, HyperparameterJSON } from './hyperparameter.ts';
import { int } from './int.ts';

/**
 * The hyperparameter that `json` describes; the inverse of `Hyperparameter.toJSON`.
 *
 * @throws {InvalidSpaceError} for an unknown kind or an ill-formed declaration.
 */
export function hyperparameterFromJSON(json: HyperparameterJSON): Hyperparameter {
  switch (json.kind) {
    case 'float':
    case 'int': {
      const { kind, low, high, ...options } = json;
      return kind === 'float' ? float(low, high, options) : int(low, high, options);
    }
    case 'categorical': {
      const { kind: _, choices, ordered, ...rest } = json;
      return categorical(choices, { ...rest, ...(ordered ? { ordered } : {}) });
    }
    case 'constant':
      return constant(json.value);
    default:
      throw new InvalidSpaceError(
        `unknown kind of hyperparameter ${show((json as { kind?: unknown }).kind)}; known are float, int, categorical and constant`,
      );
  }
}
