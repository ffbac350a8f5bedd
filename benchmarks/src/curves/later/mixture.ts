import { createRandom } from '@tunable/core';

/** How a mixture of Gaussians with diagonal covariances is fitted. */
export interface MixtureTraining {
  readonly components: number;
  /** Added to each variance after each iteration. */
  readonly ridge: number;
  /** Standard deviation of the components at first. */
  readonly spread: number;
  /** Share of the way that parameters go to their new values in an iteration. */
  readonly damping: number;
  /** Rows added to each component's count. */
  readonly pseudoCount: number;
  readonly seed: number;
}

/**
 * Fits a mixture of Gaussians by expectation maximization (Dempster, Laird & Rubin 1977) and yields the mean negative
 * log-likelihood of `validation` after each iteration.
 */
export function* fitMixture(
  train: readonly Float64Array[],
  validation: readonly Float64Array[],
  training: MixtureTraining,
  iterations: number,
): Generator<number> {
  const { components, ridge, spread, damping, pseudoCount, seed } = training;
  const width = train[0]!.length;
  const random = createRandom(seed);
  const first = random.shuffle(Int32Array.from(train.keys()));
  const weights = new Float64Array(components).fill(1 / components);
  const means = Array.from({ length: components }, (_, k) =>
    Float64Array.from(train[first[k % first.length]!]!),
  );
  const variances = Array.from({ length: components }, () => new Float64Array(width).fill(spread ** 2));
  const shares = new Float64Array(components);

  /** Fills `shares` and returns the log of the density. */
  const densityAt = (x: Float64Array): number => {
    let largest = -Infinity;
    for (let k = 0; k < components; k++) {
      let log = Math.log(weights[k]!);
      for (let d = 0; d < width; d++) {
        const variance = variances[k]![d]!;
        log -= ((x[d]! - means[k]![d]!) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2;
      }
      shares[k] = log;
      largest = Math.max(largest, log);
    }
    let sum = 0;
    for (let k = 0; k < components; k++) sum += shares[k] = Math.exp(shares[k]! - largest);
    for (let k = 0; k < components; k++) shares[k]! /= sum;
    return largest + Math.log(sum);
  };

  for (let iteration = 0; iteration < iterations; iteration++) {
    const counts = new Float64Array(components);
    const sums = means.map(() => new Float64Array(width));
    const squares = means.map(() => new Float64Array(width));
    for (const x of train) {
      densityAt(x);
      for (let k = 0; k < components; k++) {
        const share = shares[k]!;
        counts[k]! += share;
        for (let d = 0; d < width; d++) {
          sums[k]![d]! += share * x[d]!;
          squares[k]![d]! += share * x[d]! ** 2;
        }
      }
    }
    const step = (old: number, wanted: number): number => old + damping * (wanted - old);
    for (let k = 0; k < components; k++) {
      const count = counts[k]! + pseudoCount;
      weights[k] = step(weights[k]!, count / (train.length + components * pseudoCount));
      for (let d = 0; d < width; d++) {
        // The rows added stand at the component's own mean, a spread apart.
        const old = means[k]![d]!;
        const mean = (sums[k]![d]! + pseudoCount * old) / count;
        const square = (squares[k]![d]! + pseudoCount * (old ** 2 + spread ** 2)) / count;
        means[k]![d] = step(old, mean);
        variances[k]![d] = step(variances[k]![d]!, Math.max(0, square - mean ** 2) + ridge);
      }
    }
    const loss = -validation.reduce((sum, x) => sum + densityAt(x), 0) / validation.length;
    yield loss < 1e6 ? loss : Infinity;
  }
}
