import { InvalidArgumentError, type Dataset } from '@tunable/core';

import type { TrainingOptions } from './options.ts';
import { scaleFeatures, type Scaling } from './scaling.ts';

/** Rows as a network and its loss take them, row-major. */
export interface TrainingRows {
  readonly count: number;
  readonly features: Float32Array;
  readonly targets: Float32Array;
  /** How many numbers the target of a row has. */
  readonly targetWidth: number;
  /** What each row counts; undefined when all count the same. */
  readonly weights: Float32Array | undefined;
}

/** How rows are encoded. */
export interface RowEncoding {
  /** Undefined for features as they are. */
  readonly features?: Scaling;
  /** Undefined for a target as it is. */
  readonly target?: Scaling;
  /** How many numbers the network gives for a row. */
  readonly width: number;
  /** Whether the loss takes the number of the class. */
  readonly isSparse: boolean;
  readonly classWeights: TrainingOptions['classWeights'];
}

/**
 * Encodes rows: features as 32-bit floats; classes as one number per class (1 for the right one), as 0 or 1 for a single
 * unit, or as their number for a sparse loss; a regression's target scaled.
 */
export function encodeRows(data: Dataset, encoding: RowEncoding): TrainingRows {
  const isOneHot = data.task === 'classification' && encoding.width > 1 && !encoding.isSparse;
  return {
    count: data.rowCount,
    features: scaleFeatures(data.features, encoding.features),
    targets: isOneHot ? oneHot(data) : scaleFeatures(data.target, encoding.target),
    targetWidth: isOneHot ? data.classes.length : 1,
    weights: encoding.classWeights === undefined ? undefined : rowWeights(data, encoding.classWeights),
  };
}

function oneHot({ target, classes }: Dataset): Float32Array {
  const width = classes.length;
  const encoded = new Float32Array(target.length * width);
  for (let row = 0; row < target.length; row++) encoded[row * width + (target[row] as number)] = 1;
  return encoded;
}

/**
 * The weight of each row by its class; balanced ones as in scikit-learn: rows / (classes that occur * rows of the class).
 *
 * @throws {InvalidArgumentError} a weight for a label that the dataset does not have.
 */
function rowWeights(
  { target, classes }: Dataset,
  weights: 'balanced' | { readonly [label: string]: number },
): Float32Array {
  if (weights !== 'balanced') {
    const names = classes.map(String);
    const unknown = Object.keys(weights).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new InvalidArgumentError(
        `classWeights: there is no class '${unknown}'; the classes are ${names.join(', ')}`,
      );
    }
    const byClass = names.map((name) => weights[name] ?? 1);
    return Float32Array.from(target, (index) => byClass[index] as number);
  }
  const counts = new Float64Array(classes.length);
  for (const index of target) counts[index]! += 1;
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(target, (index) => target.length / (present * (counts[index] as number)));
}
