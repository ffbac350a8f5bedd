import type { Components } from './components.ts';

/** As many of the newest components keep their full weight; older ones fade. */
const FULL_WEIGHT = 25;

/**
 * Weighs the bad trials: 1 for the newest 25; before them a ramp from 1/N for the oldest up to 1, so that early, random
 * trials count less (Optuna's rule). A trial that stands for several counts as often.
 *
 * @param components oldest first; their weights hold how many trials each one stands for, N in all, and are overwritten.
 */
export function fade(components: Components): void {
  const { count, weights } = components;
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i] as number;
  const fading = total - FULL_WEIGHT;
  if (fading <= 0) return;
  let position = 0;
  for (let i = 0; i < count; i++) {
    const share = weights[i] as number;
    const height = fading > 1 ? Math.min(1, position / (fading - 1)) : 0;
    weights[i] = position >= fading ? share : share * (1 / total + (1 - 1 / total) * height);
    position += share;
  }
}

/**
 * The weights of `count` good trials, best first: proportional to ln(count + 1/2) - ln(i) for the i-th best, and 1 on
 * average. The recombination weights of evolution strategies (Hansen, "The CMA evolution strategy: a tutorial", 2016,
 * eq. 49) in place of equal ones: whatever the scale of the losses, the best trials are the better guide.
 */
export function rankWeights(count: number): Float64Array {
  const weights = Float64Array.from({ length: count }, (_, i) => Math.log(count + 0.5) - Math.log(i + 1));
  let total = 0;
  for (const weight of weights) total += weight;
  return weights.map((weight) => (weight * count) / total);
}
