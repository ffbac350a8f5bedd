import { InvalidArgumentError } from '@tunable/core';

/** How many characters names and keys may have in Optuna's tables. */
const LONGEST = 512;

/**
 * Refuses names that some database would cut or reject: whatever goes into one storage can be copied into another. Values
 * of attributes may hold any text.
 *
 * @param what what is named, for the message.
 * @throws {InvalidArgumentError} a name that is too long, or has NUL or half a character (a lone surrogate) in it.
 */
export function checkNames(what: string, names: readonly string[]): void {
  for (const name of names) {
    if (name.length > LONGEST)
      throw new InvalidArgumentError(
        `${what} has a name of ${name.length} characters ('${name.slice(0, 40)}...'), and databases take ${LONGEST}; choose a shorter one`,
      );
    if (/\0|\p{Surrogate}/u.test(name))
      throw new InvalidArgumentError(
        `${what} has the name ${JSON.stringify(name)}, with a character that databases do not take (NUL, or half of a pair); choose another one`,
      );
  }
}
