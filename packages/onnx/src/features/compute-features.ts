import { InvalidArgumentError, InvalidDatasetError, type Features } from '@tunable/core';
import type { Tensor } from 'onnxruntime-common';

import { numbersOf } from '../model-signature.ts';
import type { Feeds, OnnxRuntime, Outputs } from '../runtime.ts';
import type { FeaturesPlan } from './features-plan.ts';

/** What computes features. */
interface FeaturesModel {
  readonly runtime: OnnxRuntime;
  readonly run: (feeds: Feeds) => Promise<Outputs>;
  readonly plan: FeaturesPlan;
  readonly prepare: ((row: Float64Array, into: Float32Array) => void) | undefined;
}

/**
 * Runs a model over all rows, batch by batch.
 *
 * @param dataShape the shape of a row of `data`.
 * @throws {InvalidDatasetError} rows of another size than the input has, features that are not finite.
 */
export async function computeFeatures(
  { runtime, run, plan, prepare }: FeaturesModel,
  data: Features,
  dataShape: readonly number[],
): Promise<Features> {
  const { rowCount, columnCount } = data;
  const shape =
    plan.rowShape ?? (dataShape.length + 1 === plan.rank || plan.rank === 0 ? dataShape : [columnCount]);
  const size = shape.reduce((product, next) => product * next, 1);
  if (prepare === undefined && size !== columnCount) {
    throw new InvalidDatasetError(
      `onnxFeatures: rows have ${columnCount} numbers, and the model's input '${plan.input}' takes ${size} ([${shape.join(', ')}]); fit them with prepare`,
    );
  }
  let features: Float64Array | undefined;
  let width = 0;
  for (let start = 0; start < rowCount; start += plan.batchSize) {
    const count = Math.min(plan.batchSize, rowCount - start);
    const batchRows = plan.isBatchFixed ? plan.batchSize : count;
    const numbers = new Float32Array(batchRows * size);
    for (let i = 0; i < count; i++) {
      const row = data.features.subarray((start + i) * columnCount, (start + i + 1) * columnCount);
      const into = numbers.subarray(i * size, (i + 1) * size);
      if (prepare === undefined) into.set(row);
      else prepare(row, into);
    }
    const tensor: Tensor = new runtime.Tensor('float32', numbers, [batchRows, ...shape]);
    const result = await run({ ...plan.otherInputs, [plan.input]: tensor });
    const values = numbersOf('onnxFeatures', plan.output, result[plan.output]);
    width = checkWidth(values.length, batchRows, width, plan.output);
    features ??= new Float64Array(rowCount * width);
    for (let i = 0; i < count * width; i++) {
      const value = Number(values[i]);
      if (!Number.isFinite(value)) {
        throw new InvalidDatasetError(
          `onnxFeatures: the output '${plan.output}' of row ${start + Math.floor(i / width)} holds ${value}; check what prepare makes of it`,
        );
      }
      features[start * width + i] = value;
    }
  }
  return packed(features ?? new Float64Array(0), rowCount);
}

/** How many numbers the output has per row; the same in every batch. */
function checkWidth(length: number, rows: number, known: number, output: string): number {
  const width = length / rows;
  if (Number.isInteger(width) && width > 0 && (known === 0 || known === width)) return width;
  throw new InvalidArgumentError(
    `onnxFeatures: the output '${output}' gave ${length} numbers for ${rows} rows${known === 0 ? '' : `, and ${known} per row before`}; it must give equally many for every row`,
  );
}

/** Features in one array, `rowCount` rows of equal length. */
export function packed(features: Float64Array, rowCount: number): Features {
  return { features, rowCount, columnCount: rowCount === 0 ? 0 : features.length / rowCount };
}
