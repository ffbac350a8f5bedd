import { createRandom, type Random } from '@tunable/core';

import type { Samples } from './network.ts';

/** Rows of labels in turn, each drawn for its label. */
export function classes(
  count: number,
  labels: number,
  draw: (random: Random, label: number) => number[],
): Samples {
  const random = createRandom(1);
  return {
    inputs: standardized(Array.from({ length: count }, (_, i) => draw(random, i % labels))),
    outputs: Array.from({ length: count }, (_, i) => oneHot(i % labels, labels)),
    isClassification: true,
  };
}

/**
 * Rows of numbers in [-1, 1] and what a function makes of them, scaled to zero mean and unit variance.
 *
 * @param f a function of numbers in [-1, 1].
 */
export function numbers(
  count: number,
  dimensions: number,
  f: (x: number[], random: Random) => number,
): Samples {
  const random = createRandom(1);
  const inputs = Array.from({ length: count }, () =>
    Array.from({ length: dimensions }, () => 2 * random.uniform() - 1),
  );
  return {
    inputs: inputs.map((row) => Float64Array.from(row)),
    outputs: standardized(inputs.map((row) => [f(row, random)])),
    isClassification: false,
  };
}

/** 1 at the label, 0 elsewhere. */
export function oneHot(label: number, labels: number): Float64Array {
  return Float64Array.from({ length: labels }, (_, k) => (k === label ? 1 : 0));
}

/** Columns of zero mean and unit variance. */
export function standardized(rows: readonly number[][]): Float64Array[] {
  const columns = rows[0]!.map((_, column) => {
    const values = rows.map((row) => row[column]!);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    return { mean, deviation };
  });
  return rows.map((row) => Float64Array.from(row, (x, k) => (x - columns[k]!.mean) / columns[k]!.deviation));
}

/** Rows for training and for validation, six at a time in turn, as labels may alternate. */
export function halves({ inputs, outputs, isClassification }: Samples): [Samples, Samples] {
  const half = (parity: number): Samples => {
    const isMine = (_: unknown, i: number): boolean => (Math.floor(i / 6) + parity) % 2 === 0;
    return { inputs: inputs.filter(isMine), outputs: outputs.filter(isMine), isClassification };
  };
  return [half(0), half(1)];
}
