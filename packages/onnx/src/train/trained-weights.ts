import { BATCH_NORM_EPSILON, batchNormNames } from './batch-norm.ts';
import { denseBias, denseWeights } from './dense.ts';
import type { Network } from './network.ts';
import type { TargetScaling } from './scaling.ts';

/** A dense layer of a trained network. */
export interface TrainedLayer {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** Inputs x units, row-major. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Values of variables by name. */
export type VariableValues = ReadonlyMap<string, Float32Array>;

/** What becomes of the outputs of a network. */
export interface OutputRule {
  /** Classes without training rows, which get no probability at all. */
  readonly absentClasses: readonly number[];
  /** How the target was scaled, for regression. */
  readonly target: TargetScaling | undefined;
}

/** So low that its exponential is 0 beside any other output's. */
const NEVER = -1e5;

/**
 * A trained network as dense layers alone: batch normalizations, which are linear when predicting, go into the layers
 * before them, and the scaling of the target into the last.
 */
export function trainedLayers(
  { denseNames, widths }: Pick<Network, 'denseNames' | 'widths'>,
  values: VariableValues,
  { absentClasses, target }: OutputRule,
): TrainedLayer[] {
  const layers = denseNames.map((name, index) =>
    normalized(
      {
        name,
        inputs: widths[index] as number,
        units: widths[index + 1] as number,
        weights: Float32Array.from(values.get(denseWeights(name)) as Float32Array),
        bias: Float32Array.from(values.get(denseBias(name)) ?? new Float32Array(widths[index + 1] as number)),
      },
      values,
    ),
  );
  const { weights, bias } = layers.at(-1) as TrainedLayer;
  for (const label of absentClasses) bias[label] = NEVER;
  if (target !== undefined) {
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) * target.deviation;
    bias[0] = (bias[0] as number) * target.deviation + target.mean;
  }
  return layers;
}

/** A layer with the batch normalization after it, if there is one. */
function normalized(layer: TrainedLayer, values: VariableValues): TrainedLayer {
  const names = batchNormNames(layer.name);
  const scale = values.get(names.scale);
  if (scale === undefined) return layer;
  const { units, weights, bias } = layer;
  const variance = values.get(names.runningVariance) as Float32Array;
  const mean = values.get(names.runningMean) as Float32Array;
  const shift = values.get(names.shift) as Float32Array;
  for (let unit = 0; unit < units; unit++) {
    const factor = (scale[unit] as number) / Math.sqrt((variance[unit] as number) + BATCH_NORM_EPSILON);
    for (let i = unit; i < weights.length; i += units) weights[i] = (weights[i] as number) * factor;
    bias[unit] = (shift[unit] as number) + ((bias[unit] as number) - (mean[unit] as number)) * factor;
  }
  return layer;
}
