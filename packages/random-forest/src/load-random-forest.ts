import { decodeForest } from './encode-forest.ts';
import { createModel, type RandomForestModel } from './random-forest-model.ts';

/**
 * Reads a saved forest.
 *
 * @param saved what `model.save()` returned, or the same as text.
 * @returns a model that predicts exactly what the saved one did; it needs no `ml-random-forest`.
 * @throws {InvalidArgumentError} something that is not a saved forest, a later version, or a damaged file.
 * @example const model = loadRandomForest(await readFile('forest.json'));
 */
export function loadRandomForest(saved: Uint8Array | string): RandomForestModel {
  return createModel(decodeForest(saved));
}
