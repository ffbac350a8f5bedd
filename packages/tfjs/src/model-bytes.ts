import { InvalidArgumentError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

/** What the bytes begin with. */
const MAGIC = 'tunable-tfjs-1\n';

/** Where the JSON begins: behind what the bytes begin with, its length, and the length of the weights (little-endian). */
const START = MAGIC.length + 8;

/** A model as one file: the name of the format, the two lengths, the JSON, the weights. */
export function encodeArtifacts(artifacts: tf.io.ModelArtifacts): Uint8Array<ArrayBuffer> {
  const { weightData, ...rest } = artifacts;
  const weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
  const json = new TextEncoder().encode(JSON.stringify(rest));
  const bytes = new Uint8Array(START + json.length + weights.length);
  bytes.set(new TextEncoder().encode(MAGIC));
  const lengths = new DataView(bytes.buffer, MAGIC.length);
  lengths.setUint32(0, json.length, true);
  lengths.setUint32(4, weights.length, true);
  bytes.set(json, START);
  bytes.set(weights, START + json.length);
  return bytes;
}

/**
 * The model that {@link encodeArtifacts} encoded.
 *
 * @throws {InvalidArgumentError} something else, or bytes that end too early.
 */
export function decodeArtifacts(bytes: Uint8Array): tf.io.ModelArtifacts {
  if (bytes.length < START || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new InvalidArgumentError(
      'loadTfjsModel: these bytes are not a saved network; pass what model.save() returned',
    );
  }
  const lengths = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length);
  const weights = START + lengths.getUint32(0, true);
  const end = weights + lengths.getUint32(4, true);
  if (bytes.length !== end) {
    throw new InvalidArgumentError(
      `loadTfjsModel: the saved network is damaged: it has ${bytes.length} bytes, expected ${end}`,
    );
  }
  const rest = JSON.parse(new TextDecoder().decode(bytes.subarray(START, weights))) as tf.io.ModelArtifacts;
  return { ...rest, weightData: bytes.slice(weights).buffer };
}
