import { InvalidArgumentError, type Label } from '@tunable/core';

import type { NetworkInfo } from './network-model.ts';
import type { NetworkParams } from './params.ts';

/** The version of what {@link toMetadata} writes. */
const FORMAT = '1';

/** What a network knows of its data, and what it was trained with, as the texts of an `.onnx` file's metadata. */
export function toMetadata(
  { task, featureNames, classes }: NetworkInfo,
  params: NetworkParams,
): { [key: string]: string } {
  return {
    'tunable.format': FORMAT,
    'tunable.task': task,
    'tunable.featureNames': JSON.stringify(featureNames),
    'tunable.classes': JSON.stringify(classes),
    'tunable.params': JSON.stringify(params),
  };
}

/**
 * Reads back what {@link toMetadata} wrote.
 *
 * @throws {InvalidArgumentError} the metadata of another file, or of a later version.
 */
export function fromMetadata(metadata: { readonly [key: string]: string }): NetworkInfo {
  const format = metadata['tunable.format'];
  const task = metadata['tunable.task'];
  if (format === undefined || (task !== 'classification' && task !== 'regression')) {
    throw new InvalidArgumentError(
      'loadOnnxModel: the file is an ONNX model, but none that onnxClassifier or onnxRegressor has saved; onnxSession and onnxFeatures take any model',
    );
  }
  if (format !== FORMAT) {
    throw new InvalidArgumentError(
      `loadOnnxModel: the file has the format ${format}, and this version of @tunable/onnx reads ${FORMAT}; update it`,
    );
  }
  return {
    task,
    featureNames: JSON.parse(metadata['tunable.featureNames'] ?? '[]') as string[],
    classes: JSON.parse(metadata['tunable.classes'] ?? '[]') as Label[],
  };
}
