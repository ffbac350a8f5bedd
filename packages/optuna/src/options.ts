import { InvalidArgumentError } from '@tunable/core';

/**
 * Checks what both calls take.
 *
 * @param call its name, for the message.
 * @param storage the name of the option that is a storage.
 * @param use the method that the call needs of it.
 * @throws {InvalidArgumentError} options that are no object, an unknown one, no storage (the path of a file, say), `studies`
 *   that are no list of names.
 */
export function checkOptions(
  call: string,
  options: { readonly from?: unknown; readonly to?: unknown; readonly studies?: unknown },
  names: readonly string[],
  storage: 'from' | 'to',
  use: 'list' | 'create',
): void {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError(
      `${call}: options must be an object such as { ${names.join(', ')} }, not ${JSON.stringify(options)}`,
    );
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `${call}: unknown option '${unknown}'; the options are ${names.join(', ')}`,
    );
  const given = options[storage] as { readonly [method in typeof use]?: unknown } | null | undefined;
  if (typeof given?.[use] !== 'function')
    throw new InvalidArgumentError(
      `${call}: ${storage} must be a storage such as sqlite('study.db'), not ${
        typeof given === 'string' ? JSON.stringify(given) : typeof given
      }`,
    );
  const { studies } = options;
  if (studies === undefined) return;
  if (!Array.isArray(studies) || studies.some((name) => typeof name !== 'string'))
    throw new InvalidArgumentError(
      `${call}: studies must be a list of names such as ['digits'], not ${JSON.stringify(studies)}`,
    );
}
