import { studentCdf } from '../math/student.ts';

/** What is thought of where a learning curve ends: a mixture of Student's t distributions, one for each shape of curve. */
export interface Forecast {
  /** The chances of the shapes; they sum to 1. */
  readonly weights: Float64Array;
  readonly centers: Float64Array;
  readonly scales: Float64Array;
  readonly degrees: number;
}

/**
 * Where a curve may end, after some of its points. Curves are c + a g(t) with noise; over c, a and the size of the noise this
 * integrates in closed form (Bayesian linear regression without prior knowledge), over the shapes g below it sums.
 *
 * A shape weighs by its misfit (the residual sum of squares) to the power -(n - 2) / 2. The marginal likelihood under flat priors
 * on c, a and log sigma has a factor |X'X|^(-1/2) besides, which goes with one over the spread of g at the times measured: it
 * changes when g is multiplied by a number, though the curves do not. Here the prior is flat on a times that spread, which is the
 * change of the curve seen so far and means the same for all shapes; the factor then cancels.
 *
 * @param times when the points were measured, as shares of the whole: above 0, at most 1.
 * @param values the points, at least 4; finite.
 */
export function forecast(times: readonly number[], values: readonly number[]): Forecast {
  const n = times.length;
  const degrees = n - 2;
  const weights = new Float64Array(SHAPES.length);
  const centers = new Float64Array(SHAPES.length);
  const scales = new Float64Array(SHAPES.length);
  const meanY = values.reduce((sum, y) => sum + y, 0) / n;
  const yy = values.reduce((sum, y) => sum + (y - meanY) ** 2, 0);
  const g = new Float64Array(n);
  for (const [s, shape] of SHAPES.entries()) {
    let meanG = 0;
    for (let i = 0; i < n; i++) meanG += (g[i] = shape(times[i] as number)) / n;
    let gg = 0;
    let gy = 0;
    for (let i = 0; i < n; i++) {
      const dg = (g[i] as number) - meanG;
      gg += dg * dg;
      gy += dg * ((values[i] as number) - meanY);
    }
    const a = gg > 0 ? gy / gg : 0;
    const reach = shape(1) - meanG;
    // A perfect fit of one shape must not weigh infinitely much, and the scale of a constant curve must not round to zero.
    const misfit = Math.max(yy - a * gy, 1e-12 * yy, 1e-300);
    weights[s] = (-degrees / 2) * Math.log(misfit);
    centers[s] = meanY + a * reach;
    scales[s] = Math.sqrt((misfit / degrees) * (1 + 1 / n + (gg > 0 ? (reach * reach) / gg : 0)));
  }
  const largest = Math.max(...weights);
  let total = 0;
  for (let s = 0; s < weights.length; s++) total += weights[s] = Math.exp((weights[s] as number) - largest);
  for (let s = 0; s < weights.length; s++) weights[s] = (weights[s] as number) / total;
  return { weights, centers, scales, degrees };
}

/** The chance of an end below `value`. */
export function chanceBelow({ weights, centers, scales, degrees }: Forecast, value: number): number {
  let chance = 0;
  for (let s = 0; s < weights.length; s++) {
    const t = (value - (centers[s] as number)) / (scales[s] as number);
    chance += (weights[s] as number) * studentCdf(t, degrees);
  }
  return chance;
}

/** The middle of the forecast. */
export function expectedEnd({ weights, centers }: Forecast): number {
  let sum = 0;
  for (let s = 0; s < weights.length; s++) sum += (weights[s] as number) * (centers[s] as number);
  return sum;
}

/**
 * Shapes of three families of curves of those that Domhan, Springenberg & Hutter collected ("Speeding up automatic
 * hyperparameter optimization of deep neural networks by extrapolation of learning curves", IJCAI 2015): the power law, the
 * exponential, and the log power, which falls about a time h and by a power law after it.
 */
const SHAPES: readonly ((t: number) => number)[] = [
  ...[0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3].map((p) => (t: number) => t ** -p),
  ...[0.5, 1, 2, 4, 8, 16, 32, 64].map((k) => (t: number) => Math.exp(-k * t)),
  ...[0.03, 0.1, 0.3, 0.6, 1].flatMap((h) => [1, 2, 4].map((p) => (t: number) => 1 / (1 + (t / h) ** p))),
];
