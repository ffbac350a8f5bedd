/**
 * The strategy parameters of CMA-ES, by the names of Hansen, "The CMA Evolution Strategy: A Tutorial" (2016,
 * arXiv:1604.00772), table 1 and equations 49-58.
 */
export interface Strategy {
  /** Members of a generation. */
  readonly lambda: number;
  /** How many of them, the best, make the new mean. */
  readonly mu: number;
  /** Recombination weights by rank: the first `mu` positive with sum 1, the others at most 0. */
  readonly weights: Float64Array;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cc: number;
  readonly c1: number;
  readonly cMu: number;
  /** The expected length of a standard normal vector. */
  readonly chiN: number;
}

/** Hansen's default population size (table 1, equation 48): 4 + floor(3 ln n). */
export function defaultPopulationSize(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(Math.max(1, dimensions)));
}

/**
 * The defaults for n = `dimensions` and populations of `lambda`.
 *
 * @param isSeparable learn only a diagonal covariance: it has n instead of n (n + 1) / 2 entries, so the learning rates
 *   are (n + 2) / 3 times larger (Ros & Hansen, "A simple modification in CMA-ES achieving linear time and space
 *   complexity", 2008), and negative weights, which could make a variance negative, are left out.
 */
export function createStrategy(dimensions: number, lambda: number, isSeparable: boolean): Strategy {
  const n = Math.max(1, dimensions);
  const mu = Math.floor(lambda / 2);
  const weights = Float64Array.from(
    { length: lambda },
    (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1),
  );
  const muEff = effectiveSize(weights.subarray(0, mu));
  const muEffMinus = effectiveSize(weights.subarray(mu));
  const speedUp = isSeparable ? (n + 2) / 3 : 1;
  const c1 = Math.min(1, (speedUp * 2) / ((n + 1.3) ** 2 + muEff));
  const cMu = Math.min(1 - c1, (speedUp * 2 * (0.25 + muEff + 1 / muEff - 2)) / ((n + 2) ** 2 + muEff));
  const negativeTotal = isSeparable
    ? 0
    : Math.min(1 + c1 / cMu, 1 + (2 * muEffMinus) / (muEff + 2), (1 - c1 - cMu) / (n * cMu));
  scaleWeights(weights, mu, negativeTotal);
  const cSigma = (muEff + 2) / (n + muEff + 5);
  return {
    lambda,
    mu,
    weights,
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cc: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    c1,
    cMu,
    chiN: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** (sum w)^2 / sum w^2; 0 of nothing. */
export function effectiveSize(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** Makes the first `mu` weights sum to 1 and the others to -`negativeTotal`. */
function scaleWeights(weights: Float64Array, mu: number, negativeTotal: number): void {
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < weights.length; i++) {
    if (i < mu) positive += weights[i]!;
    else negative -= weights[i]!;
  }
  for (let i = 0; i < weights.length; i++) {
    weights[i] = weights[i]! * (i < mu ? 1 / positive : negative === 0 ? 0 : negativeTotal / negative);
  }
}
