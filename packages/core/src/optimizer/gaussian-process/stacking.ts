/** Steps of the iteration: it moves quickly at first, and the last digits do not matter. */
const STEPS = 30;

/**
 * How far to trust each of several models, from the densities that they gave observations which they had not seen: the
 * weights of the mixture that would have predicted best, max Σ_i ln Σ_k w_k p_k(y_i) (Yao, Vehtari, Simpson & Gelman,
 * "Using stacking to average Bayesian predictive distributions", Bayesian Analysis 13, 2018), by expectation maximization from
 * equal weights.
 *
 * @param logDensities per model, ln p_k(y_i) of the same observations; up to a constant per observation.
 * @returns one weight per model, with sum one; equal weights where there is no observation to tell by.
 */
export function stackingWeights(logDensities: readonly Float64Array[]): number[] {
  const models = logDensities.length;
  let weights = logDensities.map(() => 1 / models);
  const ratios = relativeDensities(logDensities);
  if (ratios.length === 0) return weights;
  for (let step = 0; step < STEPS; step++) {
    const next = weights.map(() => 0);
    for (const ratio of ratios) {
      let total = 0;
      for (let k = 0; k < models; k++) total += weights[k]! * ratio[k]!;
      for (let k = 0; k < models; k++) next[k]! += (weights[k]! * ratio[k]!) / total / ratios.length;
    }
    weights = next;
  }
  return weights;
}

/** Per observation, the densities in units of the greatest; without those that no model can tell apart. */
function relativeDensities(logDensities: readonly Float64Array[]): number[][] {
  const ratios: number[][] = [];
  for (let i = 0; i < logDensities[0]!.length; i++) {
    const column = logDensities.map((densities) => densities[i]!);
    const top = Math.max(...column);
    // A floor, so that one observation never rules a model out for good.
    if (Number.isFinite(top)) ratios.push(column.map((density) => Math.max(1e-12, Math.exp(density - top))));
  }
  return ratios;
}
