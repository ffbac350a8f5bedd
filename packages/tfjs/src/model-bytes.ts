import { InvalidArgumentError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

/** What the bytes begin with. */
const MAGIC = 'tunable-tfjs-1\n';

/** A model as one file: a line that names the format, the length of the JSON in 4 bytes (little-endian), the JSON, the weights. */
export function encodeArtifacts(artifacts: tf.io.ModelArtifacts): Uint8Array<ArrayBuffer> {
  const { weightData, ...rest } = artifacts;
  const weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
  const json = new TextEncoder().encode(JSON.stringify(rest));
  const bytes = new Uint8Array(MAGIC.length + 4 + json.length + weights.length);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, MAGIC.length + 4);
  bytes.set(weights, MAGIC.length + 4 + json.length);
  return bytes;
}

/**
 * The model that {@link encodeArtifacts} encoded.
 *
 * @throws {InvalidArgumentError} something else, or bytes that end too early.
 */
export function decodeArtifacts(bytes: Uint8Array): tf.io.ModelArtifacts {
  const start = MAGIC.length + 4;
  if (bytes.length < start || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new InvalidArgumentError(
      'loadTfjsModel: these bytes are not a saved network; pass what model.save() returned',
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  let rest: tf.io.ModelArtifacts;
  try {
    rest = JSON.parse(
      new TextDecoder().decode(bytes.subarray(start, start + length)),
    ) as tf.io.ModelArtifacts;
  } catch (error) {
    throw new InvalidArgumentError(
      `loadTfjsModel: the saved network is damaged: ${(error as Error).message}`,
    );
  }
  return { ...rest, weightData: bytes.slice(start + length).buffer };
}
