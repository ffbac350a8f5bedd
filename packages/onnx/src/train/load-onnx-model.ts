import { InvalidArgumentError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkOptions, show } from '../check.ts';
import { checkSessionOptions } from '../check-session-options.ts';
import { readModel } from '../graph/read-model.ts';
import { openSessionFor } from '../open-session.ts';
import { defaultProvider } from '../providers/known-providers.ts';
import { DEFAULT_RUNTIME, loadRuntime, type RuntimeLike } from './load-runtime.ts';
import { fromMetadata } from './metadata.ts';
import { createModel, type OnnxNetworkModel } from './network-model.ts';
import { checkRuntimeLike } from './options.ts';

/** Options of {@link loadOnnxModel}. */
export interface LoadOnnxModelOptions {
  /** ONNX Runtime, or its name. Default `'onnxruntime-node'`. */
  runtime?: RuntimeLike;
  /** Which execution providers to try, in order. Default: the runtime's own, `['cpu']` or `['wasm']`. */
  providers?: readonly string[];
  /** Options of the session, other than `executionProviders`. */
  sessionOptions?: InferenceSession.SessionOptions;
}

/**
 * Reads a network that was saved by a model of `onnxClassifier` or `onnxRegressor`.
 *
 * @param saved what `model.save()` returned: the content of the `.onnx` file; or in Node the path or `file:` URL of one.
 * @throws {InvalidArgumentError} something else, a file that cannot be read, an ONNX model of another origin, or a later
 *   version.
 * @throws {UnsupportedError} no runtime, or no execution provider that can run it.
 * @example const model = await loadOnnxModel('digits.onnx');
 */
export async function loadOnnxModel(
  saved: Uint8Array | string | URL,
  options: LoadOnnxModelOptions = {},
): Promise<OnnxNetworkModel> {
  const owner = 'loadOnnxModel';
  checkOptions(owner, options, ['runtime', 'providers', 'sessionOptions']);
  const { runtime: runtimeLike = DEFAULT_RUNTIME, sessionOptions = {} } = options;
  checkRuntimeLike(owner, runtimeLike, options.providers);
  checkSessionOptions(owner, sessionOptions, ['executionProviders']);
  const bytes = saved instanceof Uint8Array ? saved.slice() : await readSaved(owner, saved);
  const info = fromMetadata(readModel(bytes).metadata);
  const runtime = await loadRuntime(owner, runtimeLike);
  const { providers = [defaultProvider(runtime)] } = options;
  const opened = await openSessionFor(owner, { runtime, model: bytes, providers, sessionOptions });
  const { session, provider, fellBackFrom } = opened;
  return createModel(bytes, info, { runtime, provider, fellBackFrom, sessionOptions }, { session });
}

async function readSaved(owner: string, place: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  // Nothing is imported, since bundlers for browsers would look for it and fail.
  const files = process?.getBuiltinModule?.('node:fs/promises');
  if (files === undefined || !(typeof place === 'string' || place instanceof URL)) {
    throw new InvalidArgumentError(
      `${owner}: expected the bytes that save() gave${files === undefined ? '' : ', or the path of a file with them'}, not ${show(place)}`,
    );
  }
  try {
    const path = typeof place === 'string' && place.startsWith('file:') ? new URL(place) : place;
    return new Uint8Array(await files.readFile(path));
  } catch (cause) {
    throw new InvalidArgumentError(
      `${owner}: the file '${String(place)}' cannot be read: ${(cause as Error).message}`,
    );
  }
}
