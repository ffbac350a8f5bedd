import { normalQuantile } from '../../math/normal.ts';
import { cellOf, type Coordinate } from './coordinates.ts';
import type { Distribution } from './distribution.ts';

/**
 * CMA-ES with margin (Hamano, Saito, Nomura & Shirakawa, "CMA-ES with Margin: Lower-Bounding Marginal Probability for
 * Mixed-Integer Black-Box Optimization", 2022, section 4): keeps the search from settling on one value of a discrete
 * coordinate while the others are not yet settled. The probability of leaving the present cell on either side is kept
 * at `alpha / 2` at least, and in the outermost cells at `alpha` on the one side that there is, by moving the mean
 * and by widening the coordinate (the diagonal matrix A of the paper).
 */
export class Margin {
  /** The factor by which each coordinate is widened when it is sampled; 1 for continuous ones. */
  readonly widening: Float64Array;
  readonly #coordinates: readonly Coordinate[];
  /** How many standard deviations away the nearest thresholds may be: in inner cells, and in outermost ones. */
  readonly #innerLimit: number;
  readonly #outerLimit: number;

  /** @param alpha the margin; the paper has 1 / (dimensions x population size). */
  constructor(coordinates: readonly Coordinate[], alpha: number) {
    this.#coordinates = coordinates;
    this.widening = new Float64Array(coordinates.length).fill(1);
    this.#innerLimit = normalQuantile(1 - alpha / 2);
    this.#outerLimit = normalQuantile(1 - alpha);
  }

  /** Corrects `distribution.mean` and `widening`; to be called when the distribution has changed. */
  correct(distribution: Distribution): void {
    for (const [j, { parameter, isDiscrete }] of this.#coordinates.entries()) {
      if (isDiscrete) {
        const mean = distribution.mean[j]!;
        this.#correctOne(distribution, j, cellOf(parameter, parameter.fromUnit(mean)));
      }
    }
  }

  #correctOne(distribution: Distribution, j: number, { low, high }: { low: number; high: number }): void {
    const deviation = distribution.deviation(j);
    const mean = distribution.mean[j]!;
    this.widening[j] = 1;
    if (low === -Infinity) {
      distribution.mean[j] = Math.max(mean, high - this.#outerLimit * deviation);
    } else if (high === Infinity) {
      distribution.mean[j] = Math.min(mean, low + this.#outerLimit * deviation);
    } else {
      const below = Math.min(this.#innerLimit, (mean - low) / deviation);
      const above = Math.min(this.#innerLimit, (high - mean) / deviation);
      if (below < this.#innerLimit && above < this.#innerLimit) return;
      distribution.mean[j] = (low * above + high * below) / (below + above);
      this.widening[j] = Math.max(1, (high - low) / (below + above) / deviation);
    }
  }
}
