import { InvalidArgumentError } from '@tunable/core';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-common';

import { show } from './check.ts';
import type { Feeds } from './runtime.ts';

/** What is asked of a session here: its inputs and outputs. */
export type Signature = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/** `x: float32 [batch, 8]; mask: bool [batch]`, for messages. An unnamed variable dimension is shown as `?`. */
export function describeValues(values: readonly InferenceSession.ValueMetadata[]): string {
  return values.map(describeValue).join('; ');
}

function describeValue(value: InferenceSession.ValueMetadata): string {
  if (!value.isTensor) return `${value.name}: not a tensor`;
  const dimensions = value.shape.map((size) => (size === '' ? '?' : String(size)));
  return `${value.name}: ${value.type} [${dimensions.join(', ')}]`;
}

/**
 * Checks inputs against what a model expects, before it is run.
 *
 * @param owner the call and option, for the message.
 * @throws {InvalidArgumentError} a missing or unknown name, something that is no tensor, another type or shape; lists
 *   what the model expects.
 */
export function checkFeeds(
  owner: string,
  feeds: unknown,
  { inputMetadata }: Signature,
): asserts feeds is Feeds {
  const expected = `the model expects ${describeValues(inputMetadata)}`;
  const fail = (problem: string): never => {
    throw new InvalidArgumentError(`${owner}: ${problem}; ${expected}`);
  };
  if (typeof feeds !== 'object' || feeds === null || Array.isArray(feeds) || ArrayBuffer.isView(feeds)) {
    return fail(`inputs must be an object of tensors by name, not ${show(feeds)}`);
  }
  const names = inputMetadata.map(({ name }) => name);
  const unknown = Object.keys(feeds).find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`the model has no input '${unknown}'`);
  for (const metadata of inputMetadata) {
    const value = (feeds as { readonly [name: string]: unknown })[metadata.name];
    if (value === undefined) fail(`the input '${metadata.name}' is missing`);
    if (!metadata.isTensor) continue;
    if (!isTensor(value))
      fail(`the input '${metadata.name}' must be a Tensor of the runtime, not ${show(value)}`);
    const { type, dims } = value as Tensor;
    if (type !== metadata.type) fail(`the input '${metadata.name}' is of type ${type}`);
    if (!fits(dims, metadata.shape)) fail(`the input '${metadata.name}' has the shape [${dims.join(', ')}]`);
  }
}

/** Whether a value is a tensor of any copy of the runtime. */
function isTensor(value: unknown): value is Tensor {
  const tensor = value as Partial<Tensor> | null | undefined;
  return Array.isArray(tensor?.dims) && typeof tensor.type === 'string' && 'data' in tensor;
}

/** The numbers of an output as a typed array. */
export function numbersOf(
  owner: string,
  name: string,
  value: OnnxValue | undefined,
): ArrayLike<number | bigint> {
  const { data } = (value ?? {}) as { data?: unknown };
  if (ArrayBuffer.isView(data)) return data as unknown as ArrayLike<number | bigint>;
  throw new InvalidArgumentError(`${owner}: the output '${name}' is not a tensor of numbers`);
}

/** Whether sizes suit a declared shape; a model without declared shape ([]) accepts any. */
function fits(dims: readonly number[], shape: readonly (number | string)[]): boolean {
  if (shape.length === 0) return true;
  return (
    dims.length === shape.length &&
    shape.every((size, axis) => typeof size === 'string' || size === dims[axis])
  );
}
