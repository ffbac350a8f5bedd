/**
 * The standard normal distribution, accurate in both tails.
 *
 * Everything rests on the scaled complementary error function erfcx(x) = exp(x²) erfc(x), which neither underflows nor
 * loses digits for large x. It is a Chebyshev series of (1 + 2x) erfcx(x) in t = (x - k) / (x + k), which maps
 * [0, ∞) to [-1, 1): the form of Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in
 * 0 <= x < ∞", Math. Comp. 36 (1981). The coefficients were computed for k = 3.75 with 50 digits.
 */
const K = 3.75;
const ERFCX_SERIES = Float64Array.of(
  1.1775789345674017,
  -0.004590054580646478,
  -0.08424913336651792,
  0.05920993999819189,
  -0.026658668435305753,
  0.009074997670705265,
  -0.002413163540417608,
  0.0004907758365258086,
  -6.916973302501207e-5,
  4.13902798607301e-6,
  7.74038306619849e-7,
  -2.1886401049234397e-7,
  1.076499946567091e-8,
  4.521959811218287e-9,
  -7.754400208831351e-10,
  -6.318088340886684e-11,
  2.86879501093067e-11,
  1.9455868545777372e-13,
  -9.654696748433437e-13,
  3.252548148165765e-14,
  3.3478119482868296e-14,
  -1.8645628804190717e-15,
  -1.2507950530686268e-15,
  7.41823525664749e-17,
  5.068148904819187e-17,
);

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** exp(x²) erfc(x); relative error below 1e-15 for x >= 0. Overflows to Infinity below about -26.6. */
export function erfcx(x: number): number {
  if (x < 0) return 2 * Math.exp(x * x) - erfcx(-x);
  if (x > 1e8) return 0.5641895835477563 / x;
  const t = (x - K) / (x + K);
  let b = 0;
  let previous = 0;
  // Clenshaw's recurrence.
  for (let i = ERFCX_SERIES.length - 1; i > 0; i--) {
    const next = 2 * t * b - previous + (ERFCX_SERIES[i] as number);
    previous = b;
    b = next;
  }
  return (t * b - previous + (ERFCX_SERIES[0] as number)) / (1 + 2 * x);
}

/** The density φ(z). */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI);
}

/** ln φ(z). */
export function logNormalPdf(z: number): number {
  return -0.5 * z * z - HALF_LOG_TWO_PI;
}

/** The distribution function Φ(z), with full relative accuracy in the lower tail (until it underflows at -38). */
export function normalCdf(z: number): number {
  return z > 0 ? 1 - lowerTail(-z) : lowerTail(z);
}

/** ln Φ(z), with full relative accuracy for every z; -Infinity only for z = -Infinity. */
export function logNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-lowerTail(-z));
  return -0.5 * z * z + Math.log(0.5 * erfcx(-z * Math.SQRT1_2));
}

/**
 * ln(Φ(b) - Φ(a)), the logarithm of the mass between `a` and `b`, however narrow or far from zero the interval is.
 * -Infinity when it is empty.
 */
export function logNormalMass(a: number, b: number): number {
  if (!(a < b)) return Number.NEGATIVE_INFINITY;
  // By symmetry to the lower tail, where differences keep their digits.
  if (a > 0) return logNormalMass(-b, -a);
  const width = b - a;
  const middle = a + 0.5 * width;
  if (width * Math.max(1, Math.abs(middle)) < 0.01) {
    // The midpoint rule with its second-order term: φ''/φ = m² - 1. Subtracting would cancel.
    return logNormalPdf(middle) + Math.log(width) + Math.log1p((width * width * (middle * middle - 1)) / 24);
  }
  if (b > 0) return Math.log1p(-lowerTail(a) - lowerTail(-b));
  const upper = logNormalCdf(b);
  return upper + Math.log1p(-Math.exp(logNormalCdf(a) - upper));
}

/**
 * The inverse of Φ: the z with Φ(z) = p. -Infinity for 0, Infinity for 1, NaN outside [0, 1].
 *
 * The start is formula 26.2.23 of Abramowitz and Stegun (error below 4.5e-4); two of Halley's steps on ln Φ(z) - ln p
 * then reach the last digits, in the lower tail down to the smallest numbers.
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (!(p > 0)) return p === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  const target = Math.log(p);
  const t = Math.sqrt(-2 * target);
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 2; step++) {
    const logCdf = logNormalCdf(z);
    // f = ln Φ - ln p, f' = φ / Φ, f'' = -f' (z + f').
    const f = logCdf - target;
    const slope = Math.exp(logNormalPdf(z) - logCdf);
    z -= f / (slope + 0.5 * f * (z + slope));
  }
  return z;
}

/** Φ(z) for z <= 0. */
function lowerTail(z: number): number {
  return 0.5 * Math.exp(-0.5 * z * z) * erfcx(-z * Math.SQRT1_2);
}
