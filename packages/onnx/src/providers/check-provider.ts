import { InvalidArgumentError } from '@tunable/core';

import { show } from '../check.ts';
import type { OnnxRuntime } from '../runtime.ts';
import { runtimeVersion } from '../runtime.ts';
import { candidateProviders, defaultProvider } from './known-providers.ts';
import { missingLibrary } from './missing-library.ts';

/**
 * Rejects what is not a list of providers that this kind of runtime may have.
 *
 * @throws {InvalidArgumentError} lists the known names, and which of them have their libraries on this machine.
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
      `${owner}: unknown execution provider ${show(name)}; known for ${runtimeVersion(runtime)} are ${known.join(', ')}; of these, ${presentProviders(runtime).join(', ')} can be tried here, and providers(runtime) tells which of them work`,
    );
  }
}

/** What this build of the runtime has and finds the libraries of. Elsewhere than in Node only the default is certain. */
function presentProviders(runtime: OnnxRuntime): readonly string[] {
  const listed = runtime.listSupportedBackends?.().map(({ name }) => name);
  return listed?.filter((name) => missingLibrary(runtime, name) === undefined) ?? [defaultProvider(runtime)];
}
