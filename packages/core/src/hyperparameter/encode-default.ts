import { InvalidSpaceError } from '../errors.ts';
import { show } from '../json.ts';
import type { Hyperparameter } from './hyperparameter.ts';

/**
 * The number of a declared default; NaN when none was declared.
 *
 * @param name the hyperparameter, as the user wrote it, for the message.
 * @throws {InvalidSpaceError} a default that is not in the domain.
 */
export function encodeDefault(
  name: string,
  domain: Pick<Hyperparameter, 'encode' | 'describe'>,
  value: unknown,
): number {
  if (value === undefined) return Number.NaN;
  const x = domain.encode(value);
  if (Number.isNaN(x)) {
    throw new InvalidSpaceError(`${name}: the default ${show(value)} is not ${domain.describe()}`);
  }
  return x;
}
