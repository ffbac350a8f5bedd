import { InvalidArgumentError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { useBackend, type Backend } from './backend.ts';
import { decodeArtifacts } from './model-bytes.ts';
import type { Meaning } from './outputs.ts';
import { loadArtifacts } from './save.ts';
import { createModel, METADATA, type TfjsClassifierModel, type TfjsRegressorModel } from './tfjs-model.ts';

/** Options of {@link loadTfjsModel}. */
export interface LoadTfjsModelOptions {
  /** Which backend is to compute; {@link useBackend} says what the default is. */
  backend?: Backend | readonly Backend[];
}

/**
 * Reads a saved model, whichever way it was saved. Layers of your own must be registered with TensorFlow.js before.
 *
 * @param source what `model.save()` returned; or where `model.save(target)` saved it: a directory, a URL, a handler.
 * @returns a model that predicts what the saved one did. Tell the two kinds apart by `model.task`.
 * @throws {InvalidArgumentError} something that no model of this package was saved as.
 * @example const model = await loadTfjsModel('models/digits');
 */
export async function loadTfjsModel(
  source: Uint8Array | string | URL | tf.io.IOHandler,
  options: LoadTfjsModelOptions = {},
): Promise<TfjsClassifierModel | TfjsRegressorModel> {
  const artifacts = source instanceof Uint8Array ? decodeArtifacts(source) : await loadArtifacts(source);
  const saved = artifacts.userDefinedMetadata?.[METADATA] as (Meaning & { version: number }) | undefined;
  if (saved?.version !== 1) {
    throw new InvalidArgumentError(
      saved === undefined
        ? 'loadTfjsModel: this network was not saved by @tunable/tfjs, so its classes and columns are not known; load it with tf.loadLayersModel'
        : `loadTfjsModel: the model was saved in version ${saved.version} of the format, and this package reads version 1; update @tunable/tfjs`,
    );
  }
  const { version: _, ...meaning } = saved;
  const backend = await useBackend(options.backend);
  const network = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  return createModel({ network, meaning, backend, history: [], bestEpoch: -1 });
}
