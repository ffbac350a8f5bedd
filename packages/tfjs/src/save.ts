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
  const node = nodeModules();
  const directory = node && toPath(target, node);
  if (node === undefined || directory === undefined) {
    await handlerFor(target, 'save').save?.(artifacts);
    return;
  }
  const { mkdir, writeFile } = node.files;
  const { weightData, weightSpecs = [], ...topology } = artifacts;
  const manifest = [{ paths: [`./${WEIGHTS_FILE}`], weights: weightSpecs }];
  await mkdir(directory, { recursive: true });
  await writeFile(
    node.path.join(directory, WEIGHTS_FILE),
    new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
  );
  await writeFile(
    node.path.join(directory, MODEL_FILE),
    JSON.stringify({ ...topology, weightsManifest: manifest }),
  );
}

/**
 * Reads what {@link saveArtifacts} or TensorFlow.js has saved.
 *
 * @param source a directory or its `model.json`, a URL that TensorFlow.js knows, or a handler.
 */
export async function loadArtifacts(source: string | URL | tf.io.IOHandler): Promise<tf.io.ModelArtifacts> {
  const node = nodeModules();
  const directory = node && toPath(source, node);
  if (node === undefined || directory === undefined) {
    return (await handlerFor(source, 'load').load?.()) as tf.io.ModelArtifacts;
  }
  const { path } = node;
  const { readFile } = node.files;
  const file = directory.endsWith('.json') ? directory : path.join(directory, MODEL_FILE);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InvalidArgumentError(
      `loadTfjsModel: there is no model in '${directory}': ${file} cannot be read: ${(cause as Error).message}`,
    );
  });
  const model = JSON.parse(text) as tf.io.ModelJSON;
  return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
    const parts = manifest.flatMap(({ paths }) => paths);
    const buffers = await Promise.all(parts.map((part) => readFile(path.join(path.dirname(file), part))));
    const weights = buffers.map((part) => new Uint8Array(part).buffer);
    return [manifest.flatMap((group) => group.weights), tf.io.CompositeArrayBuffer.join(weights)];
  });
}

/** What reading and writing directories needs of Node. */
interface NodeModules {
  readonly files: typeof import('node:fs/promises');
  readonly path: typeof import('node:path');
  readonly url: typeof import('node:url');
}

/** Undefined in browsers. Nothing is imported, since bundlers for browsers would look for it and fail. */
function nodeModules(): NodeModules | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const [files, path, url] = [
    process?.getBuiltinModule?.('node:fs/promises'),
    process?.getBuiltinModule?.('node:path'),
    process?.getBuiltinModule?.('node:url'),
  ];
  return files && path && url && { files, path, url };
}

/** The path of a directory or file, or undefined for what TensorFlow.js handles. */
function toPath(place: string | URL | tf.io.IOHandler, { url }: NodeModules): string | undefined {
  if (typeof place === 'string' && !/^[a-z][a-z\d+.-]+:\/\//i.test(place)) return place;
  if (typeof place !== 'string' && !(place instanceof URL)) return undefined;
  if (!String(place).startsWith('file:')) return undefined;
  try {
    return url.fileURLToPath(place);
  } catch (cause) {
    throw new InvalidArgumentError(
      `'${String(place)}' is no file: URL of this machine: ${(cause as Error).message}; give a path, or the URL of an absolute one: file:///models/digits`,
    );
  }
}

function handlerFor(place: string | URL | tf.io.IOHandler, what: 'save' | 'load'): tf.io.IOHandler {
  const router = what === 'save' ? tf.io.getSaveHandlers : tf.io.getLoadHandlers;
  const handler = typeof place === 'object' && !(place instanceof URL) ? place : router(String(place))[0];
  if (typeof handler?.[what] === 'function') return handler;
  throw new InvalidArgumentError(
    `cannot ${what} a model ${what === 'save' ? 'to' : 'from'} ${typeof place === 'object' && !(place instanceof URL) ? 'this handler' : `'${String(place)}'`}: expected a directory, a URL that TensorFlow.js knows here, or a handler of its`,
  );
}
