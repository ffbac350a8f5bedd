import { InvalidArgumentError } from '@tunable/core';
import type { Tensor } from 'onnxruntime-common';

import type { Signature } from '../model-signature.ts';
import type { Feeds, OnnxRuntime } from '../runtime.ts';

/**
 * Joins samples along the first axis of every input whose first size the model leaves open; the other inputs are taken from the
 * first sample (a sampling rate, say).
 *
 * @param samples the inputs of one sample each; repeated if there are fewer than `batchSize`.
 * @returns as many batches as there are samples to begin one with: ceil(samples / batchSize).
 * @throws {InvalidArgumentError} a model that leaves no first size open, samples of different shapes.
 */
export function batchFeeds(
  runtime: OnnxRuntime,
  samples: readonly Feeds[],
  batchSize: number,
  { inputMetadata }: Signature,
): readonly Feeds[] {
  if (batchSize === 1) return samples;
  const open = inputMetadata.filter((value) => value.isTensor && typeof value.shape[0] === 'string');
  if (open.length === 0) {
    throw new InvalidArgumentError(
      'onnxSession: batchSize needs a model whose first dimension is open, and none of its inputs has one; export it with a dynamic batch axis, or leave batchSize out',
    );
  }
  const joined = new Set(open.map(({ name }) => name));
  const batches: Feeds[] = [];
  for (let start = 0; start < samples.length; start += batchSize) {
    const rows = Array.from({ length: batchSize }, (_, i) => samples[(start + i) % samples.length] as Feeds);
    const first = rows[0] as Feeds;
    const entries = Object.entries(first).map(([name, value]) => [
      name,
      joined.has(name)
        ? concatenate(
            runtime,
            name,
            rows.map((row) => row[name] as Tensor),
          )
        : value,
    ]);
    batches.push(Object.fromEntries(entries) as Feeds);
  }
  return batches;
}

type NumberArray = Float32Array;

function concatenate(runtime: OnnxRuntime, name: string, parts: readonly Tensor[]): Tensor {
  const [first] = parts as readonly [Tensor, ...Tensor[]];
  const [, ...rest] = first.dims;
  const shape = rest.join();
  if (parts.some(({ dims }) => dims.slice(1).join() !== shape)) {
    throw new InvalidArgumentError(
      `onnxSession: the samples of '${name}' differ in shape and cannot be joined to batches; give inputs as a function of the batch size`,
    );
  }
  const dims = [parts.reduce((sum, part) => sum + (part.dims[0] ?? 1), 0), ...rest];
  if (first.type === 'string')
    return new runtime.Tensor(
      parts.flatMap(({ data }) => data as string[]),
      dims,
    );
  // All numeric arrays have this in common; only their elements differ.
  const data = first.data as NumberArray;
  const make = data.constructor as new (length: number) => NumberArray;
  const all = new make(parts.reduce((sum, part) => sum + part.size, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part.data as NumberArray, offset);
    offset += part.size;
  }
  return new runtime.Tensor(first.type as 'float32', all, dims);
}
