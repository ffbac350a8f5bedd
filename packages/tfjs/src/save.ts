import { InvalidArgumentError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

/** Names of the files, as TensorFlow.js itself chooses them. */
const MODEL_FILE = 'model.json';
const WEIGHTS_FILE = 'weights.bin';

/**
 * Saves a model in the format of TensorFlow.js.
 *
 * @param target a directory, a URL that TensorFlow.js knows, or a handler.
 * @throws {InvalidArgumentError} a target that is none of these.
 */
export async function saveArtifacts(
  artifacts: tf.io.ModelArtifacts,
  target: string | URL | tf.io.IOHandler,
): Promise<void> {
  const directory = await toDirectory(target);
  if (directory === undefined) {
    await (await handlerFor(target, 'save')).save?.(artifacts);
    return;
  }
  const { mkdir, writeFile } = await import('node:fs/promises');
  const path = await import('node:path');
  const { weightData, weightSpecs = [], ...topology } = artifacts;
  const manifest = [{ paths: [`./${WEIGHTS_FILE}`], weights: weightSpecs }];
  await mkdir(directory, { recursive: true });
  await writeFile(
    path.join(directory, WEIGHTS_FILE),
    new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
  );
  await writeFile(
    path.join(directory, MODEL_FILE),
    JSON.stringify({ ...topology, weightsManifest: manifest }),
  );
}

/**
 * Reads what {@link saveArtifacts} or TensorFlow.js has saved.
 *
 * @param source a directory or its `model.json`, a URL that TensorFlow.js knows, or a handler.
 */
export async function loadArtifacts(source: string | URL | tf.io.IOHandler): Promise<tf.io.ModelArtifacts> {
  const directory = await toDirectory(source);
  if (directory === undefined) {
    const handler = await handlerFor(source, 'load');
    return (await handler.load?.()) as tf.io.ModelArtifacts;
  }
  const { readFile } = await import('node:fs/promises');
  const path = await import('node:path');
  const file = directory.endsWith('.json') ? directory : path.join(directory, MODEL_FILE);
  const model = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
  return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
    const parts = manifest.flatMap(({ paths }) => paths);
    const buffers = await Promise.all(parts.map((part) => readFile(path.join(path.dirname(file), part))));
    const weights = buffers.map((part) => new Uint8Array(part).buffer);
    return [manifest.flatMap((group) => group.weights), tf.io.CompositeArrayBuffer.join(weights)];
  });
}

/** The path of a directory or file, or undefined for what TensorFlow.js handles. */
async function toDirectory(place: string | URL | tf.io.IOHandler): Promise<string | undefined> {
  if (typeof place === 'string' && !/^[a-z][a-z\d+.-]+:\/\//i.test(place)) return place;
  if (typeof place !== 'string' && !(place instanceof URL)) return undefined;
  const url = String(place);
  if (!url.startsWith('file:')) return undefined;
  const { fileURLToPath } = await import('node:url');
  return fileURLToPath(url);
}

async function handlerFor(
  place: string | URL | tf.io.IOHandler,
  what: 'save' | 'load',
): Promise<tf.io.IOHandler> {
  const router = what === 'save' ? tf.io.getSaveHandlers : tf.io.getLoadHandlers;
  const handler = typeof place === 'object' && !(place instanceof URL) ? place : router(String(place))[0];
  if (typeof handler?.[what] === 'function') return handler;
  throw new InvalidArgumentError(
    `cannot ${what} a model ${what === 'save' ? 'to' : 'from'} ${typeof place === 'object' && !(place instanceof URL) ? 'this handler' : `'${String(place)}'`}: expected a directory, a URL that TensorFlow.js knows here, or a handler of its`,
  );
}
