import { describe, expect, test } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { cholesky, logDeterminant, solveLower } from '../../math/linear-algebra.ts';
import {
  additiveIndex,
  fillCovariance,
  kernelScales,
  parameterCount,
  scalePoints,
  type Kernel,
} from './kernel.ts';
import { initialParameters, Likelihood, negativeLogPrior, parameterBounds } from './likelihood.ts';

function kernelOf(features: number, isAdditive: boolean, groupOf?: number[], typicalScale = 1): Kernel {
  const groups = groupOf ?? Array.from({ length: features }, (_, f) => f);
  return {
    features,
    groups: Math.max(...groups) + 1,
    groupOf: Int32Array.from(groups),
    isAdditive,
    typicalScale,
  };
}

function randomData(
  n: number,
  features: number,
  seed: number,
): { points: Float64Array; targets: Float64Array } {
  const random = createRandom(seed);
  return {
    points: Float64Array.from({ length: n * features }, () => random.uniform()),
    targets: Float64Array.from({ length: n }, () => random.normal()),
  };
}

function randomTheta(kernel: Kernel, seed: number): Float64Array {
  const random = createRandom(seed, 77);
  return initialParameters(kernel).map((x) => x + 0.5 * random.normal());
}

const kernels: [string, Kernel][] = [
  ['Matérn alone', kernelOf(3, false)],
  ['with the additive term', kernelOf(3, true)],
  ['features that share length scales', kernelOf(4, true, [0, 1, 1, 1])],
  ['length scales expected to be 0.6', kernelOf(3, true, undefined, 0.6)],
  ['length scales expected to be 0.2', kernelOf(2, false, undefined, 0.2)],
];

describe('likelihood', () => {
  test('of two points equals the density worked by hand', () => {
    const kernel = kernelOf(1, true);
    const [l, s, v, b, c] = [0.7, 1.3, 0.05, 0.4, 0.6];
    const theta = Float64Array.from([l, s, v, b, c], Math.log);
    const targets = [0.8, -0.3];
    const likelihood = new Likelihood(kernel, Float64Array.of(0.1, 0.6), Float64Array.from(targets));
    const gradient = new Float64Array(5);
    const value = likelihood.evaluate(theta, gradient);

    const r = (Math.sqrt(5) * 0.5) / l;
    const off = s * (1 + r + (r * r) / 3) * Math.exp(-r) + c / (1 + 0.25 / (2 * b * b));
    const on = s + c + v;
    const determinant = on * on - off * off;
    const inverse = (x: number[], y: number[]): number =>
      (on * (x[0]! * y[0]! + x[1]! * y[1]!) - off * (x[0]! * y[1]! + x[1]! * y[0]!)) / determinant;
    const mean = inverse([1, 1], targets) / (0.01 + inverse([1, 1], [1, 1]));
    const rest = targets.map((y) => y - mean);
    const expected = 0.5 * (inverse(rest, rest) + (mean * mean) / 100 + Math.log(determinant));
    expect(value - negativeLogPrior(kernel, theta, new Float64Array(5))).toBeCloseTo(expected, 10);
  });

  test.each(kernels)('has the gradient of finite differences: %s', (_, kernel) => {
    for (const n of [1, 2, 9, 14]) {
      const { points, targets } = randomData(n, kernel.features, n);
      const likelihood = new Likelihood(kernel, points, targets);
      const theta = randomTheta(kernel, n);
      const size = parameterCount(kernel);
      const gradient = new Float64Array(size);
      const scratch = new Float64Array(size);
      likelihood.evaluate(theta, gradient);
      for (let i = 0; i < size; i++) {
        const h = 1e-5;
        const up = theta.slice();
        const down = theta.slice();
        up[i]! += h;
        down[i]! -= h;
        const difference = (likelihood.evaluate(up, scratch) - likelihood.evaluate(down, scratch)) / (2 * h);
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(2e-6 * (1 + Math.abs(difference)));
      }
    }
  });

  test('treats a category with tied features as a Hamming distance', () => {
    // Two one-hot features of height 1/sqrt(2) at different categories lie as far apart as 0 and 1 on one feature.
    const oneHot = new Likelihood(
      kernelOf(3, false, [0, 0, 0]),
      Float64Array.of(Math.SQRT1_2, 0, 0, 0, Math.SQRT1_2, 0),
      Float64Array.of(1, -1),
    );
    const single = new Likelihood(kernelOf(1, false), Float64Array.of(0, 1), Float64Array.of(1, -1));
    const theta = Float64Array.of(0.3, 0.1, -3);
    const gradients = [new Float64Array(3), new Float64Array(3)] as const;
    expect(oneHot.evaluate(theta, gradients[0])).toBeCloseTo(single.evaluate(theta, gradients[1]), 12);
    for (let i = 0; i < 3; i++) expect(gradients[0][i]).toBeCloseTo(gradients[1][i]!, 12);
  });

  test('is Infinity, not an error, where the matrix cannot be factored', () => {
    const kernel = kernelOf(1, false);
    const likelihood = new Likelihood(kernel, Float64Array.of(0.5, 0.5), Float64Array.of(1, 1));
    expect(likelihood.evaluate(Float64Array.of(0, 0, -90), new Float64Array(3))).toBe(Infinity);
  });
});

