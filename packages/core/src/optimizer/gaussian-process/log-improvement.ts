import { erfcx, normalCdf, normalPdf } from '../../math/normal.ts';

const HALF_LOG_TWO_PI = 0.9189385332046727;
/** √(π/2). */
const ROOT_HALF_PI = 1.2533141373155003;
/** Below this z the asymptotic series is the more accurate. */
const ASYMPTOTE = -30;

/**
 * Logarithm of the expected improvement in the numerically safe form of Ament et al., "Unexpected improvements to
 * expected improvement for Bayesian optimization" (NeurIPS 2023, eq. 9): for a normal Y with mean μ and standard
 * deviation σ, E max(0, t - Y) = σ h(z) with z = (t - μ)/σ and h(z) = φ(z) + z Φ(z). It neither underflows nor loses
 * its gradient however small the improvement.
 *
 * @param z (threshold - mean) / deviation.
 * @returns ln h(z); relative error below 1e-12 for every z.
 */
export function logH(z: number): number {
  if (z > -1) return Math.log(normalPdf(z) + z * normalCdf(z));
  return -0.5 * z * z - HALF_LOG_TWO_PI + Math.log(tailFactor(z));
}

/** The derivative of ln h: Φ(z) / h(z). */
export function logHSlope(z: number): number {
  if (z > -1) {
    const cdf = normalCdf(z);
    return cdf / (normalPdf(z) + z * cdf);
  }
  return mills(z) / tailFactor(z);
}

/** Φ(z) / φ(z) for z < 0. */
function mills(z: number): number {
  return ROOT_HALF_PI * erfcx(-z * Math.SQRT1_2);
}

/** h(z) / φ(z) = 1 + z Φ(z)/φ(z) for z <= -1, where the two terms nearly cancel. */
function tailFactor(z: number): number {
  if (z > ASYMPTOTE) return 1 + z * mills(z);
  // Φ/φ = -1/z (1 - 1/z² + 3/z⁴ - 15/z⁶ + ...): Abramowitz & Stegun 26.2.12.
  const w = 1 / (z * z);
  return w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w * (1 - 9 * w * (1 - 11 * w)))));
}
