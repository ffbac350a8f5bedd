import type { Observations } from './observations.ts';

/** Points closer than this in every feature are taken to be one. */
const RESOLUTION = 1e-7;

/**
 * The points that were evaluated or are being evaluated. In a finite space nothing is known in this sense: there the study
 * decides whether to repeat a configuration, which makes sense when results are noisy.
 */
export class KnownPoints {
  readonly #observations: Observations;
  readonly #points: Float64Array;
  readonly #features: Float64Array;

  constructor(observations: Observations, pending: readonly number[]) {
    const { encoding, trials } = observations;
    this.#observations = observations;
    this.#features = new Float64Array(encoding.featureCount);
    this.#points = observations.points(
      encoding.space.cardinality === Infinity ? [...trials, ...pending] : [],
    );
  }

  /** Whether `row` is one of them. */
  has(row: Float64Array): boolean {
    const features = this.#features;
    const points = this.#points;
    this.#observations.encoding.encode(row, features);
    for (let i = 0; i < points.length; i += features.length) {
      let f = 0;
      while (f < features.length && Math.abs(points[i + f]! - features[f]!) < RESOLUTION) f++;
      if (f === features.length) return true;
    }
    return false;
  }
}