describe('prior', () => {
  test('has the values of its densities', () => {
    const kernel = kernelOf(2, true);
    const theta = Float64Array.from([2, 0.5, 3, 0.01, 0.5, 1, 0.3], Math.log);
    const lengthScales = 0.1 * (4 + 1 / 4) + 0.1 * (0.25 + 4);
    const signal = -(Math.log(3) - 3);
    const noise = -(0.1 * Math.log(0.01) - 30 * 0.01);
    const additive = 0.5 * Math.log(2) ** 2;
    expect(negativeLogPrior(kernel, theta, new Float64Array(7))).toBeCloseTo(
      lengthScales + signal + noise + additive,
      12,
    );
  });

  test.each([0.2, 0.6, 1])(
    'expects length scales of %d: in that unit it is always the same',
    (typicalScale) => {
      const kernel = kernelOf(2, false, undefined, typicalScale);
      const at = (a: number, b: number): number =>
        negativeLogPrior(kernel, Float64Array.of(Math.log(a), Math.log(b), 0, -4), new Float64Array(4));
      const most = at(typicalScale, typicalScale);
      for (const factor of [0.5, 0.9, 1.1, 2]) {
        // In these units, -(0.1/a + 0.1 a) with a = 1/l².
        const expected = 0.1 * (factor ** 2 + factor ** -2 - 2);
        expect(at(factor * typicalScale, typicalScale) - most).toBeCloseTo(expected, 12);
        expect(expected).toBeGreaterThan(0);
      }
      expect(Math.exp(initialParameters(kernel)[0]!)).toBeCloseTo(typicalScale, 12);
    },
  );

  test.each(kernels)('has its gradient: %s', (_, kernel) => {
    const theta = randomTheta(kernel, 3);
    const gradient = new Float64Array(theta.length);
    negativeLogPrior(kernel, theta, gradient);
    for (let i = 0; i < theta.length; i++) {
      const at = (h: number) =>
        negativeLogPrior(
          kernel,
          theta.map((x, k) => (k === i ? x + h : x)),
          new Float64Array(theta.length),
        );
      expect(gradient[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
    }
  });

  test.each(kernels)('leaving one out is conditioning on the others, %s', (_, kernel) => {
    const n = 5;
    const { points, targets } = randomData(n, kernel.features, 4);
    const theta = randomTheta(kernel, 6);
    // Conditional densities from determinants and quadratic forms of the covariances, mean included, with and without a target.
    const scales = kernelScales(kernel, theta);
    const scaled = new Float64Array(points.length);
    const extra = new Float64Array(kernel.isAdditive ? points.length : 0);
    scalePoints(points, n, scales.inverse, scaled);
    if (kernel.isAdditive) scalePoints(points, n, scales.additiveInverse, extra);
    const covariances = new Float64Array(n * n);
    fillCovariance(scales, scaled, extra, n, covariances, n);
    const logDensity = (kept: readonly number[]): number => {
      const m = kept.length;
      const factor = Float64Array.from({ length: m * m }, (_entry, at) => {
        const [i, j] = [kept[Math.floor(at / m)]!, kept[at % m]!];
        return covariances[Math.max(i, j) * n + Math.min(i, j)]! + 100;
      });
      cholesky(factor, m, m);
      const solved = Float64Array.from(kept, (i) => targets[i]!);
      solveLower(factor, m, m, solved);
      const quadratic = solved.reduce((sum, x) => sum + x * x, 0);
      return -0.5 * (quadratic + logDeterminant(factor, m, m) + m * Math.log(2 * Math.PI));
    };
    const all = [0, 1, 2, 3, 4];
    const densities = new Likelihood(kernel, points, targets).leaveOneOut(theta);
    for (const left of all) {
      const expected = logDensity(all) - logDensity(all.filter((i) => i !== left));
      expect(densities[left]).toBeCloseTo(expected, 6);
    }
  });
});

test('bounds enclose the start of fits', () => {
  for (const [, kernel] of kernels) {
    const { lower, upper } = parameterBounds(kernel);
    for (const [i, x] of initialParameters(kernel).entries()) {
      expect(x).toBeGreaterThan(lower[i]!);
      expect(x).toBeLessThan(upper[i]!);
    }
  }
  expect(Math.exp(initialParameters(kernels[1]![1])[additiveIndex(kernels[1]![1])]!)).toBeCloseTo(0.3, 12);
});
