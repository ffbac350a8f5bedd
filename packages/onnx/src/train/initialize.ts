import type { Random } from '@tunable/core';

import type { ActivationName } from './activation.ts';

/**
 * The numbers that a weight matrix starts from, drawn uniformly between ± a bound that keeps the size of what passes
 * through the layer: √(6 / inputs) before rectifiers and their smooth kin (He et al., "Delving Deep into Rectifiers", ICCV
 * 2015, equation 10), √(6 / (inputs + units)) before tanh, sigmoid and the output (Glorot & Bengio, AISTATS 2010,
 * equation 16).
 *
 * @param next what is applied to the layer's outputs.
 * @returns inputs x units, row-major.
 */
export function initialWeights(
  inputs: number,
  units: number,
  next: ActivationName | 'output',
  random: Random,
): Float32Array<ArrayBuffer> {
  const isSymmetric = next === 'output' || next === 'tanh' || next === 'sigmoid';
  const bound = Math.sqrt(6 / (isSymmetric ? inputs + units : inputs));
  const weights = new Float32Array(inputs * units);
  for (let i = 0; i < weights.length; i++) weights[i] = bound * (2 * random.uniform() - 1);
  return weights;
}
