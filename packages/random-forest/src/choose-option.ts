import { InvalidArgumentError } from '@tunable/core';

/**
 * The value of the only option of a factory; the first of `choices` if it is not given.
 *
 * @param owner the factory, for the message.
 * @throws {InvalidArgumentError} options that are no object, another option, or a value that is none of the choices.
 */
export function chooseOption<T extends string>(
  owner: string,
  options: object,
  name: string,
  choices: readonly [T, ...T[]],
): T {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgumentError(`${owner}: options must be an object, not ${String(options)}`);
  }
  const unknown = Object.keys(options).find((key) => key !== name);
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`${owner}: unknown option '${unknown}'; the only option is ${name}`);
  }
  const value = (options as { readonly [name: string]: unknown })[name] ?? choices[0];
  if (choices.includes(value as T)) return value as T;
  const listed = choices.map((choice) => `'${choice}'`).join(' or ');
  throw new InvalidArgumentError(`${owner}: ${name} must be ${listed}, not ${JSON.stringify(value)}`);
}
