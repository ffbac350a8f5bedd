import type { Dataset, Features } from '@tunable/core';

/** A shift and a scale per column: the network is given (x - mean) · factor, all rounded to 32 bits as in the graph. */
export interface Scaling {
  readonly mean: Float32Array<ArrayBuffer>;
  readonly factor: Float32Array<ArrayBuffer>;
}

/** What brings each column to mean 0 and standard deviation 1; columns that never vary are shifted only. */
export function standardization({ features, rowCount, columnCount }: Features): Scaling {
  const exactMean = new Float64Array(columnCount);
  const square = new Float64Array(columnCount);
  for (let row = 0, i = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++, i++) {
      exactMean[column] = (exactMean[column] as number) + Math.fround(features[i] as number) / rowCount;
    }
  }
  const mean = Float32Array.from(exactMean);
  for (let row = 0, i = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++, i++) {
      // Between numbers of 32 bits: a column that never varies is exactly its mean, which in 64 bits is off by its rounding.
      const distance = Math.fround(features[i] as number) - (mean[column] as number);
      square[column] = (square[column] as number) + distance * distance;
    }
  }
  const factor = Float32Array.from(square, (sum) => (sum > 0 ? Math.sqrt(rowCount / sum) : 1));
  return { mean, factor };
}

/** The features as the network is given them in training; exactly what the saved graph computes. */
export function scaleFeatures(
  { features, rowCount, columnCount }: Features,
  scaling: Scaling | undefined,
): Float32Array<ArrayBuffer> {
  const scaled = new Float32Array(rowCount * columnCount);
  scaled.set(features);
  if (scaling === undefined) return scaled;
  const { mean, factor } = scaling;
  for (let row = 0, i = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++, i++) {
      // Each operation is rounded to 32 bits, as ONNX Runtime does.
      const centred = Math.fround((scaled[i] as number) - (mean[column] as number));
      scaled[i] = centred * (factor[column] as number);
    }
  }
  return scaled;
}

/** How a regression's target is brought to mean 0 and standard deviation 1. */
export interface TargetScaling {
  readonly mean: number;
  readonly deviation: number;
}

/** What standardizes the target of a dataset; a constant one is shifted only. */
export function targetScaling({ target }: Pick<Dataset, 'target'>): TargetScaling {
  const mean = target.reduce((sum, value) => sum + value / target.length, 0);
  const variance = target.reduce((sum, value) => sum + (value - mean) ** 2 / target.length, 0);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
