import { InvalidArgumentError } from '@tunable/core';

import { show } from '../check.ts';
import type { OnnxRuntime } from '../runtime.ts';
import { runtimeVersion } from '../runtime.ts';
import { candidateProviders } from './known-providers.ts';

/**
 * Rejects what is not a list of providers that this kind of runtime may have.
 *
 * @throws {InvalidArgumentError} lists the known names.
 */
export function checkProviderNames(
  owner: string,
  runtime: OnnxRuntime,
  names: unknown,
): asserts names is string[] {
  const known = candidateProviders(runtime);
  const list: readonly unknown[] = Array.isArray(names) ? names : [];
  if (list.length === 0) {
    throw new InvalidArgumentError(
      `${owner}: execution providers must be a list such as ['cpu'], not ${show(names)}; known for ${runtimeVersion(runtime)} are ${known.join(', ')}`,
    );
  }
  for (const name of list) {
    if (name === 'cpu' || known.includes(name as string)) continue;
    throw new InvalidArgumentError(
      `${owner}: unknown execution provider ${show(name)}; known for ${runtimeVersion(runtime)} are ${known.join(', ')}; providers(runtime) tells which can be used here`,
    );
  }
}
