import type { Random } from '../../math/random.ts';

/**
 * One child gene of two parents by simulated binary crossover within [0, 1]: near one of the parents, the nearer the
 * larger `eta` is (Deb & Agrawal, "Simulated binary crossover for continuous search space", 1995; with bounds as in
 * Deb's NSGA-II code).
 */
export function simulatedBinaryCrossover(x: number, y: number, eta: number, random: Random): number {
  const low = Math.min(x, y);
  const high = Math.max(x, y);
  const u = random.uniform();
  const isLower = random.uniform() < 0.5;
  if (high - low < 1e-14) return isLower ? x : y;
  const toBound = isLower ? low : 1 - high;
  const alpha = 2 - (1 + (2 * toBound) / (high - low)) ** -(eta + 1);
  const spread = u <= 1 / alpha ? (u * alpha) ** (1 / (eta + 1)) : (1 / (2 - u * alpha)) ** (1 / (eta + 1));
  const half = (spread * (high - low)) / 2;
  const middle = (low + high) / 2;
  return clamp(isLower ? middle - half : middle + half);
}

/**
 * A gene moved within [0, 1], mostly a little, the less the larger `eta` is: polynomial mutation (Deb & Goyal, "A
 * combined genetic adaptive search (GeneAS) for engineering design", 1996; with bounds as in Deb's NSGA-II code).
 */
export function polynomialMutation(x: number, eta: number, random: Random): number {
  const u = random.uniform();
  const power = 1 / (eta + 1);
  if (u < 0.5) {
    const rest = 2 * u + (1 - 2 * u) * (1 - x) ** (eta + 1);
    return clamp(x + rest ** power - 1);
  }
  const rest = 2 * (1 - u) + (2 * u - 1) * x ** (eta + 1);
  return clamp(x + 1 - rest ** power);
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x));
}
