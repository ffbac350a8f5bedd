import type { History } from '../../study/history.ts';
import type { Encoding } from './encoding.ts';

/** The features of the started trials of a study, each computed once: their configurations do not change any more. */
export class FeatureTable {
  readonly encoding: Encoding;
  readonly #row: Float64Array;
  #features: Float64Array;
  #isKnown: Uint8Array;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
    this.#row = new Float64Array(encoding.space.leaves.length);
    this.#features = new Float64Array(16 * encoding.featureCount);
    this.#isKnown = new Uint8Array(16);
  }

  /**
   * The features of trials, one row each.
   *
   * @param history of the study; always the same one.
   * @param trials numbers of running or finished trials.
   */
  points(history: History, trials: ArrayLike<number>): Float64Array {
    const { featureCount } = this.encoding;
    const points = new Float64Array(trials.length * featureCount);
    this.#reserve(history.size);
    for (let i = 0; i < trials.length; i++) {
      const trial = trials[i]!;
      const from = trial * featureCount;
      if (this.#isKnown[trial] === 0) {
        for (let leaf = 0; leaf < this.#row.length; leaf++) this.#row[leaf] = history.column(leaf)[trial]!;
        this.encoding.encode(this.#row, this.#features, from);
        this.#isKnown[trial] = 1;
      }
      points.set(this.#features.subarray(from, from + featureCount), i * featureCount);
    }
    return points;
  }

  #reserve(size: number): void {
    if (size <= this.#isKnown.length) return;
    const isKnown = new Uint8Array(2 * size);
    isKnown.set(this.#isKnown);
    const features = new Float64Array(2 * size * this.encoding.featureCount);
    features.set(this.#features);
    this.#isKnown = isKnown;
    this.#features = features;
  }
}
