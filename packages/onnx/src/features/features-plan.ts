import { InvalidArgumentError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkNumber, show } from '../check.ts';
import { describeValues, type Signature } from '../model-signature.ts';
import type { Feeds } from '../runtime.ts';
import type { OnnxFeaturesOptions } from './onnx-features.ts';

/** What is run: names and shapes. */
export interface FeaturesPlan {
  readonly input: string;
  readonly output: string;
  /** The shape of a row, if the model or the user says it in full. */
  readonly rowShape: readonly number[] | undefined;
  /** How many sizes an input has, the batch included; 0 if the model does not say. */
  readonly rank: number;
  readonly batchSize: number;
  /** Whether the last batch must be filled up: the model takes batches of one size only. */
  readonly isBatchFixed: boolean;
  readonly otherInputs: Feeds;
}

/**
 * Finds out which input takes the rows, which output gives the features, and in what shape and batches.
 *
 * @throws {InvalidArgumentError} names, shapes or batches that the model does not have; lists those it has.
 */
export function featuresPlan(session: Signature, options: OnnxFeaturesOptions): FeaturesPlan {
  const { inputMetadata, outputMetadata } = session;
  const { otherInputs = {}, inputShape } = options;
  const inputs = inputMetadata.filter(({ name }) => !Object.hasOwn(otherInputs, name));
  const input = nameOf('input', options.input, inputs, 'give the others in otherInputs');
  const output = nameOf('output', options.output, outputMetadata, 'say which in output');
  const metadata = inputs.find(({ name }) => name === input);
  if (metadata?.isTensor !== true || metadata.type !== 'float32') {
    throw new InvalidArgumentError(
      `onnxFeatures: rows become float32 tensors, and the model expects ${describeValues(inputMetadata)}`,
    );
  }
  const [batch, ...row] = metadata.shape;
  const isBatchFixed = typeof batch === 'number';
  const declared = row.every((size) => typeof size === 'number') ? (row as readonly number[]) : undefined;
  if (
    inputShape !== undefined &&
    !(Array.isArray(inputShape) && inputShape.every((size) => Number.isInteger(size) && size > 0))
  ) {
    throw new InvalidArgumentError(
      `onnxFeatures: inputShape must be a list of sizes such as [1, 28, 28], not ${show(inputShape)}`,
    );
  }
  const batchSize = checkNumber(
    'onnxFeatures',
    'batchSize',
    options.batchSize ?? (isBatchFixed ? batch : 32),
    {
      min: 1,
      integer: true,
    },
  );
  if (isBatchFixed && batchSize !== batch) {
    throw new InvalidArgumentError(
      `onnxFeatures: batchSize is ${batchSize}, and the model takes batches of ${batch} only`,
    );
  }
  return {
    input,
    output,
    rowShape: inputShape ?? (metadata.shape.length === 0 ? undefined : declared),
    rank: metadata.shape.length,
    batchSize,
    isBatchFixed,
    otherInputs,
  };
}

/** The name given, or the only one there is. */
function nameOf(
  kind: 'input' | 'output',
  given: string | undefined,
  values: readonly InferenceSession.ValueMetadata[],
  advice: string,
): string {
  const [only, ...others] = values;
  if (given === undefined && only !== undefined && others.length === 0) return only.name;
  if (given !== undefined && values.some(({ name }) => name === given)) return given;
  const problem =
    given === undefined ? `the model has several ${kind}s; ${advice}` : `the model has no ${kind} '${given}'`;
  throw new InvalidArgumentError(`onnxFeatures: ${problem}. Its ${kind}s: ${describeValues(values)}`);
}
